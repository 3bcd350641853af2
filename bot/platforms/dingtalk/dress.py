"""Putting `Words` into DingTalk's own forms: robot templates, cards, the text of a group's webhook.

The robot takes a template's name and its parameters as JSON text of at most 15,000 bytes. Markdown is a
small subset in which a line ends with two spaces, LF, two spaces; what people wrote never becomes markup.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bot.platforms.base import Button, Words

PARAM_LIMIT = 15_000
"""Bytes of msgParam (groupMessages/send)."""
CARD_VALUE_LIMIT = 1_000
"""Bytes of one card variable: documented as 1 KB."""
MOST_BUTTONS = 5
"""sampleActionCard5 is the largest; more become links in markdown."""
LABEL_LIMIT = 20
"""Characters of a label that come back when its button is pressed; `parse.py` reads no more."""

_TITLE_LIMIT = 40
# Full-width twins look alike and mean nothing to markdown; they stand 0xFEE0 further on.
_MARKUP = {ord(mark): ord(mark) + 0xFEE0 for mark in "[]<>`*\\"}
_HEADING = {ord("#"): ord("#") + 0xFEE0}
_MENTION = {ord("@"): ord("@") + 0xFEE0}


@dataclass(frozen=True, slots=True)
class Dressed:
    """One robot message: `template` is its msgKey, `params` its msgParam."""

    template: str
    params: str


def robot_messages(words: Words) -> list[Dressed]:
    """Return the messages that carry `words`, in order; the buttons are on the last."""
    if not words.buttons:
        return _texts(split(words.text, _fits_text))
    parts = split(words.text, lambda part: _size(_with_buttons(words, part)) <= PARAM_LIMIT)
    return [*_texts(parts[:-1]), _with_buttons(words, parts[-1])]


def webhook_text(part: str) -> dict[str, object]:
    """Return the body of one webhook message. Nobody is ever called by @, least of all everyone."""
    content = part.translate(_MENTION)
    return {"msgtype": "text", "text": {"content": content}, "at": {"isAtAll": False}}


def webhook_parts(words: Words) -> list[str]:
    """Return the text in pieces a webhook takes."""
    return split(words.text, _fits_text)


def card_params(words: Words) -> dict[str, str] | None:
    """Return a card's variables, all text, or None when one of them would be too long.

    The template shows `title`, `text`, `fields` (markdown lines), `pressed` (empty until a button is), and
    loops over `buttons`, JSON text of [{key, label}], where `key` is the action that comes back.
    """
    params = {
        "title": title(words),
        "text": markdown(words.brief or words.text),
        "fields": markdown("\n".join(f"{name}：{value}" for name, value in words.fields)),
        "buttons": _json([{"key": button.key, "label": button.label} for button in words.buttons]),
        "pressed": "",
    }
    return params if all(len(value.encode()) <= CARD_VALUE_LIMIT for value in params.values()) else None


def pressed_params(pressed: str) -> dict[str, str]:
    """Return the variables that take a card's buttons away and say which was used."""
    return {"buttons": "[]", "pressed": pressed}


def press_url(button: Button) -> str:
    """Return the link that makes its presser send "label #key" to the robot."""
    command = f"{_label(button)} #{button.key}"
    return f"dtmd://dingtalkclient/sendMessage?content={quote(command, safe='')}"


def title(words: Words) -> str:
    """Return the title, or the beginning of the text where there is none."""
    first = words.title or words.text.strip().partition("\n")[0]
    return first[:_TITLE_LIMIT] or "通知"


def markdown(text: str) -> str:
    """Return text that markdown shows as it is written."""
    lines = text.translate(_MARKUP).split("\n")
    return "  \n  ".join(line.translate(_HEADING) if line.lstrip().startswith("#") else line for line in lines)


def split(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Cut `text` into as few pieces as `fits` allows, at line ends where that is possible.

    Several pieces are numbered （1/3） so that a missing one is noticed.
    """
    if fits(text):
        return [text]
    pieces, rest = [], text
    while rest:
        length = _longest(rest, lambda piece: fits(_MARK + piece))
        pieces.append(rest[:length].rstrip("\n"))
        rest = rest[length:]
    return [f"（{number}/{len(pieces)}）{piece}" for number, piece in enumerate(pieces, start=1)]


_MARK = "（999/999）"


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """Return how many characters to take: the most that fit, or up to a line end in their second half."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    if low == len(text):
        return low
    line_end = text.rfind("\n", low // 2, low)
    return line_end + 1 if line_end >= 0 else low


def _with_buttons(words: Words, part: str) -> Dressed:
    buttons, heading = words.buttons, title(words)
    if len(buttons) > MOST_BUTTONS:
        links = [f"[{markdown(_label(button))}]({press_url(button)})" for button in buttons]
        return Dressed("sampleMarkdown", _json({"title": heading, "text": "  \n  ".join([markdown(part), *links])}))
    params = {"title": heading, "text": markdown(part)}
    if len(buttons) == 1:
        params |= {"singleTitle": _label(buttons[0]), "singleURL": press_url(buttons[0])}
        return Dressed("sampleActionCard", _json(params))
    for number, button in enumerate(buttons, start=1):
        params |= {f"actionTitle{number}": _label(button), f"actionURL{number}": press_url(button)}
    return Dressed(f"sampleActionCard{len(buttons)}", _json(params))


def _texts(parts: list[str]) -> list[Dressed]:
    return [Dressed("sampleText", _json({"content": part})) for part in parts]


def _fits_text(part: str) -> bool:
    return len(_json({"content": part}).encode()) <= PARAM_LIMIT


def _size(message: Dressed) -> int:
    return len(message.params.encode())


def _label(button: Button) -> str:
    """One line, short enough to be read back out of the message it sends."""
    return " ".join(button.label.split())[:LABEL_LIMIT] or "确定"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
