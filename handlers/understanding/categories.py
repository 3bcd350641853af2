"""The category of a problem, by the office's code list (mission 4.2): what kind of obstacle a sentence speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.understanding.phrasebook.problems import NO_PROBLEM
from handlers.understanding.text import Span, span_of


class Category(StrEnum):
    """The code list; the part behind the stroke is the finer kind."""

    APPROVAL = "立项审批"
    LAND_CLEARANCE = "征地拆迁"
    LAND = "要素保障/土地"
    ENVIRONMENT = "要素保障/环保容量"
    LABOUR = "要素保障/用工"
    FUNDS = "要素保障/资金"
    POWER = "要素保障/用电"
    PERMITS = "证照办理"
    OBSTRUCTION = "施工环境/阻挠施工"
    FORCED_TRADE = "施工环境/强买强卖"
    FORCED_LOADING = "施工环境/强装强卸"
    WORKS = "设计施工"
    OTHER = "其他"


# In order: the first that is found decides, so what is more particular comes first.
_SIGNS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern))
    for category, pattern in (
        (Category.FORCED_LOADING, r"强装强卸|强行装卸|强装|强卸|不让(?:自己|别人)?(?:装卸|卸货|卸车)"),
        (
            Category.FORCED_TRADE,
            r"强买强卖|(?:强行|硬要|非要|硬是要|逼着)[^，。\s]{0,6}(?:供|卖|要|买)|不[用买要][^，。\s]{0,8}就不(?:让|给|准|许|叫)|(?:非要?|非得|只能|只让|硬要)(?:我们|俺们?|施工队)?(?:用|买|拉|要)(?:他们?|她|人家|村里|本村|自己|自家|当地)|必须用(?:他们|村里|本地)的(?:沙|石|料|车|土)|强揽|垄断(?:沙|石|料)",
        ),
        (
            Category.OBSTRUCTION,
            r"堵(?:路|门|住|了|着|车|工地)|[又叫]堵|拦(?:路|车|着|住|工)|阻[工挠拦止]|不让(?:进|干|施工|挖|拉|过|动|装|铺)|闹事|闹工|扰民|聚集|上访|村民[^，。]{0,6}(?:闹|围|挡)",
        ),
        (
            Category.POWER,
            r"变压器|供电|用电|通电|断电|停电|拉闸|电力|电业局|供电公司|电网|专线|高压线|线路迁改|迁改电|没(?:有)?电(?!话|梯)|[通接送供]不上电|[通接送]不了电|停了?[^，。\s]{0,4}电|跳闸|接电|电容量|送电|增容",
        ),
        (
            Category.LAND_CLEARANCE,
            r"征地|拆迁|征迁|征收|征拆|补偿|安置|附着物|青苗|搬迁|清表|迁坟|坟|钉子户|腾地|腾退|交地|没交付的?地|亩[^，。]{0,6}(?:没|未)(?:交|清|拆)|户[^，。\s]{0,4}(?:没|未|不肯?|不愿)(?:拆|搬|签|腾|迁)|(?:没|未)(?:拆(?!模|除)|搬(?!运))|坟[^，。]{0,3}没|拆不(?:动|了|下)|占地款",
        ),
        (
            Category.LAND,
            r"(?:用地|土地|建设用地|占补|耕地)(?:指标|手续|报批|规模|审批|证)?|亩[^，。]{0,4}指标|指标[^，。]{0,8}亩|挂牌出让|摘牌|土规|国土空间|红线|农转用|地没|地块"
            r"|[缺差欠少][着了]?(?:建设)?地(?:\d|$|[，。；,;])|[缺差欠少][着了]?\d+(?:\.\d+)?[多余来]?亩",
        ),
        (
            Category.ENVIRONMENT,
            r"环评指标|环保容量|排污|总量指标|污染物|减排|能耗|能评|碳排|环境容量|资源环境|扬尘|管控停|环保",
        ),
        (
            Category.FUNDS,
            r"资金|贷款|融资|专项债|拨款|没钱|缺钱|欠款|欠薪|工程款|进度款|回款|垫资|拨付|拖欠|款(?:没|未|不)到|等米下锅|配套钱|授信|钱(?:没|不)|银行|[缺差欠短][着了口]?\d+(?:\.\d+)?[多来余]?(?:个)?[万亿]元?(?![亩方吨平立公千米度]|千瓦)|[缺差欠短][着了]?[一二两三四五六七八九十百千]+(?:多|来|余)?[万亿](?![亩方吨平立公千米度])",
        ),
        (
            Category.LABOUR,
            r"用工|招工|缺人|缺工|招不(?:到|来|着|上)(?:人|工)|缺\d+(?:多)?[个名位]?(?:人|工)|工人(?:不够|不足|少|没|走)|人手|民工|劳动力|技工|没人干",
        ),
        (
            Category.PERMITS,
            r"施工证|施工许可|许可证|规划证|不动产证|房产证|土地证|证照|证件?(?:没|未|办|还|批)|消防(?:手续|验收|审)|消验|验收备案|办证|执照|资质",
        ),
        (
            Category.APPROVAL,
            r"立项|可研|审批|批复|核准|备案|赋码|初设|概算|稳评|环评|水保|洪评|审图|图审|评审|联审|报批|批不下来|没批|选址|规划条件|手续|出(?:具)?意见",
        ),
        (
            Category.WORKS,
            r"设计|图纸|变更|施工|工期|进度(?:慢|滞后)|滞后|质量|安全隐患|隐患|塌|漏水|渗水|材料(?:没|不|涨|短)|设备(?:没|不|坏|趴)|没到货|到货|招标|流标|监理|地质|基坑|机械|停工|趴窝|管线(?:没|未|迁)|电梯",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class CategoryRead:
    """A category with the words that show it."""

    category: Category
    span: Span


def read_category(text: str) -> CategoryRead | None:
    """Return the category of the problem a text speaks of, or None where it names none (没啥问题 names none)."""
    seen = NO_PROBLEM.sub(lambda found: "　" * len(found.group()), text)
    for category, pattern in _SIGNS:
        found = pattern.search(seen)
        if found:
            return CategoryRead(category, span_of(text, found.start(), found.end()))
    return None


def category_of(text: str) -> str:
    """Return the category to file a problem under; 其他 where the words tell nothing."""
    read = read_category(text)
    return (read.category if read else Category.OTHER).value
