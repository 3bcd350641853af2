"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    answering,
    approving,
    assenting,
    attending,
    bulletins,
    choosing,
    convening,
    correction,
    deciding,
    declaring,
    delaying,
    dispatching,
    duties,
    extending,
    filing,
    help,
    inspecting,
    investing,
    issuing,
    material,
    members,
    nodes,
    noticing,
    observing,
    permits,
    problems,
    projects,
    proposing,
    proxies,
    publishing,
    query,
    report,
    requesting,
    reviewing,
    stalling,
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
_PROJECTS = (declaring, investing, nodes, permits, projects)
_TRACKING = (inspecting, delaying, extending, requesting, dispatching, tasks, problems, urging)
_SUPERVISION = (issuing, noticing, reviewing, supervision)
_REPORTS = (report, approving, publishing)
TOPICS = (
    *(help, material, answering, choosing, proxies, stalling),
    *_MEETINGS,
    *_PROJECTS,  # these want their own words; what follows takes freer ones
    *(correction, duties),
    *_TRACKING,
    *_SUPERVISION,
    *_REPORTS,
    *(query, filing),
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(stranger=help.stranger, unplaced=help.unplaced, menu=help.MENU)
    for topic in TOPICS:
        router.include(topic.router)
    return router
