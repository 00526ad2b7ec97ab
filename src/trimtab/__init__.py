"""Trimtab tunes the hyperparameters of Python models: one sweep file, an unmodified script."""

__version__ = "0.1.0"
