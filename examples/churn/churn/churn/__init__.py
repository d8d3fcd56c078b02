"""Stages of the churn pipeline."""
