"""A generated project on disk: planned, compared, written, and read back."""
