"""What one outgoing WeCom message body may hold (D90236), and how a phone shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.simulator.drafts import Draft
from bot.simulator.shelf import Shelf
from bot.simulator.wecom_errors import WeComError

Body = dict[str, Any]

_TAG = re.compile(r"</?(?:div|br)[^>]*>")
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_INTERACTIVE = frozenset(("button_interaction", "vote_interaction", "multiple_interaction"))
_CARD_TYPES = _INTERACTIVE | {"text_notice", "news_notice"}


def draft(message: Body, media: Shelf, pictures: str) -> Draft:
    """Check a message the way message/send does and say how it looks. Raises WeComError.

    `pictures` is the path under which the simulator shows pictures.
    """
    kind = message.get("msgtype")
    drawer = _DRAWERS.get(kind) if isinstance(kind, str) else None
    if drawer is None:
        raise WeComError(40008)
    body = message.get(str(kind))
    if not isinstance(body, dict):
        raise WeComError(40063, str(kind))
    if kind in _MEDIA:
        return _medium(str(kind), body, media, pictures)
    return drawer(body)


def cut(text: str, size: int) -> str:
    """Cut to `size` bytes of UTF-8 without saying so, as WeCom does."""
    return text.encode()[:size].decode(errors="ignore")


def _required(body: Body, name: str, code: int = 40058) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise WeComError(code, name)
    return value


def _text(body: Body) -> Draft:
    return Draft("text", cut(_required(body, "content", 44004), 2048))


def _markdown(body: Body) -> Draft:
    content = _required(body, "content", 44004)
    if len(content.encode()) > 2048:
        raise WeComError(45002)
    return Draft("text", content)


def _textcard(body: Body) -> Draft:
    title = cut(_required(body, "title"), 128)
    description = cut(_required(body, "description"), 512)
    url = _url(_required(body, "url"))
    label = str(body.get("btntxt") or "详情")
    return Draft("card", _TAG.sub("\n", description).strip(), title=title, buttons=((url, label[:4]),))


def _url(value: str) -> str:
    if not re.match(r"https?://", value) or len(value.encode()) > 2048:
        raise WeComError(40058, "url")
    return value


def _news(body: Body) -> Draft:
    articles = body.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise WeComError(40058, "articles")
    titles = [cut(_required(article, "title"), 128) for article in articles]
    links = tuple((_url(_required(article, "url")), title) for article, title in zip(articles, titles, strict=True))
    return Draft("card", cut(str(articles[0].get("description", "")), 512), title=titles[0], buttons=links)


def _medium(kind: str, body: Body, media: Shelf, pictures: str) -> Draft:
    ref = _required(body, "media_id", 40007)
    item = media.get(ref)
    if item is None or item.kind != kind:
        raise WeComError(40007)
    if kind == "image":
        return Draft("image", "[图片]", image=f"{pictures}/{ref}")
    if kind == "voice":
        return Draft("voice", "[语音]")
    return Draft("text", f"[{_MEDIA[kind]}] {item.name}")


def _template_card(body: Body) -> Draft:
    card_type = body.get("card_type")
    if card_type not in _CARD_TYPES:
        raise WeComError(42017, "card_type")
    _check_task(body)
    _check_parts(body)
    title, text = _card_words(body)
    if not title and not text:
        raise WeComError(42018, "main_title")
    return Draft("card", text, title=title, fields=_card_fields(body), buttons=_card_buttons(body), ref=_task(body))


def _task(body: Body) -> str:
    return str(body.get("task_id") or "")


def _check_task(body: Body) -> None:
    needed = body["card_type"] in _INTERACTIVE or "action_menu" in body
    if (needed or _task(body)) and not _TASK_ID.fullmatch(_task(body)):
        raise WeComError(42014)


def _check_parts(body: Body) -> None:
    if body["card_type"] in ("text_notice", "news_notice") and _action(body).get("type") not in (1, 2):
        raise WeComError(42045)
    if len(body.get("horizontal_content_list") or []) > 6:
        raise WeComError(42035)
    if len(body.get("jump_list") or []) > 3:
        raise WeComError(42036, "jump_list")
    checker = _PART_CHECKS.get(body["card_type"])
    if checker:
        checker(body)


def _check_buttons(body: Body) -> None:
    buttons = body.get("button_list")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 6:
        raise WeComError(42038)
    keys = [_required(button, "key", 42039) for button in buttons]
    if len(set(keys)) != len(keys) or any(len(key.encode()) > 1024 for key in keys):
        raise WeComError(42039)
    for button in buttons:
        _required(button, "text", 42039)


def _check_vote(body: Body) -> None:
    options = (body.get("checkbox") or {}).get("option_list")
    if not isinstance(options, list) or not 1 <= len(options) <= 20:
        raise WeComError(42046, "checkbox")
    _required(body.get("submit_button") or {}, "key", 42048)


def _check_selects(body: Body) -> None:
    selects = body.get("select_list")
    if not isinstance(selects, list) or not 1 <= len(selects) <= 3:
        raise WeComError(42047)
    _required(body.get("submit_button") or {}, "key", 42048)


def _action(body: Body) -> Body:
    action = body.get("card_action")
    return action if isinstance(action, dict) else {}


def _card_words(body: Body) -> tuple[str, str]:
    main = body.get("main_title") or {}
    quote = (body.get("quote_area") or {}).get("quote_text")
    lines = [main.get("desc"), body.get("sub_title_text"), quote, *_option_lines(body)]
    return str(main.get("title") or ""), "\n".join(str(line) for line in lines if line)


def _option_lines(body: Body) -> list[str]:
    options = list((body.get("checkbox") or {}).get("option_list") or [])
    for select in body.get("select_list") or []:
        options += select.get("option_list") or []
    return [f"○ {option.get('text', '')}" for option in options]


def _card_fields(body: Body) -> tuple[tuple[str, str], ...]:
    emphasis = body.get("emphasis_content") or {}
    first = [(str(emphasis.get("desc") or ""), str(emphasis["title"]))] if emphasis.get("title") else []
    rows = body.get("horizontal_content_list") or []
    return (*first, *((_required(row, "keyname", 42035), str(row.get("value") or "")) for row in rows))


def _card_buttons(body: Body) -> tuple[tuple[str, str], ...]:
    buttons = [(button["key"], button["text"]) for button in body.get("button_list") or []]
    submit = body.get("submit_button") or {}
    if submit:
        buttons.append((submit["key"], str(submit.get("text") or "提交")))
    for jump in body.get("jump_list") or []:
        buttons.append((str(jump.get("url") or ""), str(jump.get("title") or "")))
    if _action(body).get("url"):
        buttons.append((_action(body)["url"], "查看详情"))
    return tuple(buttons)


def replaced(body: Body) -> Draft:
    """Say how a card looks after an update with a whole `template_card`."""
    return replace(_template_card(body), used=str(body.get("replace_text") or ""))


_PART_CHECKS: dict[str, Callable[[Body], None]] = {
    "button_interaction": _check_buttons,
    "vote_interaction": _check_vote,
    "multiple_interaction": _check_selects,
}
_MEDIA = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}
_DRAWERS: dict[str, Callable[[Body], Draft]] = {
    "text": _text,
    "markdown": _markdown,
    "textcard": _textcard,
    "news": _news,
    "template_card": _template_card,
    **dict.fromkeys(_MEDIA, _text),
}
