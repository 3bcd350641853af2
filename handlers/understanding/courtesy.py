"""Words that only keep company: greetings, thanks, 知道了, small talk. They ask for nothing and report nothing.

A text is courtesy only as a whole, so that 谢谢，二院外墙完成六成 stays the report it is.
"""

from __future__ import annotations

import re
from enum import StrEnum

from handlers.understanding.intents import compiled


class Courtesy(StrEnum):
    """What a text is that only keeps company."""

    GREETING = "greeting"
    THANKS = "thanks"
    NOTED = "noted"
    SMALL_TALK = "small_talk"
    WHO = "who"  # 你是谁


# 张科, 何局, 张主任: whoever is greeted by surname and post.
_BY_POST = r"(?!辛苦)[\u4e00-\u9fff]{1,2}?(?:科长?|局长?|主任|县长?|书记|部长?|股长|经理|总|工|哥|姐|老师|秘书长|委员)"
_OF_THEM = (
    r"(?:[\u4e00-\u9fff]{2,4}(?:办|局|中心)?的?(?:同志|领导|老师|工作人员)们?的?)?"
    r"(?:耐心|细心|热心|温馨|贴心|及时|友情)?"
)
_YOU = rf"(?:你们?|您们?|恁|大家|各位|领导|同志们?|老师|小督|助手|机器人|{_BY_POST})"
# 谢谢提醒, 有劳惦记: for what one is thanked.
_KINDNESS = (
    r"(?:提醒|提示|提个醒|告知|告诉|通知|转告|惦记|记挂|关心|操心|叮嘱|嘱咐|指点|指导|帮忙|帮助"
    r"|支持|配合|理解|关照|转达|催促|督促|跑腿|解答|回复|答复|协调|费心)(?:我们?|俺们?|一?[声下])?"
)
_TONE = r"(?:[啊呀啦哈哦噢喔嘞咧呢吧么嘛哇哒滴的了着儿])*"
_PICTURE = r"(?:\[[\u4e00-\u9fffA-Za-z]{1,4}\]|[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50])"
_VERY = r"(?:可|真|太|好|老|挺|怪|也|咋|这么|够)*"

