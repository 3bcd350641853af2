"""Which handler takes a message: declared commands in order, roles beside them, help from the declarations.

A handler takes a :class:`Turn`; what it returns is what became of the message. It never commits and never sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.reading import NameBook, Reading
from handlers.understanding.second_reader import Proposal
from models.entry import EntryKind
from models.errors import Forbidden, Overstepped, Refusal
from models.ledger import Ledger
from models.message import Inbound, Kind
from models.notices import Notice, Plain
from models.people import Person, Role
from models.project import Project
from models.trays import Incoming, InState


@dataclass(frozen=True, slots=True)
class Message:
    """A verified message, its registered sender (None for a stranger) and its kept files.

    `asks` says that a second reader may still be asked, `names` that it may be told names of projects; `proposal` is
    what it said.
    """

    inbound: Inbound
    person: Person | None
    attachments: tuple[dict[str, Any], ...] = ()
    asks: bool = False
    names: bool = True
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a message; `pressed` is shown on the card whose button was pressed.

    `freely` says that a topic took it which takes free words, so that it may have meant something else besides.
    """

    handler: str
    state: InState = InState.DONE
    pressed: str = ""
    freely: bool = False


Settled = dict[str, dict[str, tuple[str, str]]]
"""What answers have put right: 编号 → figure → its value and the words of the answer.

Under ``visit:编号`` what is settled of a visit, under ``answered:编号`` an earlier question's number and its answer.
"""


@dataclass
class Turn:
    """One registered person's message, being handled."""

    message: Message
    person: Person
    ledger: Ledger
    reading: Reading
    router: Router
    number: int  # of the message in the in-tray
    pressed: str = ""
    settled: Settled = field(default_factory=dict)
    _answers: int = 0

    @property
    def inbound(self) -> Inbound:
        """The message as it came."""
        return self.message.inbound

    def answer(self, notice: Notice, *, duty: str = "") -> None:
        """Answer the sender, at once, one to one: whatever was asked in a group."""
        self._answers += 1
        key = f"answer:{self.number}:{self._answers}"
        self.ledger.say(notice, to=self.person, key=key, push=False, duty=duty)


@contextmanager
def on_behalf_of(ledger: Ledger, original: Incoming | None) -> Iterator[None]:
    """Let entries point at the message the facts came in, not at the press that settled them."""
    pressed, ledger.source = ledger.source, original
    try:
        yield
    finally:
        ledger.source = pressed


