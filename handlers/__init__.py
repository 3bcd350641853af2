"""What people say to us. The order of the routers below is the order in which a message is tried."""

from __future__ import annotations

from handlers import (
    absences,
    agreements,
    aliasing,
    answering,
    approving,
    arriving,
    assenting,
    attending,
    boards,
    both,
    bulletins,
    chains,
    changes,
    choosing,
    clues,
    company,
    convening,
    copying,
    correction,
    deciding,
    declaring,
    delaying,
    dispatching,
    doubting,
    duties,
    extending,
    extracts,
    figure_words,
    filing,
    groups,
    hearsay,
    help,
    inspecting,
    investing,
    issuing,
    leaves,
    leftover,
    material,
    members,
    mending,
    moving,
    needs,
    nodes,
    not_gone,
    noticing,
    observing,
    pages,
    permits,
    problems,
    projects,
    proposed,
    proposing,
    proxies,
    publishing,
    relays,
    report,
    requesting,
    returning,
    reviewing,
    rewording,
    signboard,
    solving,
    stalling,
    summing,
    supervision,
    tasks,
    teams,
    topic_lists,
    topics,
    undecided,
    units,
    urging,
)
from handlers.asked import (
    aspects,
    contacts,
    county,
    freely,
    invested,
    lookups,
    meetings,
    query,
    register,
    rules,
    sourcing,
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
    absences,
    leaves,
    attending,
)
_PEOPLE = (extracts, relays, changes, units, needs)
_PROJECTS = (declaring, agreements, investing, nodes, permits, projects)
_TRACKING = (inspecting, delaying, extending, requesting, dispatching, tasks, problems, urging)
_SUPERVISION = (issuing, noticing, reviewing, supervision)
_REPORTS = (teams, report, approving, publishing)
TOPICS = (
    clues,  # before all others: what belongs here must not reach them
    groups,
    *(help, pages, material, answering, returning, choosing, proxies, stalling),
    *(summing, doubting, figure_words, aliasing, both, sourcing),
    *_MEETINGS,
    *_PEOPLE,
    *_PROJECTS,  # these want their own words; what follows takes freer ones
    *(mending, rewording, moving, correction, copying, rules, county, lookups, duties),
    *_TRACKING,
    *_SUPERVISION,
    *_REPORTS,
    *(company, boards, chains, solving, aspects, invested, not_gone, arriving, contacts, meetings, query),
    *(hearsay, filing, signboard, proposed, register, freely, undecided, leftover),
)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(
        stranger=help.stranger,
        unplaced=help.unplaced,
        acknowledge=groups.acknowledge,
        afterwards=copying.ask_about_copies,
        menu=help.MENU,
    )
    for topic in TOPICS:
        router.include(topic.router)
    return router
