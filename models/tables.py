"""Imports every table, so that whoever needs the whole schema finds it whole."""

from __future__ import annotations

from models import (
    absence,
    brief,
    duties,
    entry,
    gate,
    handover,
    investment,
    meeting,
    nodes,
    people,
    permit,
    post,
    project,
    question,
    reporting,
    supervision,
    tags,
    task,
    trays,
)

ALL = (
    *(absence, brief, duties, entry, gate, handover, investment, meeting, nodes, people, permit, post, project),
    *(question, reporting, supervision, tags, task, trays),
)
