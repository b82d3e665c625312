"""The one exception of this package."""


class IngestError(Exception):
    """What was wrong, the value, and what to do about it, in one line.

    The command line prints it and exits 2; a page shows it as it is.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
