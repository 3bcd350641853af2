"""Days that tell when something may come (下个月才能到, 厂家说25号发货): no day by which anything is to be done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.dates import DateKind, DateRead

_COMES = (
    r"(?:到(?!位|底|期|岗)|来(?!验收|检查|看|人)|[发供交有提]货|发(?!文|函|通知)|供(?!电|水|气|热)|出厂|出港|出(?:结果|报告|数|图)|进场|"
    r"[运送拉寄拖搬调]|轮|排[上到产]|批(?:下来|得?了)|有(?:货|信|说法|结果|消息|眉目)|下单|生产|投料|腾出|回来|上班|开门|缓过|放行|[通清]关|靠港|上船|下线|复产|腾空)"
)
_LOOSE = r"(?:底|初|中旬|上旬|下旬|左右|前后|那会儿|的?时候|吧|也|就|都|还|说不定|可能|恐怕|估计|大概|最快|最早|有望)*"
_ONLY_THEN = re.compile(
    rf"{_LOOSE}(?:以后|之后|过后|后)?{_LOOSE}(?:才|方(?=能|可|有))|{_LOOSE}(?:以后|之后|过后)(?!必须|务必)"
)
_MAY_COME = re.compile(rf"[^，。；,;\s必务得须]*{_COMES}")
_MAY_COME_AT_LAST = re.compile(
    r"(?:最快|最早|(?:[得要还就只能]|也得|只好)*等(?:到|着)?|[排拖推延耗熬顺]期?到|(?:公示|公告|有效|听证|保修|养护|合同|检修|停[电水气产]|封[路闭控]|放假|休市)期?(?:要|得|是|还)?到|(?:[得要]|恐怕得?|怕是得?|估计得?)到(?:了)?)(?:了|在|也得|也要|得|要|下)*$"
)
_OTHERS_SAY = re.compile(
    r"(?:厂家|厂里|厂方|海关|供货商|供应商|供货方|老板|那边|那头|人家|他们|她们|[省市]里|上[面头级]|对方|物流|货代|经销商|中介)"
    r"(?:那边|那头|方面)?(?:就|又|也|都|只|才)*(?:说|讲|答复|回话|回复|表示|承诺|保证|答应|通知|告知)(?:是|了|的|要|最[快早迟晚])*$"
)
_BY_ORDER = re.compile(
    r"必须|务必|要求|限(?!电|高|产|速)|责成|确保|保证|得(?=[^，。；,;\s]{0,3}[解弄办完修搞送供拉运把])|请|让|叫|解决|之?前$|以?内$"
)


def is_forecast(read: DateRead, text: str) -> bool:
    """Whether a day read in a text is only when something may come, or until when something else lasts."""
    before, after = text[: read.span.start], text[read.span.end :]
    said = re.split(r"[，。；,;\s]", before)[-1]
    if _OTHERS_SAY.search(said) and read.kind is not DateKind.BEFORE:
        return True
    if _BY_ORDER.search(read.words) or _BY_ORDER.search(said):
        return False
    if _ONLY_THEN.match(after) or _MAY_COME_AT_LAST.search(said):
        return True
    return bool(_MAY_COME.match(after)) and not _BY_ORDER.search(re.split(r"[，。；,;\s]", after)[0])


def without_forecasts(text: str, reads: Sequence[DateRead]) -> str:
    """Return a text with such days blanked out."""
    for read in reads:
        if is_forecast(read, text):
            text = f"{text[: read.span.start]}{'　' * len(read.words)}{text[read.span.end :]}"
    return text
