"""What people see of a sweep, computed from facts: frames, tables, lines, summaries, JSON.

Nothing here reads a file, a clock or a terminal; the faces of ``trimtab.cli`` do.
"""
