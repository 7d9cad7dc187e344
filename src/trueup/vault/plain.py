"""Plain text of a secret while it is in memory: it can be carried around, and not be seen by accident."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex

MASK = "•••••"


class Plain:
    """Text that shows itself only when asked by :meth:`expose`.

    It masks itself in messages, logs and tracebacks, and refuses to be pickled into a cache or a queue.

    >>> print(Plain("ABCDE-12345"), [Plain("ABCDE-12345")], f"{Plain('ABCDE-12345')}")
    ••••• [Plain(•••••)] •••••
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def expose(self) -> str:
        """The text itself; every call of this is a place to look at twice."""
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Plain({MASK})"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        raise TypeError("Plain text of a secret is not written anywhere: seal it and keep the handle.")


def tail_of(plain: Plain) -> str:
    """The last four characters, where they are at most a quarter of the whole; else nothing.

    >>> tail_of(Plain("AAAAA-BBBBB-CCCCC-K7Q4F")), tail_of(Plain("short-key"))
    ('7Q4F', '')
    """
    text = plain.expose()
    return text[-TAIL:] if len(text) >= TAIL * SHARE and text[-TAIL:].isprintable() else ""


TAIL = 4
SHARE = 4


def masked(tail: str) -> str:
    """How a sealed value is shown.

    >>> masked("7Q4F"), masked("")
    ('•••••7Q4F', '•••••')
    """
    return f"{MASK}{tail}"
