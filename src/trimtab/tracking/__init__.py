"""Where people look at runs: MLflow, filled from the facts by a reader on its own thread."""
