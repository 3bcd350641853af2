"""The life of a supervision notice as one table (mission 4.3): states, actions, and who takes them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a notice stands; overdue is an attribute, not a state (mission 4.3)."""

    DRAFTED = "drafted"
    ISSUED = "issued"
    DELIVERED = "delivered"
    RECEIVED = "received"
    REPLIED = "replied"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSING = "closing"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.DRAFTED: "草拟",
    State.ISSUED: "已下发",
    State.DELIVERED: "已送达、待签收",
    State.RECEIVED: "已签收、待复函",
    State.REPLIED: "已复函、待审",
    State.RETURNED: "退回补正",
    State.ACCEPTED: "复函通过、办理中",
    State.CLOSING: "申请销号",
    State.CLOSED: "已销号",
    State.ARCHIVED: "已归档",
    State.WITHDRAWN: "已撤回",
}


class Action(StrEnum):
    """What may be done to a notice."""

    ISSUE = "issue"
    DELIVER = "deliver"
    RECEIVE = "receive"
    REPLY = "reply"
    RETURN = "return"
    ACCEPT = "accept"
    REQUEST_CLOSE = "request_close"
    REFUSE_CLOSE = "refuse_close"
    CLOSE = "close"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


#: The whole life of a notice. What is not here is not possible.
TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.DRAFTED, Action.ISSUE): State.ISSUED,
    (State.ISSUED, Action.DELIVER): State.DELIVERED,
    (State.ISSUED, Action.RECEIVE): State.RECEIVED,
    (State.DELIVERED, Action.RECEIVE): State.RECEIVED,
    (State.RECEIVED, Action.REPLY): State.REPLIED,
    (State.RETURNED, Action.REPLY): State.REPLIED,
    (State.REPLIED, Action.REPLY): State.REPLIED,  # put right before anybody has reviewed it
    (State.REPLIED, Action.RETURN): State.RETURNED,
    (State.REPLIED, Action.ACCEPT): State.ACCEPTED,
    (State.ACCEPTED, Action.REQUEST_CLOSE): State.CLOSING,
    (State.CLOSING, Action.REFUSE_CLOSE): State.ACCEPTED,
    (State.CLOSING, Action.CLOSE): State.CLOSED,
    (State.ACCEPTED, Action.CLOSE): State.CLOSED,
    (State.CLOSED, Action.ARCHIVE): State.ARCHIVED,
    (State.CLOSED, Action.REOPEN): State.ACCEPTED,
    (State.ARCHIVED, Action.REOPEN): State.ACCEPTED,
    (State.DRAFTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.ISSUED, Action.WITHDRAW): State.WITHDRAWN,
    (State.DELIVERED, Action.WITHDRAW): State.WITHDRAWN,
    (State.RECEIVED, Action.WITHDRAW): State.WITHDRAWN,
}

#: Done by the addressee's side; everything else by the office or the inspectors (4.1: a unit never closes).
BY_ADDRESSEE = {Action.RECEIVE, Action.REPLY, Action.REQUEST_CLOSE}
_OVER = (State.CLOSED, State.ARCHIVED, State.WITHDRAWN, State.DRAFTED)
OPEN_STATES = [state.value for state in State if state not in _OVER]

#: How an action is called in a refusal.
VERBS = {
    Action.ISSUE: "下发",
    Action.DELIVER: "送达",
    Action.RECEIVE: "签收",
    Action.REPLY: "复函",
    Action.RETURN: "退回",
    Action.ACCEPT: "通过",
    Action.REQUEST_CLOSE: "申请销号",
    Action.REFUSE_CLOSE: "退回销号申请",
    Action.CLOSE: "销号",
    Action.ARCHIVE: "归档",
    Action.REOPEN: "重开",
    Action.WITHDRAW: "撤回",
}
