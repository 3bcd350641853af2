"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    assenting,
    attending,
    bulletins,
    convening,
    correction,
    deciding,
    filing,
    help,
    issuing,
    material,
    members,
    observing,
    proposing,
    query,
    report,
    reviewing,
    supervision,
    topic_lists,
    topics,
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
    issuing,
    reviewing,
    supervision,
    report,
    query,
    filing,
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(stranger=help.stranger, unplaced=help.unplaced, menu=help.MENU)
    for topic in TOPICS:
        router.include(topic.router)
    return router
