"""Where facts are kept: ``memory`` for tests and forecasts, ``sqlite`` for real sweeps."""
