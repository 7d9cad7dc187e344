"""File locks that say who uses a home; the kernel drops them when a process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trueup.project.home import PRIVATE_FILE


class FileLock:
    """An advisory lock on one file, held by this object until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def share(self) -> None:
        """Hold it together with others; waits for an exclusive holder to go."""
        fcntl.flock(self._open(), fcntl.LOCK_SH)

    def wait(self) -> None:
        """Hold it alone, after everybody else has gone."""
        fcntl.flock(self._open(), fcntl.LOCK_EX)

    def try_alone(self) -> bool:
        """Hold it alone if nobody else holds it in any way."""
        try:
            fcntl.flock(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def write(self, text: str) -> None:
        """Leave a word for whoever finds the lock taken."""
        descriptor = self._open()
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)

    def read(self) -> str:
        """The word of the holder."""
        return os.pread(self._open(), 200, 0).decode(errors="replace").strip()

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        return self._descriptor


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only one between start and end of the block."""
    lock = FileLock(path)
    lock.wait()
    try:
        yield
    finally:
        lock.release()
