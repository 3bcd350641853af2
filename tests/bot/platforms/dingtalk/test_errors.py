"""Every refusal the documents name is sorted into what the out-tray must do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.platforms.base import Outcome
from bot.platforms.dingtalk.errors import fault_of, legacy_fault_of

R, U, F, P = Outcome.RETRY, Outcome.UNKNOWN, Outcome.FAILED, Outcome.PAUSED


def new(status: int, code: str) -> Outcome:
    fault = fault_of(status, f'{{"code":"{code}","message":"m","requestid":"r"}}')
    assert fault is not None
    return fault.outcome


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", R),
        (403, "Forbidden.AccessDenied.QpsLimitForApi", R),
        (403, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", R),
        (400, "send.too.fast", R),
        (400, "too.many.people", R),
        (400, "send.byToken.tooFast", R),
        (400, "todo.taskCreate.flowControlError", R),
        (500, "system.error", R),
        (500, "system.busy", R),
        (500, "systemBusy", R),
        (400, "unknown.send.result", U),
        (500, "ServiceUnheardOf", U),
        (400, "InvalidAuthentication", P),
        (400, "invalidClientIdOrSecret", P),
        (401, "unauthorized.client", P),
        (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", P),
        (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", P),
        (403, "Forbidden.AccessDenied.IpNotInWhiteList", P),
        (400, "robot.oto.notExist", P),
        (400, "chatbotId.notAllow.sendOTO", P),
        (400, "bot.stopped", P),
        (400, "staffId.notExisted", F),
        (400, "group.disbanded", F),
        (400, "invalidParameter.robotCode.downloadCode", F),
        (400, "miss.param.msgKey", F),
        (400, "param.error", F),
        (400, "contain.unsafe.url", F),
        (404, "never.heard.of", F),
    ],
)
def test_the_new_api(status: int, code: str, outcome: Outcome) -> None:
    assert new(status, code) is outcome


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (-1, R),
        (15, U),
        (90018, R),
        (90002, R),
        (90005, R),
        (90006, R),
        (143103, R),
        (410100, R),
        (130101, R),
        (40014, P),
        (42001, P),
        (90020, P),
        (60020, P),
        (60011, P),
        (310000, F),
        (300001, F),
        (430101, F),
        (40035, F),
        (143106, F),
        (33012, F),
        (999999, F),
    ],
)
def test_the_old_api(code: int, outcome: Outcome) -> None:
    fault = legacy_fault_of(200, f'{{"errcode":{code},"errmsg":"m"}}')
    assert fault is not None and fault.outcome is outcome


@pytest.mark.parametrize(
    ("sub", "outcome", "renew"),
    [
        ("", R, False),
        ("isv.invalid-token", P, True),
        ("isv.permission-denied", P, False),
        ("isv.else", F, False),
    ],
)
def test_code_88_means_what_its_sub_code_says(sub: str, outcome: Outcome, renew: bool) -> None:
    fault = legacy_fault_of(200, f'{{"errcode":88,"sub_code":"{sub}"}}')
    assert fault is not None and (fault.outcome, fault.renew) == (outcome, renew)


@pytest.mark.parametrize(
    ("status", "text", "outcome"),
    [
        (200, "<html>", R),
        (403, "<html>", R),
        (200, '{"status":1111,"wait":5}', R),
        (403, '{"status":1111}', R),
        (502, "<html>", U),
        (504, "", U),
        (503, "<html>", R),
        (429, "", R),
        (200, '{"cut', U),
        (404, "<html>", F),
        (200, "[]", U),
    ],
)
def test_answers_that_are_not_the_usual_json(status: int, text: str, outcome: Outcome) -> None:
    for judge in (fault_of, legacy_fault_of):
        fault = judge(status, text)
        assert fault is not None and fault.outcome is outcome


def test_an_address_that_called_too_often_is_left_alone_for_five_minutes() -> None:
    for text in ("<html>", '{"status":1111}'):
        fault = fault_of(403, text)
        assert fault is not None and fault.retry_after == timedelta(minutes=5)


def test_a_blocked_webhook_is_left_alone_for_ten_minutes() -> None:
    fault = legacy_fault_of(200, '{"errcode":410100}')
    assert fault is not None and fault.retry_after == timedelta(minutes=10)


def test_success_is_no_fault() -> None:
    assert fault_of(200, '{"processQueryKey":"k"}') is None
    assert legacy_fault_of(200, '{"errcode":0,"errmsg":"ok"}') is None


def test_a_missing_permission_names_its_scopes_and_a_missing_address_itself() -> None:
    scopes = fault_of(
        403,
        '{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied",'
        '"accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg","<b>"]}}',
    )
    address = fault_of(403, '{"code":"Forbidden.AccessDenied.IpNotInWhiteList","message":"ip 203.0.113.9 no"}')
    assert scopes is not None and scopes.detail.endswith("（qyapi_robot_sendmsg）")
    assert address is not None and address.detail.endswith("（203.0.113.9）")


def test_what_the_platform_wrote_never_reaches_the_code_or_the_detail() -> None:
    fault = fault_of(400, '{"code":"access_token=abc&x","message":"access_token=abc 李联络"}')
    assert fault is not None
    assert "abc" not in fault.code + fault.detail and "李联络" not in fault.detail
