"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    approving,
    correction,
    delaying,
    duties,
    extending,
    filing,
    help,
    inspecting,
    issuing,
    material,
    noticing,
    problems,
    publishing,
    query,
    report,
    requesting,
    reviewing,
    supervision,
    tasks,
    urging,
)
from handlers.routing import Router

TOPICS = (
    help,
    material,
    answering,
    correction,
    duties,
    inspecting,
    delaying,
    extending,
    requesting,
    tasks,
    problems,
    urging,
    issuing,
    noticing,
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
