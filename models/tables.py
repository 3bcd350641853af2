"""Imports every table, so that whoever needs the whole schema finds it whole."""

from __future__ import annotations

from models import (
    absence,
    attendance,
    duties,
    entry,
    meeting,
    observation,
    papers,
    people,
    post,
    project,
    question,
    reporting,
    roster,
    supervision,
    task,
    topic,
    trays,
)

ALL = (
    absence,
    attendance,
    duties,
    entry,
    meeting,
    observation,
    papers,
    people,
    post,
    project,
    question,
    reporting,
    roster,
    supervision,
    task,
    topic,
    trays,
)
