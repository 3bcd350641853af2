"""Where the second reader (辅助识读) may help: what it proposes becomes at most one question, never an entry.

It is asked about a plain statement that no rule took, and about a report that names no project, and only outside of
the unit of work: :class:`Unsure` undoes it, the edge asks and handles the message anew with the proposal beside it.
"""

from __future__ import annotations

from handlers.reading import REPORTS
from handlers.routing import Turn
from handlers.understanding.intents import Intent
from handlers.understanding.second_reader import INTENTS, MOST_PROJECTS, Proposal, Request, may_be_sent, request
from models import question as questions
from models.directory import find_project, private_names
from models.message import Kind
from models.notices import Asked
from models.project import Project
from models.rights import may_see

SUBJECT = "proposed"
_SHOWN = 40
_BUTTONS = 3
_LABELS = {**{intent: label for label, intent in INTENTS.items()}, Intent.VISIT: "现场办公"}


class Unsure(Exception):
    """The rules cannot place a message; the second reader may be asked before it is handled again."""

    def __init__(self, asked: Request) -> None:
        super().__init__("a second reader may be asked")
        self.asked = asked


def propose(turn: Turn) -> bool:
    """Ask the sender whether the second reader read it right; False when there is nothing to ask.

    Raises :class:`Unsure` where the second reader is there and was not asked yet.
    """
    if turn.message.asks and _is_for_it(turn):
        raise Unsure(_request(turn))
    proposal = turn.message.proposal
    if proposal is None or proposal.text != turn.reading.text:
        return False
    project = _meant(turn, proposal)
    if project is None:
        return False
    _ask(turn, proposal, project)
    return True


def _is_for_it(turn: Turn) -> bool:
    """Whether the rules understood nothing else, so that a proposal cannot contradict them."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or not may_be_sent(turn.reading.text):
        return False
    if turn.reading.is_report:
        # Up to three projects are all on the buttons of the question that is asked anyway.
        return not turn.reading.decision.matches and not 0 < len(turn.reading.own) <= _BUTTONS
    return not turn.reading.intents and not turn.message.attachments and len(turn.reading.named) <= 1


def _request(turn: Turn) -> Request:
    text = turn.reading.text
    projects = [] if turn.reading.named or not turn.message.names else _candidates(turn)
    names = [(project.code, project.name) for project in projects]
    return request(
        text,
        sent=turn.inbound.sent_at,
        people=private_names(turn.ledger, "\n".join([text, *(name for _, name in names)])),
        projects=names,
        wants_intent=not turn.reading.is_report,
    )


def _candidates(turn: Turn) -> list[Project]:
    """Return the few projects it may be about: the sender's own, else those whose names are most like the words."""
    own = turn.reading.own
    if len(own) == 1 and not turn.reading.is_report:
        return []
    likely = own or turn.reading.resembling(MOST_PROJECTS)
    return [project for project in likely if may_see(turn.ledger, turn.person, project)][:MOST_PROJECTS]


def _meant(turn: Turn, proposal: Proposal) -> Project | None:
    """Return the project to ask about: what the rules are certain of goes before what is proposed."""
    if turn.reading.named:
        project = turn.reading.named[0]
    elif proposal.project:
        project = find_project(turn.ledger, proposal.project)
    elif len(turn.reading.own) == 1:
        project = turn.reading.own[0]
    else:
        return None
    return project if may_see(turn.ledger, turn.person, project) else None


def _ask(turn: Turn, proposal: Proposal, project: Project) -> None:
    assert turn.ledger.source is not None
    intent = proposal.intent or next(one for one in _LABELS if one in turn.reading.intents & REPORTS)
    words = proposal.spans.get("intent") or turn.reading.text
    facts = {
        "incoming": turn.ledger.source.id,
        "project": project.code,
        "intent": proposal.intent.value if proposal.intent else None,
        "spans": dict(proposal.spans),
        "reader": {"model": proposal.model, "digest": proposal.digest},
    }
    options = [(questions.YES, "是"), (questions.NO, "不是")]
    question = questions.ask(turn.ledger, turn.person, SUBJECT, facts, options)
    shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
    asks = f"是说《{project.name}》的{_LABELS[intent]}「{shown}」吗？答了才记。"
    turn.answer(Asked(asks, question.buttons), duty=f"question:{question.id}")