_WORDS: dict[Courtesy, tuple[str, ...]] = {
    Courtesy.GREETING: (
        rf"{_YOU}(?:早上|上午|中午|下午|晚上)?好|{_YOU}?(?:早上|上午|中午|下午|晚上)好{_YOU}?",
        rf"{_YOU}?(?:早安?|晚安)",
        rf"{_YOU}?在(?:不在|没在|不|吗|么|没有?)?",
        r"(?:有人|人)(?:在)?(?:吗|么|没有?|呢)",
        r"喂+|哈[喽啰]|嗨+|hi|hello|再见|拜拜|回见",
        rf"(?:新年|春节|中秋|国庆|端午|元旦|元宵|五一|节日|周末|过年)(?:快乐|愉快|好|安康){_YOU}*",
    ),
    Courtesy.THANKS: (
        rf"(?:非常|十分|太|真|多|那就|好的?|行|中|嗯)?(?:谢谢|谢了|谢过|多谢|感谢|辛苦|受累|费心|劳驾|麻烦)[了啦]?{_YOU}?",
        rf"(?:谢谢|多谢|感谢|谢过|有劳|费心|劳你|劳您|辛苦)[了啦]?{_YOU}?(?:的|一直|及时|每次|老|费心|这么)*{_OF_THEM}{_KINDNESS}(?:着)?",
        rf"(?:{_YOU}的?|这|这个|这条|这次)+{_KINDNESS}(?:得|可|真|太|很|挺|怪|也|够|还|是|来得|正是|非常|特别)*(?:及时|时候|管用|贴心|周到|(?<=[真太可])[好细准])",
        rf"(?:亏|幸亏|多亏|好在|得亏)(?:有)?{_YOU}?(?:及时|给|来|这么|的|一)*{_KINDNESS}",
        rf"谢{_YOU}|{_YOU}(?:也|太|真)?(?:辛苦|受累|费心)|3q|thx|thanks?",
    ),
    Courtesy.NOTED: (
        r"(?:好|行|中|成|妥|嗯)+[的呢]?|恩|[哦噢喔]+|是的?|对+|ok+|可以|得嘞|得了",
        r"我?(?:都|这下|可算)?(?:弄|搞|听|看)?(?:知道|晓得|明白|了解|清楚|收到|收悉|知悉|已?阅|看[到见]|瞅见|记住|懂|有数|遵命|照办)",
        r"(?:我们?|俺们?)?(?:这就|马上|立即|立刻|抓紧|一定|坚决)(?:去|就)?(?:照)?(?:办|落实|弄|整改|报|改|安排|处理|执行)",
        r"(?:我们?|俺们?|我局|我单位|这边)?(?:会|都|一直|正|在|心里)*(?:记着|记[下住]|留意|关注|注意|上心|有数|盯着)(?:的|呢)?",
        r"(?:我这边|我们?|俺们?)?(?:尽快|抓紧)(?:办|弄|报|落实)?|没(?:别的|啥|什么)?事[儿情]?了?|(?:你|您|恁)(?:先)?忙",
        r"(?:回头|晚[上点]|一会儿?|待会儿?|过会儿|这两天)(?:我|俺)?(?:就|再|来|一定)?(?:弄|办|报|看|处理|落实|交)(?:一?下)?",
        r"没问题|不客气|没事|没关系|不用|算了|先这样|就这样|回头再说|等会儿?再说",
    ),
    Courtesy.SMALL_TALK: (
        rf"{_YOU}?(?:吃过?饭?|睡|休息|下班|忙|上班|起床)[了好完]?(?:没有?|吗|么|不忙|不)?|吃的?(?:啥|什么)",
        r"[哈呵嘿嘻呜]{2,}|点?赞|666+|给力|加油|牛|厉害|不错|讲个笑话|陪我聊聊",
        rf"(?:今[天儿](?:个|可)?|这天|这两天|外面|可)?{_VERY}(?:累|困|热|冷|闷|烦|饿|忙|渴|高兴|开心|厉害|牛|棒)(?:死|坏|得很|得慌)?(?:我|俺|人)?",
        rf"(?:今天|今儿个?|这|外面|明天|这几天)*(?:天气?|天儿|日头|太阳|雨|风|雪|雾){_VERY}"
        r"(?:热|冷|闷|大|好|毒|晒|凉快|潮|差|坏|不错)(?:得很|死)?",
        r"(?:浑身|满头|一身|出了)(?:都?是|一身)?[汗土泥]|下大?[雨雪]",
        r"(?:终于|总算|又|要)*(?:周末|放假|下班|周一|星期一|过节)",
        rf"{_PICTURE}+",
        r"(?:刚|才|刚才|一直|这会儿?|上午|下午)*(?:在)?(?:开会|开车|忙|接电话|下乡|吃饭|睡觉)(?:呢|来着)?(?:没|没顾上|没来得及|没注意|忘了)看(?:手机|消息|信息|见|到)?",
        r"没(?:顾上|来得及|注意)?看(?:手机|消息|信息|见|到)|(?:祝)?(?:工作|万事|一切)?顺[利心]|您?请回吧|不打扰了?|打扰了?|麻烦了",
        r"(?:一天到晚|一天|整天|天天|你|恁)*(?:老|总|都|光|又|可)?催(?:我|俺|个)?(?:[一二三四五六七八九十\d几]+[回次遍趟]|没完|不停)?|服了(?:你|恁)?|好家伙|乖乖|我的天|(?:快)?(?:被|让)你催(?:死|怕|烦)",
        r"不好意思|抱歉|对不住|(?:刚|才)(?:看见|看到|回来|醒|忙完)|回(?:晚|迟)了|手机(?:没电|静音|没拿)了?|(?:刚|才)?充上(?:电)?",
        r"(?:你|恁)?这?(?:个|小)*(?:助手|机器人|家伙|玩意儿?|东西)?(?:可|真|怪|还|挺|就是)+(?:灵光?|聪明|好[用使]|能干|管用|贴心|行|中)",
        r"(?:还|都|又)?(?:忙|加班|干|熬)(?:到|至)?(?:这会儿?|这时候?|现在|半夜|深夜|这么晚|这个点)|这么晚还(?:在)?(?:忙|加班|干活)|加班(?:呢|着)?",
        rf"{_YOU}?(?:这么晚|这个点|都这时候)?(?:了)?(?:还|咋|都)*(?:没|不|没有)(?:下班|休息|睡|吃饭|回家|歇)",
        r"(?:注意|保重|多)(?:身体|休息|喝水)|早点?(?:休息|睡|歇着)|回头(?:请你)?喝(?:茶|酒)|回头聊|有空再说",
    ),
    Courtesy.WHO: (
        rf"{_YOU}(?:到底|究竟)?(?:是|叫)个?(?:谁|啥|什么|哪个|哪位|干啥|干什么|干嘛|做什么|弄啥)(?:东西|名字?)?",
        rf"{_YOU}(?:到底|究竟)?是(?:机器人?|真人|人工?)(?:吗|还是[\u4e00-\u9fff]{{1,8}})?",
        rf"{_YOU}?(?:都|还)?(?:能|会|可以)(?:帮我)?[干做办弄]点?(?:啥|什么|哪些)[事活]?",
        rf"(?:{_YOU}|这(?:个|玩意儿?|东西)?)?(?:有啥用|是?干啥用|是?弄啥(?:哩|嘞)?|(?:咋|怎么)[使用弄])",
    ),
}
_LEAD = r"(?:[我俺]|那就?|[哎唉诶呀啊嗯噢哦]+)?"
_TELLING = (Courtesy.WHO, Courtesy.THANKS, Courtesy.GREETING, Courtesy.NOTED, Courtesy.SMALL_TALK)
_ONE = {sort: rf"(?:{_LEAD}(?:{'|'.join(_WORDS[sort])}){_TONE}){{1,3}}{_PICTURE}*" for sort in _TELLING}
_TELLING_TOGETHER = (Courtesy.THANKS, Courtesy.NOTED, Courtesy.SMALL_TALK, Courtesy.GREETING, Courtesy.WHO)
_HOLDS = {sort: "|".join(words) for sort, words in _WORDS.items()}
_CALLED = re.compile(_YOU)
# 哈哈哈哈好滴[呲牙], 好嘞辛苦了: several sorts in one breath; the one that says most is answered.
_ANY = "|".join(f"(?:{word})" for words in _WORDS.values() for word in words)
_SEVERAL = rf"(?:{_LEAD}(?:{_ANY}){_TONE}{_PICTURE}*){{1,4}}"
_ADMONITION = re.compile(
    r"^(?:@\S+\s*)?(?:请|望|希望)?(?:各位|大家伙?儿?|大伙儿?|同志们|弟兄们|伙计们|各(?:单位|局|委|股室?|科室?|部门|乡镇|专班|项目|家)|所有(?:人|单位)|咱(?:们|局|单位|股|科|这)?(?:里|边)?的?(?:同志|人|弟兄|伙计)?们?都?|都)"
    r"[^，。；]{0,10}?(?:抓紧|抓点紧|赶紧|赶快|尽快|快点|注意|上[点些]?心|精神[点些]|打起精神|盯紧|绷紧|别(?:等|拖|忘|迟到|掉|再|光|都)|不要(?:等|拖|忘)"
    r"|按时|记得|务必|提前|认真|辛苦|加把劲|加油|重视|自觉|动起来)"
    r"|^[\u4e00-\u9fff]{2,4}你们?(?:也|再|先|都)?(?:抓紧|赶紧|赶快|快点|上点心|记得|别忘)"
)
_PIECE = re.compile(r"[\s，,。.、!！~～…?？;；]+")
_LONGEST = 24


def read_courtesy(text: str) -> Courtesy | None:
    """Return what a text is that only keeps company; None where any piece of it says something else."""
    if not text or len(text) > _LONGEST:
        return None
    sorts = [_sort(piece) for piece in _PIECE.split(text) if piece and not _CALLED.fullmatch(piece)]
    if not sorts or None in sorts:
        return None
    return next(sort for sort in _TELLING if sort in sorts)


def _sort(piece: str) -> Courtesy | None:
    whole = next((sort for sort in _TELLING if compiled(_ONE[sort], re.IGNORECASE).fullmatch(piece)), None)
    if whole is not None or not compiled(_SEVERAL, re.IGNORECASE).fullmatch(piece):
        return whole
    return next(sort for sort in _TELLING_TOGETHER if compiled(_HOLDS[sort], re.IGNORECASE).search(piece))


def is_admonition(text: str) -> bool:
    """Whether words only urge everybody on: 各位抓紧把自家的材料弄弄 别等到最后一天."""
    return bool(_ADMONITION.match(text))
