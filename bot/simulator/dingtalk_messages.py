"""What DingTalk's message templates may hold, and how a phone shows them (robot-message-type)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.simulator.dingtalk_errors import DingTalkError, OapiError
from bot.simulator.drafts import Draft

Params = dict[str, Any]
Buttons = tuple[tuple[str, str], ...]

_SEND_LINK = re.compile(r"\[([^\]]*)\]\((dtmd://dingtalkclient/sendMessage\?[^)\s]*)\)")
_LINE_END = re.compile(r" *\n *")
_NEEDED = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("duration", "videoMediaId", "videoType", "picMediaId"),
} | {
    f"sampleActionCard{n}": (
        "title",
        "text",
        *(f"action{part}{i}" for i in range(1, n + 1) for part in ("Title", "URL")),
    )
    for n in range(2, 6)
}


def robot_draft(msg_key: object, msg_param: object) -> Draft:
    """Check a robot message as batchSend and groupMessages/send do. Raises DingTalkError."""
    if not isinstance(msg_key, str) or msg_key not in _NEEDED:
        raise DingTalkError("invalidParameter.msgKey.invalid")
    params = _params(msg_param)
    for name in _NEEDED[msg_key]:
        if params.get(name) in (None, ""):
            raise DingTalkError("miss.param", name)
    return _draw(msg_key, params)


def _params(msg_param: object) -> Params:
    """msgParam is JSON *text* of at most 15,000 bytes."""
    if not isinstance(msg_param, str):
        raise DingTalkError("invalidParameter.msgParam.invalid")
    if len(msg_param.encode()) > 15_000:
        raise DingTalkError("invalidParameter.msgParam.tooLong")
    try:
        params = json.loads(msg_param)
    except ValueError:
        raise DingTalkError("invalidParameter.msgParam.invalid") from None
    if not isinstance(params, dict):
        raise DingTalkError("invalidParameter.msgParam.invalid")
    return params


def _draw(msg_key: str, params: Params) -> Draft:
    if msg_key == "sampleText":
        return Draft("text", str(params["content"]))
    if msg_key == "sampleMarkdown":
        return markdown(str(params["text"]))
    if msg_key == "sampleImageMsg":
        return Draft("image", "[图片]", image=str(params["photoURL"]))
    if msg_key == "sampleLink":
        return Draft("card", plain(params["text"]), params["title"], buttons=((params["messageUrl"], "查看"),))
    if msg_key == "sampleAudio":
        return Draft("voice", "[语音]")
    if msg_key.startswith("sampleActionCard"):
        return Draft("card", plain(params["text"]), title=str(params["title"]), buttons=_actions(params))
    return Draft("text", f"[文件] {params.get('fileName', '视频')}")


def _actions(params: Params) -> Buttons:
    pairs = [("singleTitle", "singleURL")]
    pairs += [(f"actionTitle{i}", f"actionURL{i}") for i in range(1, 6)]
    pairs += [(f"buttonTitle{i}", f"buttonUrl{i}") for i in (1, 2)]
    return tuple((sent_by(str(params[url])), str(params[title])) for title, url in pairs if params.get(url))


def sent_by(url: str) -> str:
    """Return what pressing a link makes its presser say, or the link itself where it opens a page."""
    if not url.startswith("dtmd://dingtalkclient/sendMessage?"):
        return url
    return parse_qs(urlsplit(url).query).get("content", [""])[0]


def markdown(text: str) -> Draft:
    """Show markdown: links that send a message become buttons."""
    buttons = tuple((sent_by(url), label) for label, url in _SEND_LINK.findall(text))
    shown = plain(_SEND_LINK.sub("", text)).strip()
    return Draft("card" if buttons else "text", shown, buttons=buttons)


def plain(text: object) -> str:
    """Undo the blanks around line ends that DingTalk's markdown needs."""
    return _LINE_END.sub("\n", str(text))


def webhook_draft(body: Params) -> Draft:
    """Check a message of a webhook (custom robot or session). Raises OapiError."""
    kind = body.get("msgtype")
    inner = body.get(kind) if isinstance(kind, str) else None
    if not isinstance(inner, dict):
        raise OapiError(40035, "缺少参数 json" if kind is None else "参数不合法")
    draft = _webhook_kinds(str(kind), inner)
    called = (body.get("at") or {}).get("atUserIds") or []
    if len(called) > 50:
        raise OapiError(400102, "at")
    return draft


def _webhook_kinds(kind: str, inner: Params) -> Draft:
    if kind == "text":
        return Draft("text", _filled(inner, "content"))
    if kind == "markdown":
        _filled(inner, "title")
        return markdown(_filled(inner, "text"))
    if kind == "link":
        link = ((_filled(inner, "messageUrl"), "查看"),)
        return Draft("card", plain(_filled(inner, "text")), title=_filled(inner, "title"), buttons=link)
    if kind == "actionCard":
        single = [(inner["singleURL"], inner.get("singleTitle", ""))] if inner.get("singleURL") else []
        more = [(str(b.get("actionURL")), str(b.get("title"))) for b in inner.get("btns") or []]
        buttons = tuple((sent_by(url), label) for url, label in single + more)
        return Draft("card", plain(_filled(inner, "text")), title=_filled(inner, "title"), buttons=buttons)
    raise OapiError(400013, "不支持的消息类型")


def _filled(inner: Params, name: str) -> str:
    value = inner.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OapiError(40035, f"缺少参数 {name}")
    return value


def card_draft(params: dict[str, str], ref: str) -> Draft:
    """Show a card as the county's template draws it.

    The template knows `title`, `text`, `fields` (JSON pairs, or lines of name：value), `buttons` (JSON of
    {key, label}) and `pressed`, which stands where the buttons were.
    """
    return Draft(
        "card",
        plain(params.get("text", "")),
        title=params.get("title", ""),
        fields=_card_fields(params.get("fields", "")),
        buttons=_card_buttons(params.get("buttons", "")),
        ref=ref,
        used=params.get("pressed", ""),
    )


def _card_fields(value: str) -> tuple[tuple[str, str], ...]:
    try:
        rows = json.loads(value) if value else []
    except ValueError:
        rows = [line.partition("：")[::2] for line in plain(value).split("\n")]
    pairs = rows.items() if isinstance(rows, dict) else rows
    return tuple((str(name), str(said)) for name, said in pairs)


def _card_buttons(value: str) -> Buttons:
    try:
        buttons = json.loads(value) if value else []
    except ValueError:
        return ()
    return tuple((str(button["key"]), str(button["label"])) for button in buttons)
