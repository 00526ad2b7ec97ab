"""Helpers of the FAQ example: everything that prepare, train and evaluate share."""
