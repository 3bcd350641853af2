"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    approving,
    assenting,
    attending,
    bulletins,
    convening,
    correction,
    deciding,
    delaying,
    dispatching,
    duties,
    extending,
    filing,
    help,
    inspecting,
    issuing,
    material,
    members,
    noticing,
    observing,
    problems,
    proposing,
    publishing,
    query,
    report,
    requesting,
    reviewing,
    supervision,
    tasks,
    topic_lists,
    topics,
    urging,
)
from handlers.routing import Router

_MEETINGS = (
    assenting,
    deciding,
    topics,
    topic_lists,
    proposing,
    bulletins,
    observing,
    members,
    convening,
    attending,
)
TOPICS = (
    help,
    material,
    answering,
    *_MEETINGS,
    correction,
    duties,
    inspecting,
    delaying,
    extending,
    requesting,
    dispatching,
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
