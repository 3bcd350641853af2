"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    agreements,
    aliasing,
    answering,
    approving,
    arriving,
    assenting,
    attending,
    boards,
    bulletins,
    chains,
    changes,
    choosing,
    clues,
    company,
    contacts,
    convening,
    correction,
    deciding,
    declaring,
    delaying,
    dispatching,
    duties,
    extending,
    extracts,
    filing,
    hearsay,
    help,
    inspecting,
    invested,
    investing,
    issuing,
    lookups,
    material,
    members,
    mending,
    needs,
    nodes,
    noticing,
    observing,
    pages,
    permits,
    problems,
    projects,
    proposing,
    proxies,
    publishing,
    query,
    relays,
    report,
    requesting,
    returning,
    reviewing,
    solving,
    sourcing,
    stalling,
    summing,
    supervision,
    tasks,
    teams,
    topic_lists,
    topics,
    units,
    unsure,
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
_PEOPLE = (extracts, relays, changes, units, needs)
_PROJECTS = (declaring, agreements, investing, nodes, permits, projects)
_TRACKING = (inspecting, delaying, extending, requesting, dispatching, tasks, problems, urging)
_SUPERVISION = (issuing, noticing, reviewing, supervision)
_REPORTS = (teams, report, approving, publishing)
TOPICS = (
    clues,  # before all others: what belongs here must not reach them
    *(help, pages, material, answering, returning, choosing, proxies, stalling, summing, aliasing, sourcing),
    *_MEETINGS,
    *_PEOPLE,
    *_PROJECTS,  # these want their own words; what follows takes freer ones
    *(mending, correction, lookups, duties),
    *_TRACKING,
    *_SUPERVISION,
    *_REPORTS,
    *(company, boards, chains, solving, invested, arriving, contacts, query, hearsay, filing, unsure),
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(stranger=help.stranger, unplaced=help.unplaced, menu=help.MENU)
    for topic in TOPICS:
        router.include(topic.router)
    return router
