"""What a rule pack may never ask for: the five bans on government apps and the rules for working groups.

Owns the words that give a banned demand away, in keys and in what people would be told (the bans are those
of 国办函 2026 number 12). The notice's own quotations are left alone: a county must be able to quote
whatever its paper says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ban:
    """One ban: its name as the office knows it, and the words that betray it."""

    name: str
    keys: frozenset[str]
    words: tuple[str, ...]


def _ban(name: str, keys: str, words: str) -> Ban:
    return Ban(name, frozenset(keys.split()), tuple(words.split()))


BANS = (
    _ban(
        "禁令一 随意或重复要求填表报数",
        "daily_report hourly_report repeat_ask ask_again refill duplicate_report report_again",
        "每日报送 每天报 每小时报 重复填报",
    ),
    _ban(
        "禁令二 打卡签到、积分排名、统计在线时长",
        "check_in checkin check_ins clock_in punch_in points point score scores ranking rank "
        "rankings leaderboard streak streaks badge badges online_time online_hours online_duration",
        "打卡 积分 排名 排行 在线时长 连续签到",
    ),
    _ban(
        "禁令三 强制推广、考核通报安装使用率、强制登录",
        "usage usage_rate usage_stats install_rate installs activation_rate login_required force_login "
        "login_count logins active_users activity_score",
        "安装使用率 系统使用率 安装率 活跃度 登录次数 登录率",
    ),
    _ban(
        "禁令四 非必要强制上传照片、视频和轨迹，以线上点赞等作考评",
        "required_photos require_photo require_photos photos_required photo_required min_photos "
        "required_videos require_video video_required track tracks tracking trajectory gps_track "
        "location_required require_location geofence likes",
        "轨迹 必须拍照 上传照片 上传视频 照片不少于 点赞 水印照片",
    ),
    _ban(
        "禁令五 经营性活动",
        "ads ad advertisement advertising promotion upsell sponsor paid_feature",
        "广告 付费 推广商品",
    ),
    _ban(
        "工作群规定 不得接龙、要求即时响应、@所有人",
        "at_all mention_all reply_required must_reply chain_reply instant_reply group_roll_call",
        "接龙 收到请回复 @所有人 立即回复",
    ),
)

SPOKEN_KEYS = frozenset({"name", "ask", "title", "text"})
"""Keys whose values people get to read."""


def broken_bans(pack: object) -> list[str]:
    """Return one line for each place where `pack` (plain YAML data) asks for what is banned."""
    faults = [_line(path, key, ban) for path, key, _ in _pairs(pack) for ban in _by_key(key)]
    faults += [_line(path, str(value), ban) for path, key, value in _pairs(pack) for ban in _by_word(key, value)]
    return faults + [_photo_line(path) for path, key, value in _pairs(pack) if _photo_is_proof(key, value)]


def _pairs(node: object, path: str = "") -> Iterator[tuple[str, str, object]]:
    """Yield (path, key, value) of every mapping entry below `node`; entries of lists go by their id."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            here = f"{path}.{key}" if path else str(key)
            yield here, str(key), value
            yield from _pairs(value, here)
    elif isinstance(node, list):
        for number, item in enumerate(node):
            label = item.get("id", number) if isinstance(item, Mapping) else number
            yield from _pairs(item, f"{path}[{label}]")


def _by_key(key: str) -> list[Ban]:
    plain = re.sub(r"[\s-]+", "_", key.strip().lower())
    return [ban for ban in BANS if plain in ban.keys or any(word in key for word in ban.words)]


def _by_word(key: str, value: object) -> list[Ban]:
    if key not in SPOKEN_KEYS or not isinstance(value, str):
        return []
    return [ban for ban in BANS if any(word in value for word in ban.words)]


def _photo_is_proof(key: str, value: object) -> bool:
    """Tell whether a photo alone, or a required photo, would be what pays a duty."""
    if key == "discharged_by" and isinstance(value, list):
        return "photo" in value
    if key != "parts" or not isinstance(value, list):
        return False
    return any(_required_photo(part) for part in value if isinstance(part, Mapping))


def _required_photo(part: Mapping[object, object]) -> bool:
    named = any(word in str(part.get("name", "")) for word in ("照片", "视频", "定位", "图片"))
    return named and part.get("required", True) is not False


def _line(path: str, found: str, ban: Ban) -> str:
    return f"{path}: “{found}”违反减负规定（{ban.name}） / forbidden by the burden rules"


def _photo_line(path: str) -> str:
    return f"{path}: 照片不能作为必报内容或唯一凭据，违反减负规定（{BANS[3].name}） / photos are never proof"
