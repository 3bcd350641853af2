"""Imports every table, so that whoever needs the whole schema finds it whole."""

from __future__ import annotations

from models import (
    absence,
    delays,
    duties,
    entry,
    extension,
    inspection,
    lookback,
    meeting,
    paper,
    people,
    post,
    project,
    question,
    reporting,
    request,
    supervision,
    task,
    trays,
)

ALL = (
    absence,
    delays,
    duties,
    entry,
    extension,
    inspection,
    lookback,
    meeting,
    paper,
    people,
    post,
    project,
    question,
    reporting,
    request,
    supervision,
    task,
    trays,
)
