"""How people speak of more time: that they request it, that it is let or refused, a day without its month."""

from __future__ import annotations

import re

# 起码得往后挪半个月 foresees; 能不能往后挪挪 requests.
REQUESTS = re.compile(
    r"申请|请求|请予|能[不否]|可[否不]|[求宽]|希望|给(?:我|俺|再|个|宽|缓|延)|[中行成]不[中行成]|[行中]吗|[吧呗]|想|再给"
)
# 不给延 原来咋定的还咋办; 那个延期给他们吧. The caller knows that a request waits and that the words speak of it.
REFUSED = re.compile(
    r"(?:不|没法|别)(?:再|能|给|予|许|可能)*(?:他们?|她)?(?:延|宽|缓|批|准|松)"
    r"|原(?:来|先)?的?(?:咋|怎么|时限|日子|期限)[^，。]{0,6}(?:还|不[动变改])"
)
LET = re.compile(
    r"(?<![不别])(?:给|让|随|依)(?:他们?|她们?|人家)(?:延|宽|缓)?(?:一?[次回下])?了?吧|(?<![不别])(?:延|宽|缓)(?:给他们?)?了?吧"
)
OF_A_NOTICE = re.compile(r"督办|挂[了的个]?牌|通知书|复函")
BARE_DAY = re.compile(r"(?<![\d月])(?:[12]?\d|3[01])[日号]")
NO_REASON = re.compile(
    r"(?:谢谢|麻烦|辛苦|拜托|[行中好妥成可][不以吗吧了]?|[吧了呗啊哈的呢前止]|[，,。；!！\s])+(?:了|您|你们|领导)?$"
)
