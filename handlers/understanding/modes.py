"""How a visit was made (JZ-23): there, by film, by telephone; and whether the words leave that open."""

from __future__ import annotations

import re

from handlers.understanding.intents import NAMED

_MODES = (
    (
        "视频",
        r"视频(?:连线|调度|会|监控|(?:都|也|全)*[看瞅瞧转问跟和给]|督导|检查|巡|里|上|了)|(?:看|调|通过|用|微信|打|开|发)[了着]?(?:一下)?(?:个)?(?:视频|监控)|连了?(?:个|上)?线|直播",
    ),
    (
        "电话",
        r"通(?:了|完|过)?(?:个|一?次)?话(?!费)|[打通拨挂](?:了|过)?(?:一?[个通]|几[个通])?电话|电话(?:里|上)?[^，。]{0,8}(?:调度|督导|问|联系|协调|沟通|说|催|了解|聊|碰)|(?:通过|用)电话|语音(?:里|上|问|说)",
    ),
    (
        "微信",
        r"微信(?:群|上|里)?[^，。]{0,10}(?:调度|督导|办公|问|联系|协调|沟通|说|了解|催|看|对|聊|碰|过了)|(?:通过|用|在)(?:工作)?微信|群里(?:调度|问|协调)",
    ),
)
_MODES_FOUND = tuple((mode, re.compile(pattern)) for mode, pattern in _MODES)
# 我没到现场 让刘洋开着视频领我走了一遭: seen, but not from there.
_NOT_THERE = re.compile(
    rf"(?<![昨前])(?:我|俺|咱|人|本人|^)(?:今天|今儿|这回|也|可|就|都|是)*没(?:有|能)?(?:亲自)?(?:[到去来](?:现场|工地|场|{NAMED})|过去|下去|[到去来](?=[啊呢嘞，,\s]))"
)
_SEEN_BY = re.compile(r"(?:视频|监控)(?:里|上|头|都|也|全)*[看瞅瞧转查](?:了|的|过)")
_ON_SITE = re.compile(
    r"(?<![没未])到了?(?:现场|工地)|(?<![不没])在[^，。]{0,8}(?:现场|工地)|现场(?:办公|看|查|督导|调研)|实地|转了"
)

# 何军拿手机给我转了一圈, 用手机连着看, 在监控上转了一圈: seen, whatever verbs of going are used of it.
_BY_A_SCREEN = re.compile(
    r"(?:[拿举用开捧对靠打]着?|通过)(?:了|个)?(?:他|她|自己)?的?手机[^，。；,;\s]{0,8}?(?:[给带领让帮替]|连|对着|照着?|视频|直播|看|转|拍着)"
    r"|手机[上里]?(?:连线|视频|直播|看[了的着]|转[了的])|(?:监控|屏幕|大屏|摄像头|无人机|镜头|画面|直播|云平台)(?:画面)?(?:上|里|前|后台)?头?(?:我|俺|都|也|又|挨个|给我)*(?:[看瞅瞧转查巡过飞]|检查|带我)"
    r"|(?:开|打|连|搞|用|通过|接|走)(?:的|了|着|起|个|一个|过)*的?(?:微信)?(?:视频|直播)|视频(?:连[线着]|调度|督导|检查|巡查|会商)|隔着屏|远程(?:看|查|调度|连|督导|巡)"
)
_AT_THE_SITE = re.compile(
    r"(?<![没未])到了?[^，。；,;\s]{0,6}(?:现场|工地)|(?<![没不])[在搁][^，。；,;\s]{0,8}(?:现场|工地)(?!的?(?:视频|监控|直播|画面|连线|摄像))|实地|(?<!没)人[在到]|带人"
)
# Words of other means that say nothing of how one was there: 拍了视频, 视频发群里, 手机没电, 打电话叫人.
_NO_MEANS = re.compile(
    r"(?:听|看|接)不[清见到][^，。；,;\s]{0,3}(?:电话|手机)?|(?:电话|手机)[^，。；,;\s]{0,3}(?:听|接|打)不|(?:回|接)(?:了)?(?:个)?电话|[拍录发传存附][了的个段一几小]*(?:视频|照片)|视频(?:已|都|也|回头|随后|待会儿?|马上)*(?:发|传|拍|录|在后|附)|(?:视频|电话|手机)会议?"
    r"|(?:装|安|修|换|架|少|缺|差|坏|没|布)[^，。；,;\s]{0,5}(?:监控|摄像头?|探头|无人机)|(?:监控|摄像头|探头|无人机)(?:系统|杆|线|室|设备|安装|没|坏|还|也没|装|都?[装安架])"
    r"|手机(?:没|快没|坏|号|信号|丢|打不|关|里有)|(?:用|拿)[^，。；,;\s]{0,6}手机[^，。；,;\s]{0,4}[发记报写打](?!着)|[给跟][^，。；,;\s]{1,10}打了?个?电话(?:让|叫|催|通知|说)|来电话?|电话(?:号|线|不通|打不通|没人接)"
    r"|微信(?:里|上)?发|电话(?:让|叫|催|通知)"
)
# 我陪郭局去地块看了 孙县长也打电话问了: somebody else rang.
_WENT_AND_LOOKED = re.compile(
    r"(?:我|俺|咱)[^，。；,;\s]{0,8}?[去到](?![不没])(?:(?!电话|视频)[^，。；,;\s])[^，。；,;\s]{0,8}?[看查转瞅走]了"
)
_MEANS = re.compile(r"视频|监控|连线|直播|手机|电话|摄像|探头|无人机|镜头|屏幕|远程|语音|微信")


