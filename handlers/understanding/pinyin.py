"""Words typed as pinyin by who cannot get at the characters: eryuan zhuti fengding jihao is 二院主体封顶几号.

Only names of projects and words that people ask with are known; what is none of these stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from handlers.understanding.sounds import sounded, spelt_sounds

_TYPED = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{2,}(?:[ '][A-Za-z]{2,})*(?![A-Za-z\d])")
_LEAST = 4  # letters: shorter ones are codes and abbreviations
_WORDS = (
    "什么 啥 怎么 怎么办 几 月 号 天 年 日 万 归 这个 那个 呢 吧 要 去 哪 哪里 哪个 报 交 "
    "现场 工地 验收 审批 手续 资金 土地 供电 水利局 交通局 住建局 自然资源局 签 过 还 差 "
    "主体 封顶 几号 哪天 什么时候 啥时候 多少 多少钱 几个 谁 分包 负责 牵头 联络员 联系人 电话 "
    "进度 进展 情况 怎么样 咋样 怎样 投资 累计 完成 本月 上月 节点 计划 开工 竣工 完工 问题 "
    "困难 督办 交办 复函 签收 到期 例会 开会 材料 月报 议题 截止 领导 局长 单位 项目 有没有 "
    "没有 有 了 吗 是 的 在 现在 到 哪一步 总投资 年计划 下个 销号 延期 请假 待办 我的 我 "
    "报 没 谁没报 施工 建设 老板 归谁管 管 哪个局 哪里 卡 为什么 依据 规定 "
)
_MOST = 8  # sounds that one word or name has at most


def in_characters(text: str, names: Iterable[str]) -> str:
    """Return a text with the pinyin in it written in characters where it spells names or words that are known."""
    if not any(len(found.group()) >= _LEAST for found in _TYPED.finditer(text)):
        return text
    known = {**_common(), **_by_sound(names)}
    return _TYPED.sub(lambda found: _written(found.group(), known), text)


def _written(typed: str, known: dict[str, str]) -> str:
    """Return letters in characters; as they are where a sound in them belongs to nothing that is known."""
    if len(typed) < _LEAST:
        return typed
    sounds = "".join(_sounds_of(word.lower()) for word in re.split(r"[ ']", typed))
    if not sounds or "\0" in sounds:
        return typed
    written, at = "", 0
    while at < len(sounds):
        for length in range(min(_MOST, len(sounds) - at), 0, -1):
            word = known.get(sounds[at : at + length])
            if word:
                written, at = written + word, at + length
                break
        else:
            return typed
    return written if len(written) > 1 else typed


def _sounds_of(word: str) -> str:
    """Return the sounds a word of letters spells, one character each; a mark where it spells none."""
    found = spelt_sounds(word + "a")  # which lets a word of one sound through: a sound more is cut off
    if found and found[-1][1] == len(word):
        return "".join(sound for sound, _ in found[:-1])
    return "".join(sound for sound, _ in spelt_sounds(word)) or "\0"


@cache
def _common() -> dict[str, str]:
    return _by_sound(_WORDS.split())


def _by_sound(words: Iterable[str]) -> dict[str, str]:
    return {sounded(word): word for word in words if len(word) <= _MOST}
