"""The topics, in the order in which a message is tried. Loading them takes a second: only who handles messages does."""

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
    calling_freely,
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
    disowning,
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
    second_thoughts,
    signboard,
    solving,
    stalling,
    summing,
    supervision,
    tasks,
    teams,
    thanking,
    topic_lists,
    topics,
    unclear,
    undecided,
    units,
    urging,
    which_visit,
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
from handlers.understanding.courtesy import read_courtesy
from handlers.understanding.hunch import kinds, likelihoods
from handlers.understanding.phrases import PHRASES, visit_mode

_MEETINGS = (
    assenting,
    deciding,
    topics,
    topic_lists,
    proposing,
    bulletins,
    observing,
    members,
    calling_freely,
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
_QUESTIONS = (rules, county, lookups, duties)
_FREE = (
    *(company, boards, chains, solving, aspects, invested, not_gone, arriving, contacts, meetings, query),
    *(disowning, hearsay, filing, signboard, proposed, register, freely, undecided, leftover, thanking, unclear),
)
TOPICS = (
    clues,  # before all others: what belongs here must not reach them
    groups,
    *(help, pages, material, answering, returning, choosing, proxies, stalling),
    *(summing, doubting, which_visit, figure_words, aliasing, both, sourcing),
    *_MEETINGS,
    *_PEOPLE,
    *_PROJECTS,  # these want their own words; what follows takes freer ones
    *(mending, rewording, moving, correction, copying, *_QUESTIONS),
    *_TRACKING,
    *_SUPERVISION,
    *_REPORTS,
    *_FREE,
)


def make_ready() -> None:
    """Compile what is compiled when it is first looked for, so that the first message need not wait for seconds."""
    for entry in PHRASES:
        _ = entry.patterns, entry.unless, entry.ignoring
    sample = "到工地看了看"
    visit_mode(sample)
    read_courtesy(sample)
    likelihoods(sample)
    kinds(sample)


def build_router() -> Router:
    """Return one router with every topic's commands."""
    router = Router(
        stranger=help.stranger,
        unplaced=help.unplaced,
        acknowledge=groups.acknowledge,
        afterwards=copying.ask_about_copies,
        second_thoughts=second_thoughts.think_again,
        menu=help.MENU,
    )
    for topic in TOPICS:
        router.include(topic.router, freely=topic in (*_QUESTIONS, *_FREE))
    return router
