"""Imports every table, so that whoever needs the whole schema finds it whole."""

from __future__ import annotations

from models import (
    absence,
    duties,
    entry,
    hush,
    meeting,
    people,
    plan,
    post,
    project,
    question,
    reporting,
    summary,
    supervision,
    task,
    trays,
)

ALL = (
    absence,
    duties,
    entry,
    hush,
    meeting,
    summary,
    people,
    plan,
    post,
    project,
    question,
    reporting,
    supervision,
    task,
    trays,
)
