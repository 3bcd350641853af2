"""The ledger as handlers and obligations see it: who, when, record and say.

A :class:`Ledger` lives for one unit of work. `record` collects entries, `say` writes out-tray rows; the edge
that opened the session calls `seal` and commits, so facts and words stand or fall together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import holidays, pictures
from models.calendar import SHANGHAI, Window, WorkCalendar, local_date, next_opening
from models.called import SETTING as CALLED
from models.called import Called, read_called, stored
from models.entry import GENESIS, ChainHead, Entry, EntryKind, of_kinds
from models.mechanism import Mechanism
from models.message import PAGE
from models.notices import Manner, Notice
from models.people import Account, Person, Role, Term, account_key
from models.project import Group, Project
from models.trays import Incoming, Outgoing, OutState, Setting


@dataclass
class County:
    """What a county runs by: its written mechanism, the official calendar, and where its pages are.

    `public_url` has no slash at its end; empty where nothing is served, as at the command line.
    """

    mechanism: Mechanism
    calendar: WorkCalendar
    public_url: str = ""

    def keep_up(self, session: Session) -> None:
        """Let the calendar know what the office has entered since: holidays come late in the year."""
        holidays.learn(self.calendar, get_setting(session, holidays.SETTING))

    @property
    def window(self) -> Window:
        """The hours in which we may speak first."""
        return self.mechanism.speaking_window

    def next_push(self, instant: datetime) -> datetime:
        """Return when what is said first may leave, from an instant on: not before the morning's digest."""
        mornings = Window(time.fromisoformat(self.mechanism.morning), self.window.end)
        return next_opening(instant, mornings, self.calendar)


@dataclass(frozen=True)
class Stranger:
    """Somebody who wrote but is not registered."""

    platform: str
    user_id: str


@dataclass(frozen=True)
class Room:
    """The chat a message came from where that is not the person's own with the app: a group we were called in
    (`group` is its id, registered or not), or one to one with a second robot (`group` empty).
    """

    platform: str
    group: str = ""
    reply: str = field(default="", repr=False)  # see models.message.Inbound


