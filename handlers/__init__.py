"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    choosing,
    correction,
    declaring,
    filing,
    help,
    investing,
    issuing,
    material,
    nodes,
    permits,
    projects,
    query,
    report,
    reviewing,
    supervision,
)
from handlers.routing import Router

TOPICS = (
    *(help, material, answering, choosing),
    *(declaring, investing, nodes, permits, projects),  # they want their own words; what follows takes freer ones
    *(correction, issuing, reviewing, supervision, report, query, filing),
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(stranger=help.stranger, unplaced=help.unplaced, menu=help.MENU)
    for topic in TOPICS:
        router.include(topic.router)
    return router
