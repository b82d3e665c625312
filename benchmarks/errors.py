"""What can go wrong in a way that a person can put right."""


class BenchmarkError(Exception):
    """One line: what was wrong, the value, and what to do about it."""
