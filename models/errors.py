"""Expected refusals, as against bugs.

Refusal
├── Forbidden   the asker has no right to it, or it does not exist: one answer for both
│   └── Overstepped   a decision that is others' to make: the attempt is kept in the ledger
└── WrongState  the object's state does not allow it (a reply to a closed notice)
"""

from __future__ import annotations


class Refusal(Exception):
    """Something we will not do. The text is one polite Chinese sentence with the next step, shown as it is."""

    @property
    def words(self) -> str:
        """The sentence for the user."""
        return str(self)


class Forbidden(Refusal):
    """Not theirs, or not there."""


class Overstepped(Forbidden):
    """A decision that is others' to make; nothing changes, and that it was tried is kept."""


class WrongState(Refusal):
    """Not possible in this state."""
