"""The error that a caller of the assistant can mend."""


class AssistantError(Exception):
    """One line: what was wrong, the value, and what to do about it."""
