"""What can be wrong with the library itself, named so that its editor finds the line."""


class LibraryError(ValueError):
    """A library file says something that cannot be used: which file, which entry, and what to change."""

    def __init__(self, *, file: str, entry: str, trouble: str) -> None:
        super().__init__(f"{file}: {entry}: {trouble}")
        self.file = file
        self.entry = entry
        self.trouble = trouble
