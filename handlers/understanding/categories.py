"""The category of a problem, by the office's code list (mission 4.2): what kind of obstacle a sentence speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.understanding import category_words as words
from handlers.understanding.intents import Intent
from handlers.understanding.phrasebook.no_problem import NO_PROBLEM
from handlers.understanding.phrases import find_intent
from handlers.understanding.text import Span, phrases, span_of


class Category(StrEnum):
    """The code list; the part behind the stroke is the finer kind."""

    APPROVAL = "立项审批"
    LAND_CLEARANCE = "征地拆迁"
    LAND = "要素保障/土地"
    ENVIRONMENT = "要素保障/环保容量"
    LABOUR = "要素保障/用工"
    FUNDS = "要素保障/资金"
    POWER = "要素保障/用电"
    UTILITIES = "要素保障/水电气"  # water, gas, heat: what is not power alone
    PERMITS = "证照办理"
    OBSTRUCTION = "施工环境/阻挠施工"
    FORCED_TRADE = "施工环境/强买强卖"
    FORCED_LOADING = "施工环境/强装强卸"
    WORKS = "设计施工"
    OTHER = "其他"


_SOME = r"[^，。；;\s]"
_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+)[多来余]?"
_LOCALS = (
    r"(?:村民|群众|老乡|老百姓|百姓|乡亲|住户|农户|种地户|商户|户主|村里|村上|饭店|店家|养殖户|养猪场|人家|有人|村的人"
    r"|[\d一两三四五六七八九十几]+户|个?老[头汉太]\S?)"
)
_HARM = r"(?:封|扣|拦|堵|截|占|霸|撵|轰|赶|砸|偷|抢|横|围|锁|挡|顶|拉闸)"
_PERSONNEL = r"(?:工人|司机|师傅|班组|焊工|木工|瓦工|钢筋工|民工|技工|电工|吊车工|架子工|工头|农民工|劳力)"

_FORCED_LOADING = (
    r"(?:活儿?|卸|装|扛|搬)[^，。；]{0,8}?(?:必须|非得|只能|都得|就得)(?:归|由|给|叫|让)(?:他|她|村|自|本|当地)|强装强卸|强行(?:装|卸)|强装|强卸|不[让叫](?:自己|别人)?(?:装卸|卸(?!下))|"
    r"[装卸][车货料]?[^，。；]{0,10}(?:包了|霸)|非要[^，。；\s]{0,4}(?:装卸|卸[货车])"
)
_FORCED_TRADE = (
    r"强买强卖|(?:硬|强行?|非要?|非得)卖|不买(?:就)?(?:不[走让]|别想)|非[叫让](?:我们?|俺们?)?(?:用|买|拉)(?:他|她|村|自|人)|(?:强行|硬要|非要|硬是要|逼着)[^，。\s]{0,6}(?:供|卖|要|买)|不[用买要][^，。\s]{0,8}就不(?:让|给|准|许|叫)"
    r"|(?:非要?|非得|只能|只让|硬要)(?:我们|俺们?|施工队)?(?:用|买|拉|要)(?:他们?|她|人家|村里|本村|自己|自家|当地)"
    r"|必须用(?:他们|村里|本地)的(?:沙|石|料|车|土)|(?:非得?|非要|硬要|只能)(?:自己|亲戚)[^，。；\s]{0,3}(?:供|送|拉|卖)|强揽|垄断(?:沙|石|料)"
)
_OBSTRUCTION = (
    r"拉(?:起|了|着|上)?(?:一?[道根条])?(?:绳子?|横幅|条幅|铁丝)|[又叫让被]拦了|收[^，。；\s]{0,3}(?:过路|保护|过车|看场)费|把[^，。；\s]{0,4}桩[^，。；\s]{0,2}[拔扒]了|打了?(?:110|市长热线)|"
    r"堵(?:路|门|住|了|着|车|工地|到|得|半天)|[又叫还]是?堵|拦(?:路|车|着|住|工|下)|阻[工挠拦止]|不[让叫许准](?:进|干|施工|挖|拉|过|动|装|铺|摊|打|盖|修|走|架|开[挖工])"
    r"|闹事|闹工|扰民|聚集|上访|信访|投诉|12345|举报|嫌(?:臭|吵|有味|脏|灰大|挡光)|[进出过]不[去来]车|车[^，。；\s]{0,3}[进出过走]不[去来了]|把(?:路|门|口|道|桥)[^，。；\s]{0,2}(?:断|封|堵|挖|拦|占|刨)|杵着|占着(?:路|道|红线|工地)"
    rf"|{_LOCALS}[^，。\s]{{0,8}}(?:闹|围|挡|堆|摆|拉横幅|{_HARM})|[叫让被给]{_LOCALS}{_SOME}{{0,6}}?{_HARM}|[叫让被给](?:拿|用){_SOME}{{1,5}}(?:横|堵|拦|挡)"
)
_POWER = (
    r"变压器|变台|缺电|供电|用电|通电|断电|停电|拉闸|电力|电业局|供电公司|电网|专线|高压线|线路迁改|迁改电|没(?:有)?电(?!话|梯|缆|脑)|[通接送供]不上电|[通接送]不了电"
    r"|停了?[^，。\s]{0,4}电|跳闸|接电|电容量|送电|增容|电压|变台[^，。；\s]{0,4}没[立装到]|一[开启合用]上?就跳|电的?(?:容量|负荷)|(?:^|(?<=[，。；;\s])|期|都|还|光)等着?电(?![话梯])|电线?杆子?[^，。；\s]{0,2}(?:没|未)[栽立架]|供电[^，。；\s]{0,4}线|(?:给|送|来|供)[^，。；\s]{0,8}(?:钟头|小时|点)[^，。；\s]?电"
    r"|电(?!梯|话|缆|脑|气)(?:还|一直|也|都|就|到现在|始终)*(?:没|不|未)(?:给)?(?:通|接|送|来|够|稳|上)"
)
_UTILITIES = (
    r"(?:停|断|缺)[水气暖](?!泥)|[水气暖](?:还|一直|也|都|到现在)*(?:没|未|不)(?:给)?(?:通|接|供|来|够)|(?:没|未|不)[^，。；\s]{0,2}(?:通|供|接)(?:上|不上)?[水气暖](?!泥)"
    r"|[通供接]不上[水气暖]|没(?:有)?水(?!泥|平|泵|准|池)|自来水|蒸汽|燃气|天然气|供暖|供水|供气"
)
_LAND_CLEARANCE = (
    r"征地|拆迁|征迁|征收|征拆|补偿|安置|附着物|青苗|搬迁|清表|迁坟|坟|钉子户|腾地|腾退|交地|没交付的?地|(?:亩|地)[^，。；\s]{0,6}(?:没|未|不)(?:交|清|拆)"
    r"|户[^，。\s]{0,6}(?:没|未|不肯?|不愿)(?:拆|搬|签|腾|迁|按)|(?:没|未|不)(?:肯|愿意?|给)?(?:拆(?!模|除|架)|搬(?!运)|挪窝|腾)|坟[^，。]{0,3}没|拆不(?:动|了|下)|占了?(?:人家|农户|村民|群众|他家|老乡)[^，。；\s]{0,6}(?:塘|地|田|房|院|树|坟)|占地款|按手印"
    r"|嫌[^，。；\s]{0,2}(?:补|赔)[^，。；\s]{0,2}(?:少|低)|(?:补|赔)(?:偿)?[^，。；\s]{0,3}(?:谈不|没谈|不够|少|低)|赖着|猪圈|违建"
)
_FUNDS = (
    r"资金|贷款|融资|专项债|拨款|没钱|缺钱|欠款|欠薪|工程款|进度款|预付款|尾款|出让金|保证金|货款|回款|垫资|拨付|拖欠|欠着|欠(?:了)?[^，。；\s]{0,6}(?:钱|款|工资)|工资|款[^，。；\s]{0,4}(?:没|未|不)[^，。；\s]{0,2}(?:到|给|拨|批|付|下)"
    r"|讨薪|欠[^，。；\s]{0,3}工钱|(?:讨|追|要)(?:工钱|工资|血汗钱|材料款|欠款)|见不[着到]现?钱|等米下锅|配套钱|授信|钱[^，。；\s]{0,4}(?:没|不|未|断)|没给钱|银行"
    rf"|[缺差欠短][着了口]?{_NUMBER}(?:个)?[万亿]元?(?![亩方吨平立公千米度块]|千瓦)"
)
_LAND = (
    r"(?:用地|土地|建设用地|占补|耕地)(?:指标|手续|报批|规模|审批|证)?|亩[^，。]{0,4}指标|指标(?:一直|还|也|都)*(?:下不来|没下来|批不下来|没着落)|指标[^，。]{0,8}亩|挂牌出让|摘牌|土规|国土空间|红线|农转用|地没|地块|建设用|转不成地|(?:^|[，。；;\s可就])地(?:还是?|一直|到现在)(?:都|也)?没有?(?=$|[，。；;\s了呢])|农用地|基本农田|地类"
    r"|[缺差欠少][着了]?(?:建设)?地(?:\d|$|[，。；,;\s])|[缺差欠少][着了]?\d+(?:\.\d+)?[多余来]?亩"
)
_ENVIRONMENT = r"环评指标|环保容量|排污|总量指标|污染物|减排|能耗|能评|碳排|环境容量|资源环境|扬尘|管控停|环保"
_LABOUR = (
    r"(?:师傅|绣娘|把式)[^，。；\s]{0,3}(?:差|缺|少|不够)|"
    rf"用工|招工|缺人|缺工|招不(?:到|来|着|上)[^，。；\s]{{0,4}}(?:人|工)|[缺差少短](?:着|了)?{_NUMBER}[个名位号]?{_SOME}{{0,3}}(?:人|工)(?!程|期|地|序|防|民|大|行|造|流|字|家)|工人(?:不够|不足|少|没|走)|人手|民工|劳动力|技工"
    rf"|[缺差少短](?:着|了|点|些|几个)?{_PERSONNEL}|没人(?:干|开|施工|焊|扎|支)|{_PERSONNEL}{_SOME}{{0,6}}?(?:走|跑|撤|散|溜|辞|回家|不够|缺|少|没(?!戴|系)|罢工|挖走|不干)"
)
_PERMITS = (
    r"施工证|(?:施工|规划|用地|排污|取水)许可|许可证|消防[，,\s]?(?:没|未|不)过|规划证|不动产证|房产证|土地证|占道证|合格证|证照|证件?[^，。；\s]{0,3}(?:没|"
    r"未|办|还|批|卡)|不(?:给|让)?[^，。；\s]{0,2}[开办发][^，。；\s]{0,4}证|消防[^，。；\s]{0,2}(?:手续|"
    r"验收|审)|消验|验收备案|办证|执照|资质"
)
_APPROVAL = (
    r"立项|可研|审批|批复|核准|备案|赋码|初设|概算|稳评|环评|水保|洪评|审图|图审|评审|联审|报批|批不下来|"
    r"没(?:给)?批|选址|规划条件|手续|出(?:具)?意见"
)
_DESIGN = (
    r"设计变更|(?:得|要|需|还得)改设计|返工|图纸?[^，。；\s]{0,4}对不上|设计[^，。；\s]{0,3}(?:没出|没改|没定|有误|漏)"
)
_WORKS = (
    r"厂家|供[货应]商|不涨不|要求涨|设计|图纸?(?!片)|变更|施工|工期|进度[^，。；\s]{0,2}(?:慢|滞后)|滞后|质量|安全隐患|隐患|塌|漏|渗|裂|沉降|返水|积水|材料[^，。；\s]{0,3}(?:没|不|涨|短|扣)|设备[^，。；\s]{0,3}(?:没|不|坏|趴)|没到货|到货|招标|流标|监理|地质|基坑|机械|停工|趴窝"
    r"|管线(?:没|未|迁)|电梯|安全帽|护栏|围挡|脚手架|塔吊|桩机|(?:坏|烧|断|倒|歪|垮|失灵|变形)了?|基础|重来|重做|(?:小|低|高|歪|反|错|偏|短|浅|薄|窄)了|型号|规格|尺寸|配件|备件|(?:砂浆|钢筋|钢材|水泥|商砼|混凝土|石子)[^，。；\s]{0,3}(?:供不|没|涨|断|不够|短)"
)

# In order: the first that is found decides, so what is more particular comes first.
_SIGNS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern))
    for category, pattern in (
        (Category.FORCED_LOADING, _FORCED_LOADING),
        (Category.FORCED_TRADE, _FORCED_TRADE),
        (Category.LAND_CLEARANCE, r"赖着不[搬走拆]|死活不[拆搬迁]|不按手印"),
        (Category.OBSTRUCTION, _OBSTRUCTION),
        (Category.WORKS, _DESIGN),
        (Category.POWER, _POWER),
        (Category.UTILITIES, _UTILITIES),
        (Category.LAND_CLEARANCE, _LAND_CLEARANCE),
        (Category.FUNDS, r"出让金|保证金|预付款|进度款|工程款|尾款"),
        (Category.LAND, _LAND),
        (Category.ENVIRONMENT, _ENVIRONMENT),
        (Category.FUNDS, _FUNDS),
        (Category.LABOUR, _LABOUR),
        (Category.PERMITS, _PERMITS),
        (Category.APPROVAL, _APPROVAL),
        (Category.WORKS, _WORKS),
    )
)

# Tried where none of those is found, and only in the phrases that tell of something wrong.
_FURTHER_SIGNS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern))
    for category, pattern in (
        (Category.OBSTRUCTION, words.OBSTRUCTION),
        (Category.POWER, words.POWER),
        (Category.LAND_CLEARANCE, words.LAND_CLEARANCE),
        (Category.LABOUR, words.LABOUR),
        (Category.PERMITS, words.PERMITS),
        (Category.APPROVAL, words.APPROVAL),
        (Category.FUNDS, words.FUNDS),
        (Category.ENVIRONMENT, words.ENVIRONMENT),
        (Category.WORKS, words.WORKS),
    )
)


@dataclass(frozen=True, slots=True)
class CategoryRead:
    """A category with the words that show it."""

    category: Category
    span: Span


def read_category(text: str) -> CategoryRead | None:
    """Return the category of the problem a text speaks of, or None where it names none (没啥问题 names none).

    The phrases that tell of something wrong decide; what was done well beside them (沟渠完工 就是没电) does not.
    """
    wrong = _wrong(text)
    return _read(wrong, _SIGNS) or _read(wrong, _FURTHER_SIGNS) or _read(text, _SIGNS)


def told_wrong(text: str) -> str:
    """Return the phrases of a text that tell of something wrong, with what leads up to them; else all of it."""
    told, before = [], ""
    for piece in phrases(text):
        wrong = find_intent(piece.words, Intent.PROBLEM) is not None
        told += [before, piece.words] if wrong else []
        leads_up = not wrong and find_intent(piece.words, Intent.PROGRESS) is None
        before = piece.words if leads_up else ""
    return " ".join(told).strip() or text


def _wrong(text: str) -> str:
    """Return a text with the phrases that tell of nothing wrong blanked out; as long as before."""
    seen = " " * len(text)
    for piece in phrases(text):
        if find_intent(piece.words, Intent.PROBLEM):
            seen = seen[: piece.start] + piece.words + seen[piece.end :]
    return seen


def _read(text: str, signs: tuple[tuple[Category, re.Pattern[str]], ...]) -> CategoryRead | None:
    seen = NO_PROBLEM.sub(lambda found: "　" * len(found.group()), text)
    for category, pattern in signs:
        found = pattern.search(seen)
        if found:
            return CategoryRead(category, span_of(text, found.start(), found.end()))
    return None


def category_of(text: str) -> str:
    """Return the category to file a problem under; 其他 where the words tell nothing."""
    read = read_category(text)
    return (read.category if read else Category.OTHER).value
