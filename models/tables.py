"""Imports every table, so that whoever needs the whole schema finds it whole."""

from __future__ import annotations

from models import entry, meeting, people, project, question, reporting, supervision, trays

ALL = (entry, meeting, people, project, question, reporting, supervision, trays)
