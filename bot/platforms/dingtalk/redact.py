"""Keeping tokens and secrets out of logs: the old API carries both in its query strings."""

from __future__ import annotations

import logging
import re

_SECRETS = re.compile(
    r"(?i)\b(access_token|accessToken|appsecret|appSecret|clientSecret|client_secret|ticket|sign)"
    r"(\"?\s*[=:]\s*\"?)[^&\s\"',}]+"
)


def redact(text: str) -> str:
    """Replace what follows a secret's name, in a query string or in JSON, by three dots."""
    return _SECRETS.sub(r"\1\2...", text)


class QuietFilter(logging.Filter):
    """Rewrites a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the formatted message; always let it pass."""
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_FILTER = QuietFilter()


def quiet_http_logs() -> None:
    """Redact the request lines the HTTP client writes at INFO. Safe to repeat."""
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).addFilter(_FILTER)
