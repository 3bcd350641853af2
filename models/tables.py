"""Imports every table, so that whoever needs the whole schema finds it whole."""

from __future__ import annotations

from models import (
    absence,
    duties,
    entry,
    meeting,
    people,
    post,
    project,
    question,
    reporting,
    supervision,
    task,
    trays,
)

ALL = (absence, duties, entry, meeting, people, post, project, question, reporting, supervision, task, trays)