# 跟省里视频会冲突, 刚散了视频会: a conference by film is a meeting, not a look at the works; 开视频会调度 is one.
_CONFERENCE = re.compile(
    r"(?:[省市部厅局委县]里?|上头|上级|全[国省市县])(?:[一-龥]{0,6}?)的?视频(?:调度)?会议?"
    r"|视频(?:调度)?会议?(?=(?:时间|安排)?(?:冲突|撞|冲了|重了|打架|结束|散|完|开[完罢]|之?[前后]|走不|走不开|耽误|占|没去|通知))"
    r"|(?:散|参加|听|等|赶|出席|开[完罢])(?:了|完|个|的|上)*(?:[省市县]里?的?)?视频(?:调度)?会议?"
)


def mode_of(text: str, masked: str, *, there: bool) -> str:
    """Return 视频, 电话 or 微信 where a text says so and not that they were there, else 现场.

    `masked` is the text with its projects' names hidden; `there` whether its phrases place somebody at one.
    """
    text, masked = _CONFERENCE.sub("　", text), _CONFERENCE.sub("　", masked)
    if (_NOT_THERE.search(masked or text) or (_SEEN_BY.search(text) and not _ON_SITE.search(text))) and (
        mode := _means_of(text)
    ):
        return mode
    if _BY_A_SCREEN.search(_NO_MEANS.sub("　", text)) and not _AT_THE_SITE.search(text):
        return "视频"
    if there or _ON_SITE.search(text) or _WENT_AND_LOOKED.search(text):
        return "现场"
    return _means_of(text) or "现场"


def mode_is_open(text: str, mode: str) -> bool:
    """Whether words of other means beside a visit leave open whether it was one on the spot."""
    rest = _NO_MEANS.sub("　", _CONFERENCE.sub("　", text))
    if mode != "现场" or not _MEANS.search(rest):
        return False
    return bool(_BY_A_SCREEN.search(rest)) or not (_AT_THE_SITE.search(text) or _WENT_AND_LOOKED.search(text))


def words_of_mode(text: str, mode: str) -> str:
    """Return the words that say that somebody saw it from afar; empty for a visit on the spot."""
    patterns = [pattern for name, pattern in _MODES_FOUND if name == mode]
    patterns += [_SEEN_BY, _BY_A_SCREEN] if mode == "视频" else []
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    return found.group() if found else ""


def _means_of(text: str) -> str:
    return next((mode for mode, pattern in _MODES_FOUND if pattern.search(text)), "")
