"""Keeps tokens, secrets and webhook keys out of texts and logs.

Both platforms put credentials into query strings, so any URL is a secret here.
"""

from __future__ import annotations

import logging
import re

_PAIR = re.compile(
    r"\b(access_token|accessToken|suite_access_token|corpsecret|appsecret|clientSecret|client_secret|secret|key"
    r"|ticket|sign|response_code)(\"?\s*[=:]\s*\"?)[^&\s\"',}]+",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Return `text` with the values of secret parameters starred out, in a query string or in JSON."""
    return _PAIR.sub(r"\1\2***", text)


class _WithoutQuery(logging.Filter):
    """Cuts the query off every URL the HTTP library logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        if isinstance(record.args, tuple):
            record.args = tuple(_cut_query(value) for value in record.args)
        record.msg, record.args = redact(record.getMessage()), ()
        return True


def _cut_query(value: object) -> object:
    return str(value).partition("?")[0] if "?" in str(value) else value


_FILTER = _WithoutQuery()


def silence_urls() -> None:
    """Make the HTTP library log paths only. Safe to repeat."""
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).addFilter(_FILTER)
