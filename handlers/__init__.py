"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    approving,
    correction,
    duties,
    filing,
    help,
    issuing,
    material,
    publishing,
    query,
    report,
    reviewing,
    supervision,
)
from handlers.routing import Router

TOPICS = (
    help,
    material,
    answering,
    correction,
    duties,
    issuing,
    reviewing,
    supervision,
    report,
    approving,
    publishing,
    query,
    filing,
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(stranger=help.stranger, unplaced=help.unplaced, menu=help.MENU)
    for topic in TOPICS:
        router.include(topic.router)
    return router
