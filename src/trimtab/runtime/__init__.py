"""Runtimes: how a trial's command is started on a node."""
