"""What a notice is: facts with a name that is its template's name in `templates/messages/`.

A notice is a frozen dataclass; its fields are what the template may use. Dates are local dates, date-times aware.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import TypeAdapter


class Manner(StrEnum):
    """How something said first leaves (★9)."""

    DIGEST = "digest"
    """From the morning on, together with what waits beside it."""
    FORMAL = "formal"
    """A paper of its own: as soon as the window opens, in a slot of its own."""
    RESULT = "result"
    """What came of somebody's own request: as soon as the window opens, and in no slot, as answers are."""


Press = tuple[str, str]  # a button: its key and its label


@dataclass(frozen=True)
class Notice:
    """Base of all notices."""

    registry: ClassVar[dict[str, type[Notice]]] = {}
    manner: ClassVar[Manner] = Manner.DIGEST

    def __init_subclass__(cls) -> None:
        Notice.registry[cls.name_of()] = cls

    @classmethod
    def name_of(cls) -> str:
        """Return the template's name: VisitFiled is visit_filed."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def name(self) -> str:
        """The template's name."""
        return self.name_of()

    def facts(self) -> dict[str, Any]:
        """Return the fields as JSON."""
        facts: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json")
        return facts


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def _adapter(kind: type[Notice]) -> TypeAdapter[Any]:
    """Return what reads and writes a kind of notice; made once, for making one costs more than using it."""
    return _ADAPTERS.setdefault(kind.__name__, _ADAPTERS.get(kind.__name__) or TypeAdapter(kind))


def read_notice(name: str, facts: dict[str, Any]) -> Notice:
    """Rebuild a notice from its out-tray row."""
    notice: Notice = _adapter(Notice.registry[name]).validate_python(facts)
    return notice


def notice_fields(kind: type[Notice]) -> set[str]:
    """Return the names a template may use."""
    return {field.name for field in dataclasses.fields(kind)}
