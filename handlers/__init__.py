"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    boards,
    chains,
    changes,
    clues,
    correction,
    extracts,
    filing,
    help,
    issuing,
    material,
    needs,
    query,
    relays,
    report,
    reviewing,
    supervision,
    teams,
    units,
)
from handlers.routing import Router

TOPICS = (
    clues,  # before all others: what belongs here must not reach them
    help,
    material,
    answering,
    extracts,
    relays,
    changes,
    units,
    needs,
    correction,
    issuing,
    reviewing,
    supervision,
    teams,
    report,
    boards,
    chains,
    query,
    filing,
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(stranger=help.stranger, unplaced=help.unplaced, menu=help.MENU)
    for topic in TOPICS:
        router.include(topic.router)
    return router
