"""Bringing files to where they are needed."""
