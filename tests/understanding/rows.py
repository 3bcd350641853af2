"""The corpus: what somebody types, and what must be true of the ledger and of the answer afterwards.

A half is a YAML list. A row says `who` and `say` (a word in square brackets is a press of that button), optionally
`at` (when, by default a Thursday morning), `before` (what was said earlier in the conversation, `name: words` each),
`site` (a place sent just before, the project's own), `group` (said in a group) and `voice`. It states exactly one of

- `write`: entries that must be written, one line each: ``kind P01 key=value …`` (see :class:`Wanted`);
- `ask: must`: one question and nothing written;
- `read`: words the answer must hold, nothing written and nothing asked back;
- `refuse`: words of the refusal, nothing written;
- `quiet`: nothing written, nothing asked; `kept` where leaving it for the office is right too.

Beside these: `ask: may` allows a question instead of a `write`; `also` lists entries that may be written besides;
`says` and `never` are words the answers must and must not hold (``甲|乙``: one of them); `told` what somebody else
must hear; `buttons` what an open question offers; `groups` that a group may be told; `erased` that the message's own
words are not kept; `why` tells the judgement behind a row that the documents leave open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from models.calendar import SHANGHAI
from models.entry import EntryKind

NOW = "2026-09-17 10:00"
FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is
OPEN = FOLDER / "open.yaml"
_EXPECTATIONS = ("write", "read", "refuse", "quiet")
_SHORT = {"month": "month_amount", "total": "total_amount"}
_KINDS = {kind.value for kind in EntryKind}
SITE = {"visit", "progress", "problem"}
_KEYS = {
    *("who", "say", "at", "before", "site", "group", "voice", "write", "ask", "read", "refuse", "quiet", "kept"),
    *("also", "says", "never", "told", "buttons", "groups", "erased", "why"),
}


class BadRow(ValueError):
    """A row of the corpus that cannot be read."""


@dataclass(frozen=True)
class Wanted:
    """An entry as the corpus wants it.

    ``progress P01 month=2300 total=18500``: `by` is the entry's person, every other key is one of its data. The kind
    may be one of several (``progress|note``); a project left out is not looked at.
    ``a|b`` is either, ``~a`` what holds a, ``-`` absent, ``*`` anything; `_` stands for a blank. What is not stated
    is held to what nobody said: a site entry happened today, on site, without figures, approximation or deadline.
    """

    kind: str
    project: str
    data: dict[str, str]

    @classmethod
    def read(cls, line: str, today: str) -> Wanted:
        """Read a line. Raises :class:`BadRow`."""
        kind, *words = line.split()
        project = words.pop(0) if words and "=" not in words[0] else ""
        if (
            not set(kind.split("|")) <= _KINDS
            or (kind in SITE and not project)
            or any("=" not in word for word in words)
        ):
            raise BadRow(f"not an entry: {line}")
        data = {}
        for word in words:
            key, _, value = word.partition("=")
            data[_SHORT.get(key, key)] = value.replace("_", " ")
        return cls(kind, project, _defaults(kind, data, today) | data)

    def fits(self, line: dict[str, Any]) -> str:
        """Say in what an exported line differs, empty when it is the entry wanted."""
        if line["kind"] not in self.kind.split("|"):
            return f"kind {line['kind']}"
        if self.project and line["project"] != self.project:
            return f"project {line['project']}"
        found = {**line["data"], "by": line["person"], "supersedes": line["supersedes"]}
        for key, value in self.data.items():
            if not _alike(value, found.get(key)):
                return f"{key}={found.get(key)} for {value}"
        return ""


def _defaults(kind: str, data: dict[str, str], today: str) -> dict[str, str]:
    """What a site entry must hold where the row does not say otherwise."""
    if kind not in SITE:
        return {}
    defaults = {"occurred": today}
    if kind == "visit":
        defaults |= {"mode": "现场", "recorded_for": "-"}
    if kind == "problem" and "problem" not in data:
        defaults |= {"due": "-"}
    if kind == "progress":
        defaults |= {"month_amount": "-", "total_amount": "-", "percent": "-", "approximate": "-"}
        defaults["no_news"] = "-"
        if {"month_amount", "total_amount"} & data.keys():
            defaults["period"] = today[:7]
    return defaults


def _alike(wanted: str, found: Any) -> bool:
    return any(_is(one, found) for one in wanted.split("|"))


def _is(wanted: str, found: Any) -> bool:
    if wanted == "*":
        return True
    if wanted == "-":
        return found is None or found is False or found == ""
    if wanted == "+":
        return bool(found)
    if wanted.startswith("~"):
        return wanted[1:] in str(found)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return _number(wanted) is not None and abs(float(wanted) - found) < 0.005
    return str(found) == wanted or (wanted == "true" and found is True)


def _number(words: str) -> float | None:
    try:
        return float(words)
    except ValueError:
        return None


@dataclass(frozen=True)
class Row:
    """One utterance and what must become of it."""

    id: str
    who: str
    say: str
    at: datetime
    expects: str  # write, ask, read, refuse or quiet
    write: tuple[Wanted, ...] = ()
    also: tuple[Wanted, ...] = ()
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    told: dict[str, list[str]] = field(default_factory=dict)
    buttons: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    site: str = ""
    group: bool = False
    voice: bool = False
    may_ask: bool = False
    kept: bool = False
    groups: bool = False
    erased: bool = False
    why: str = ""


def load(path: Path) -> list[Row]:
    """Read a half of the corpus. Raises :class:`BadRow`."""
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    return [read_row(row, f"{path.stem}-{number:03d}") for number, row in enumerate(raw, start=1)]


def read_row(row: dict[str, Any], identity: str) -> Row:
    """Read one row. Raises :class:`BadRow`."""
    unknown = row.keys() - _KEYS
    stated = [name for name in _EXPECTATIONS if name in row] + (["ask"] if row.get("ask") == "must" else [])
    if unknown or len(stated) != 1:
        raise BadRow(f"{identity} states {stated or 'nothing'}{f', unknown {unknown}' if unknown else ''}: {row}")
    expects = stated[0]
    at = datetime.fromisoformat(str(row.get("at", NOW))).replace(tzinfo=SHANGHAI)
    today = at.date().isoformat()
    answer = _list(row.get(expects)) if expects in ("read", "refuse") else []
    write = tuple(Wanted.read(line, today) for line in _list(row.get("write")))
    also = [Wanted.read(line, today) for line in _list(row.get("also"))]
    # What a project lacks is noted as a need beside its problem (DC-26).
    also += [Wanted("note", one.project, {"state": "need"}) for one in (*write, *also) if "problem" in one.kind]
    # A liaison's figures of the month are the monthly report, which waits for consent (C03).
    figures = [one for one in write if one.kind == "progress" and {"month_amount", "total_amount"} <= _stated(one)]
    also += [Wanted("submission", one.project, {"state": "待同意"}) for one in figures]
    return Row(
        id=identity,
        who=row["who"],
        say=str(row["say"]),
        at=at,
        expects=expects,
        write=write,
        also=tuple(also),
        words=(*answer, *_list(row.get("says"))),
        never=tuple(_list(row.get("never"))),
        told={who: _list(words) for who, words in (row.get("told") or {}).items()},
        buttons=tuple(_list(row.get("buttons"))),
        before=tuple((who, str(words)) for step in row.get("before") or () for who, words in step.items()),
        site=row.get("site", ""),
        group=bool(row.get("group")),
        voice=bool(row.get("voice")),
        may_ask=row.get("ask") == "may",
        kept=bool(row.get("kept")),
        groups=bool(row.get("groups")),
        erased=bool(row.get("erased")),
        why=row.get("why", ""),
    )


def _stated(wanted: Wanted) -> set[str]:
    return {key for key, value in wanted.data.items() if value != "-"}


def _list(value: Any) -> list[str]:
    if value is None or value is True:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
