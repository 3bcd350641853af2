"""The inspectors' periodic papers: drafted from the ledger on their day, asking the units nothing (DC-33)."""

from __future__ import annotations

from datetime import timedelta

from models import briefing, duties
from models.duties import due_within
from models.inspection_paper import InspectionPaper, draft, drawn_by_inspectors, paper_for
from models.ledger import Ledger
from models.mechanism import DutyKind, Obligation
from models.notices import PaperDrafted
from models.obligation import Occurrence
from models.people import Role
from models.periods import period_words
from models.reporting import begun
from scheduler.speaking import may_remind

_BACK = timedelta(days=40)
_AHEAD = timedelta(days=15)


def inspection_drafts(ledger: Ledger) -> None:
    """Draft every paper whose day has come and that is neither drafted nor paid, and give it to the inspectors."""
    if not may_remind(ledger):
        return
    since = begun(ledger)
    for duty in drawn_by_inspectors(ledger):
        found = due_within(ledger, duty, ledger.today - _BACK, ledger.today + _AHEAD)
        for one in found:
            if one.waived or one.remind_on is None or one.remind_on > ledger.today or one.ends < since:
                continue
            if paper_for(ledger, duty, one.period) is None and not duties.payments(ledger, duty, one.period):
                _draft(ledger, duty, one)


def _draft(ledger: Ledger, duty: Obligation, one: Occurrence) -> None:
    body = briefing.periodic(ledger, one)
    paper = draft(
        ledger,
        series=_series(ledger, duty),
        title=f"{period_words(one.period)}{duty.name}",
        body=body.text,
        sources=body.sources,
        duty=duty,
        period=one.period,
    )
    for person in ledger.people_with(Role.INSPECTOR):
        ledger.say(_words(paper), to=person, key=f"paper:{paper.id}:{person.id}", duty=f"paper:{paper.id}")


def _series(ledger: Ledger, duty: Obligation) -> str:
    """Return the name a paper is numbered under: the county's own for bulletins, else the duty's."""
    return ledger.mechanism.documents.inspection_bulletin if duty.kind is DutyKind.BULLETIN else duty.name


def _words(paper: InspectionPaper) -> PaperDrafted:
    buttons = [(f"publish-{paper.id}", "印发")]
    return PaperDrafted(title=paper.title, number=paper.number, body=paper.body[:900], buttons=buttons)
