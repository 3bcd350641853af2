"""What became of one thing a simulated person did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message or event taken to the product.

    `status` is the last answer's HTTP status or the Stream ACK's code, None when there was no answer.
    `msg_id` is the platform's id, empty for events. `plain` is the XML or JSON as it was before any
    sealing, enough to deliver it again; `answer` is what the product said.
    """

    status: int | None
    attempts: int
    msg_id: str
    plain: str
    answer: bytes = b""

    @property
    def accepted(self) -> bool:
        """Whether the product said that it has it."""
        return self.status == 200
