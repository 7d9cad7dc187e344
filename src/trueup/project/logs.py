"""Log lines as JSON, with tokens masked wherever they might stand."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

_TOKENS = re.compile(r"(tru_[0-9a-f]{4})[0-9a-zA-Z_.-]+|(/(?:agents|inventory|calendars|shared)/)[^/\s?\"]+")


class MaskTokens(logging.Filter):
    """Hides API tokens and agents' enrolment tokens in messages and addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask in place; every record goes on."""
        record.msg = mask(record.getMessage())
        record.args = ()
        return True


def mask(text: str) -> str:
    """The text without any secret part of a token.

    >>> mask("POST /agents/s3cr3t/ by tru_0123456789abcdef.topsecret")
    'POST /agents/***/ by tru_0123***'
    """
    return _TOKENS.sub(lambda found: f"{found.group(1) or found.group(2)}***", text)


class JsonLine(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time, level, logger, message and (for errors) the traceback."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