class Ledger:
    """One unit of work on the county's books at one instant."""

    def __init__(self, session: Session, now: datetime, county: County, source: Incoming | None = None) -> None:
        self.session = session
        self.now = now
        self.county = county
        self.source = source
        self._unsealed: list[Entry] = []
        self.asked: set[int] = set()  # whom this unit of work has put questions to
        self._when_sealed: list[tuple[Entry, Callable[[Entry], None]]] = []
        self._called: Called | None = None
        county.keep_up(session)

    @property
    def today(self) -> date:
        """The local date."""
        return local_date(self.now)

    @property
    def local_now(self) -> datetime:
        """The instant in the county's zone."""
        return self.now.astimezone(SHANGHAI)

    @property
    def mechanism(self) -> Mechanism:
        """The written mechanism in force."""
        return self.county.mechanism

    @property
    def calendar(self) -> WorkCalendar:
        """The official working calendar."""
        return self.county.calendar

    @property
    def called(self) -> Called:
        """The days that notices have fixed against the rule; one row, read once per unit of work."""
        if self._called is None:
            self._called = read_called(get_setting(self.session, CALLED))
        return self._called

    def call(self, called: Called) -> None:
        """Keep the days that notices have fixed from now on."""
        put_setting(self.session, CALLED, stored(called))
        self._called = called

    # --- people -----------------------------------------------------------------------------------------

    def person_by_account(self, platform: str, user_id: str) -> Person | None:
        """Return who writes under an account, or on our own page."""
        if platform == PAGE:
            return self.session.get(Person, int(user_id))
        account = self.session.scalar(
            select(Account).where(Account.platform == platform, Account.user_key == account_key(platform, user_id))
        )
        return account.person if account else None

    def people_with(self, role: Role, units: Collection[int] | None = None) -> list[Person]:
        """Return everybody who holds a role today, each once, in these units (ids) or in any, as registered."""
        query = select(Term).where(Term.role == role).order_by(Term.id)
        if units is not None:
            query = query.join(Person).where(Person.unit_id.in_(units))
        holders = (term.person for term in self.session.scalars(query) if term.covers(self.today))
        return list({person.id: person for person in holders}.values())

    def has_role(self, person: Person, *roles: Role) -> bool:
        """Whether the person holds any of the roles today."""
        return bool(person.roles(self.today) & set(roles))

    # --- facts ------------------------------------------------------------------------------------------

    def record(
        self,
        kind: EntryKind,
        text: str,
        *,
        person: Person | None,
        project: Project | None = None,
        data: dict[str, Any] | None = None,
        attachments: Sequence[dict[str, Any]] = (),
        supersedes: int | None = None,
        channel: str | None = None,
    ) -> Entry:
        """Add an entry to this unit of work; it gets its number and its seal from :meth:`seal`.

        What is None or an empty mapping in `data` is left out. `channel` is how it reached us: by default the platform
        of the message being handled, else "office". Pictures used before are marked (`models/pictures.py`).
        """
        source = self.source
        told = {name: value for name, value in (data or {}).items() if value is not None and value != {}}
        if attachments and project is not None and supersedes is None:  # what supersedes carries its marks along
            attachments = pictures.marked(self, attachments, person, project, pictures.day_of(told, self.now))
        entry = Entry(
            time=self.now.replace(microsecond=self.now.microsecond // 1000 * 1000),
            kind=kind.value,
            project=project.code if project else None,
            person=person.name if person else None,
            person_id=person.id if person else None,
            text=text,
            data=told,
            attachments=list(attachments),
            channel=channel or (source.platform if source else "office"),
            message_id=source.key if source else None,
            source=source.digest if source else None,
            supersedes=supersedes,
        )
        self._unsealed.append(entry)
        return entry

    def seal(self) -> None:
        """Number, chain and write the entries of this unit of work. Call once, last before the commit.

        The head's row is locked from here to the commit only, so writers wait for each other's commit and not
        for each other's thinking.
        """
        if not self._unsealed:
            return
        self.session.flush()
        head = self.session.get(ChainHead, 1, with_for_update=True, populate_existing=True)
        if head is None:
            raise RuntimeError("the database has no chain head: run `duban init`")
        for entry in self._unsealed:
            head.seq += 1
            entry.seq, entry.prev = head.seq, head.hash
            entry.hash = head.hash = entry.computed_hash()
            self.session.add(entry)
        for entry in self._unsealed:
            if entry.attachments:
                pictures.note_uses(self.session, entry)
        standing = {id(entry) for entry in self._unsealed}
        for entry, told in self._when_sealed:
            if id(entry) in standing:  # what refused was forgotten, and pays nothing
                told(entry)
        self._unsealed, self._when_sealed = [], []
        self.session.flush()

    def when_sealed(self, entry: Entry, told: Callable[[Entry], None]) -> None:
        """Call `told` once the entry has its number: rows that point at it learn it then."""
        self._when_sealed.append((entry, told))

    @property
    def unsealed(self) -> list[Entry]:
        """The entries of this unit of work so far."""
        return list(self._unsealed)

    def mark(self) -> int:
        """Remember how many entries this unit of work has, for :meth:`forget_since`."""
        return len(self._unsealed)

    def forget_since(self, mark: int) -> None:
        """Forget the entries recorded since a mark: what refused left no trace."""
        del self._unsealed[mark:]

    # --- words ------------------------------------------------------------------------------------------

    def say(
        self,
        notice: Notice,
        *,
        to: Person | Group | Stranger | Room,
        key: str,
        push: bool = True,
        not_before: datetime | None = None,
        duty: str = "",
        urgent: str = "",
        expires_at: datetime | None = None,
    ) -> Outgoing | None:
        """Put something to say into the out-tray; None when this key was said before.

        A push waits for the morning of a working day unless `urgent` gives the reason; a formal one, a result, or one
        that an hour makes pointless (`expires_at`) for the speaking window only. An answer leaves at once.
        """
        if self.session.scalar(select(Outgoing.id).where(Outgoing.key == key)) is not None:
            return None
        earliest = max(self.now, not_before or self.now)
        if push and not urgent:
            waits = notice.manner is Manner.DIGEST and expires_at is None and isinstance(to, Person)
            opening = (
                self.county.next_push(earliest) if waits else next_opening(earliest, self.county.window, self.calendar)
            )
            earliest = opening
        row = Outgoing(
            key=key,
            notice=notice.name,
            facts=notice.facts(),
            push=push,
            urgent=urgent,
            duty=duty,
            created_at=self.now,
            not_before=earliest,
            expires_at=expires_at,
            state=OutState.WAITING.value,
            attempts=0,
            platform=self.source.platform if self.source and not push else "",
        )
        _address(row, to)
        if not push and row.chat is None and self._asked_by(to):
            row.chat = self._chat_of_source()
        self.session.add(row)
        self.session.flush()
        return row

    def _asked_by(self, to: Person | Group | Stranger | Room) -> bool:
        """Whether `to` sent the message that is being handled."""
        if self.source is None or not isinstance(to, Person):
            return False
        asked = (self.source.platform, account_key(self.source.platform, self.source.sender))
        return any((account.platform, account.user_key) == asked for account in to.accounts)

    def _chat_of_source(self) -> dict[str, Any] | None:
        assert self.source is not None
        message = self.source.message
        group, reply = message.get("group", ""), message.get("reply", "")
        return dataclasses.asdict(Room(self.source.platform, group, reply)) if group or reply else None

    def say_to_office(
        self, notice: Notice, *, key: str, push: bool = True, duty: str = "", besides: int | None = None
    ) -> None:
        """Say something to everybody at the office (项目办), leaving out the person `besides`."""
        for person in self.people_with(Role.OFFICE):
            if person.id != besides:
                self.say(notice, to=person, key=f"{key}:{person.id}", push=push, duty=duty)

    def drop_waiting(self, duty: str) -> None:
        """Cancel what still waits for a duty that is met."""
        self.session.execute(
            update(Outgoing)
            .where(Outgoing.duty == duty, Outgoing.state == OutState.WAITING.value)
            .values(state=OutState.CANCELLED.value)
        )

    def waiting_facts(self, duty: str) -> list[dict[str, Any]]:
        """Return the facts of what still waits for a duty."""
        return list(
            self.session.scalars(
                select(Outgoing.facts).where(Outgoing.duty == duty, Outgoing.state == OutState.WAITING.value)
            )
        )

    def said(self, key: str) -> bool:
        """Whether something was put into the out-tray under this key."""
        return self.session.scalar(select(Outgoing.id).where(Outgoing.key == key)) is not None

    # --- entries ----------------------------------------------------------------------------------------

    def entries(self, *, project: str | None = None, kinds: Iterable[EntryKind] = (), limit: int = 50) -> list[Entry]:
        """Return the newest entries that stand (not superseded), newest first.

        A correction that gives a new version of an entry stands for it: it is found under that entry's kind.
        """
        newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
        query = select(Entry).where(Entry.seq.not_in(newer)).order_by(Entry.seq.desc()).limit(limit)
        if project is not None:
            query = query.where(Entry.project == project)
        wanted = list(kinds)
        if wanted:
            query = query.where(of_kinds(wanted))
        return list(self.session.scalars(query))


def _address(row: Outgoing, to: Person | Group | Stranger | Room) -> None:
    if isinstance(to, Person):
        row.person_id = to.id
        row.conversation = f"person:{to.id}"
    elif isinstance(to, Group):
        row.group_id = to.id
        row.conversation = f"group:{to.id}"
    elif isinstance(to, Room):
        row.chat = dataclasses.asdict(to)
        row.conversation = f"{to.platform}:room:{to.group}"
    else:
        row.account = dataclasses.asdict(to)
        row.conversation = f"{to.platform}:{to.user_id}"


def start_chain(session: Session) -> None:
    """Give a new database its chain head."""
    if session.get(ChainHead, 1) is None:
        session.add(ChainHead(id=1, seq=0, hash=GENESIS))


def get_setting(session: Session, key: str) -> dict[str, Any] | None:
    """Return a house setting."""
    row = session.get(Setting, key)
    return row.value if row else None


def put_setting(session: Session, key: str, value: dict[str, Any]) -> None:
    """Keep a house setting."""
    session.merge(Setting(key=key, value=value))
