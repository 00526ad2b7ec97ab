"""Contract suites, one per port, and fault fixtures.

An adapter's test is a small subclass of the suite that overrides one fixture. The suites need
pytest; nothing in the rest of the package imports this one.
"""