Match = Callable[[Turn], Any]
Act = Callable[..., InState | None]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing people can say. `match` returns None, or what `act` gets besides the turn."""

    name: str
    match: Match
    act: Act
    help: str
    example: str
    roles: frozenset[Role]
    settles: bool
    listed: frozenset[Role]  # in whose help it stands; a deed, not a role, may decide who may
    topic: str = ""
    freely: bool = False  # of a topic that takes free words


@dataclass
class Router:
    """The commands of one topic; :func:`handlers.order.build_router` puts the topics in order."""

    commands: list[Command] = field(default_factory=list)
    presses: dict[str, tuple[Act, str]] = field(default_factory=dict)
    continuations: dict[str, Act] = field(default_factory=dict)
    names: NameBook = field(default_factory=NameBook)
    stranger: Callable[[Message, Ledger], Handled] | None = None
    unplaced: Act | None = None
    acknowledge: Callable[[Message, Ledger, bool], None] | None = None  # in the group that was spoken in
    afterwards: Callable[[Turn], None] | None = None  # looks at what a message has recorded
    second_thoughts: Callable[[Turn, int], None] | None = None  # at what it has not, since a mark of the ledger
    menu: dict[str, str] = field(default_factory=dict)
    topic: str = ""  # 帮助 shows commands of a topic only to who asks for it: 帮助 项目

    def command(
        self,
        match: Match,
        *,
        help: str = "",
        example: str = "",
        roles: Sequence[Role] = (),
        settles: bool = False,
        listed: Sequence[Role] = (),
    ) -> Callable[[Act], Act]:
        """Declare what people say and who may; an empty `help` keeps it out of the help text.

        `listed` shows it in the help of these roles only, where a deed decides who may.
        """

        def declare(act: Act) -> Act:
            name = act.__name__
            shown_to = frozenset(listed or roles)
            self.commands.append(
                Command(name, match, act, help, example, frozenset(roles), settles, shown_to, self.topic)
            )
            return act

        return declare

    def press(self, prefix: str, label: str) -> Callable[[Act], Act]:
        """Declare what a button with the key ``prefix-…`` does; `label` is what the used card then shows."""

        def declare(act: Act) -> Act:
            self.presses[prefix] = (act, label)
            return act

        return declare

    def answered(self, subject: str) -> Callable[[Act], Act]:
        """Declare how to go on once a question of this subject is answered: act(turn, question, value)."""

        def declare(act: Act) -> Act:
            self.continuations[subject] = act
            return act

        return declare

    def include(self, other: Router, *, freely: bool = False) -> None:
        """Take over another router's declarations, after those already here; `freely`: it takes free words."""
        self.commands.extend(replace(command, freely=freely) for command in other.commands)
        clash = (self.presses.keys() & other.presses.keys()) | (self.continuations.keys() & other.continuations.keys())
        if clash:
            raise ValueError(f"two handlers for the press or question {clash}")
        self.presses.update(other.presses)
        self.continuations.update(other.continuations)

    def settles(self, inbound: Inbound) -> bool:
        """Whether a message should wait a moment for what belongs to it; needs no database."""
        if inbound.kind in (Kind.IMAGE, Kind.LOCATION, Kind.VIDEO):
            return True
        return inbound.kind in (Kind.TEXT, Kind.VOICE) and Reading.of_text(inbound).may_be_report

    def handle(self, message: Message, ledger: Ledger) -> Handled:
        """Find the handler, check the role, and let it work; a refusal undoes its facts and is answered."""
        before = ledger.mark()
        handled = self._handle(message, ledger)
        if self.acknowledge is not None:
            noted = handled.state is InState.DONE and ledger.mark() > before
            self.acknowledge(message, ledger, noted)
        return handled

    def _handle(self, message: Message, ledger: Ledger) -> Handled:
        if message.person is None:
            assert self.stranger is not None
            return self.stranger(message, ledger)
        person, message = message.person, self._in_words(message)
        number = ledger.source.id if ledger.source else 0
        turn = Turn(message, person, ledger, Reading(message.inbound, ledger, person, self.names), self, number)
        savepoint = ledger.session.begin_nested()
        mark = ledger.mark()
        try:
            handled = self._dispatch(turn)
            if self.second_thoughts is not None and handled.freely:
                self.second_thoughts(turn, mark)
            if self.afterwards is not None and ledger.unsealed:
                self.afterwards(turn)
        except Refusal as refusal:
            savepoint.rollback()
            ledger.forget_since(mark)
            if isinstance(refusal, Overstepped):
                data = {"state": "refused", "reason": refusal.words}
                ledger.record(EntryKind.NOTE, message.inbound.text, person=person, data=data)
            turn.answer(Plain(refusal.words))
            return Handled("refused")
        savepoint.commit()
        return handled

    def _in_words(self, message: Message) -> Message:
        """Read a press of the app's menu as the words it stands for."""
        words = self.menu.get(message.inbound.action) if message.inbound.kind is Kind.BUTTON else None
        if words is None:
            return message
        return replace(message, inbound=replace(message.inbound, kind=Kind.TEXT, text=words))

    def _dispatch(self, turn: Turn) -> Handled:
        if turn.inbound.kind is Kind.BUTTON:
            return self._press(turn)
        for command in self.commands:
            match = command.match(turn)
            if match is None or match is False:
                continue
            if command.roles and not turn.ledger.has_role(turn.person, *command.roles):
                names = "、".join(role.value for role in sorted(command.roles))
                raise Forbidden(f"这件事由{names}办理；有需要请与{turn.ledger.mechanism.office_name}联系。")
            state = command.act(turn) if match is True else command.act(turn, match)
            return Handled(command.name, state or InState.DONE, turn.pressed, command.freely)
        assert self.unplaced is not None
        return Handled("unplaced", self.unplaced(turn) or InState.UNPLACED, freely=True)

    def again(
        self,
        turn: Turn,
        *,
        original: Incoming | None = None,
        text: str | None = None,
        person: Person | None = None,
        project: Project | None = None,
        settled: Settled | None = None,
    ) -> Handled:
        """Handle a message anew, now that an answer has filled its gap; entries point at the message they came in.

        `original` is the earlier message, by default this one; `text`, `person`, `project` and `settled` are what is
        now known: the words to read instead, whose they are, which project is meant, which figures are right.
        """
        ledger, person = turn.ledger, person or turn.person
        inbound = original.inbound if original else turn.inbound
        if text is not None:
            inbound = replace(inbound, kind=Kind.TEXT, text=text)
        reading = Reading(inbound, ledger, person, self.names)
        if project is not None:
            reading.settle(project)
        message = Message(inbound, person, turn.message.attachments)
        known = settled or turn.settled
        next_turn = Turn(message, person, ledger, reading, self, turn.number, settled=known, _answers=turn._answers)
        try:
            with on_behalf_of(ledger, original or ledger.source):
                return self._dispatch(next_turn)
        finally:
            turn._answers = next_turn._answers

    def _press(self, turn: Turn) -> Handled:
        prefix, _, rest = turn.inbound.action.partition("-")
        found = self.presses.get(prefix)
        if found is None:
            raise Forbidden("这个按钮已经不用了，请直接说要办什么，或发「帮助」。")
        act, turn.pressed = found
        state = act(turn, rest)
        return Handled(act.__name__, state or InState.DONE, turn.pressed)

    @property
    def topics(self) -> list[str]:
        """The topics that have a help of their own."""
        return list(dict.fromkeys(command.topic for command in self.commands if command.topic))

    def help_for(self, roles: frozenset[Role], topic: str | None = None) -> list[tuple[str, str]]:
        """Return (what it does, an example) of what somebody with these roles may say, of one topic where asked."""
        return [
            (command.help, command.example)
            for command in self.commands
            if command.help
            and (not command.listed or command.listed & roles)
            and (topic is None or command.topic == topic)
        ]
