"""Stages of the co2 pipeline."""
