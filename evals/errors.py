"""The error of this package."""

from __future__ import annotations


class EvalsError(Exception):
    """One line: what was wrong, the value, and what to do about it."""
