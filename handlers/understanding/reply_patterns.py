"""How people put the five matters (五个落实, ZZ-19) of a reply: labels, free phrases, and phrases that say nothing."""

from __future__ import annotations

import re
from enum import StrEnum


class Item(StrEnum):
    """The five, under the names of the ledger's keys."""

    MEASURE = "measure"
    UNIT = "unit"
    LEADER = "leader"
    PERSON = "person"
    DEADLINE = "deadline"


ITEM_NAMES = {
    Item.MEASURE: "解决办法",
    Item.UNIT: "责任单位",
    Item.LEADER: "责任领导",
    Item.PERSON: "责任人",
    Item.DEADLINE: "解决时限",
}

_LABELS = {
    Item.MEASURE: r"(?:解决|整改|工作|办理|落实|具体)?(?:办法|措施|方案|做法)",
    Item.UNIT: r"(?:责任|牵头|主责|承办|主办)(?:单位|部门)|(?<=[①②③④⑤、.)）])(?:单位|部门)(?=[:：])",
    Item.LEADER: r"(?:责任|分管|牵头|包抓|主管|带班)的?(?:领导|副?局长|副?主任)|(?<=[①②③④⑤、.)）])领导(?=[:：])",
    Item.PERSON: r"(?:具体|直接)?责任人员?|(?:具体|项目)负责人|经办人|承办人",
    Item.DEADLINE: r"(?:解决|完成|办结|整改|落实)?(?:时限|期限)|(?:解决|完成|办结|整改)(?:时间|日期)"
    r"|(?<=[①②③④⑤、.)）])时间(?=[:：])",
}


def label_of(item: Item, words: str) -> int | None:
    """Return how many characters of numbered words are their label, 0 for none; None where it is that of another."""
    found = re.match(rf"(?:{_LABELS[item]})(?:就?是|为|[:：\s])*", words)
    if found:
        return found.end()
    others = "|".join(pattern for other, pattern in _LABELS.items() if other is not item)
    return None if re.match(others, words) else 0


# 责任人改成韩雪; 责任人换一下别写孙涛了写韩雪: one of the five put right, before the reply is reviewed.
AMENDED = re.compile(
    rf"(?:{'|'.join(f'(?P<{item.value}>{pattern})' for item, pattern in _LABELS.items())})[^，。；;,]{{0,6}}?"
    r"(?:[，,\s]*(?:别|不)(?:再)?(?:写|是|用)[\u4e00-\u9fff]{2,8}?了?[，,\s]*(?:而是)?)?"
    r"(?:[改换写](?:成|为|到)?|应该?[是为]|是)(?P<value>(?![一了掉下])(?:(?![写改换别])[^，。；;,\s]){2,20})"
)


_IS = r"(?:明确)?(?:就?是|就|为|由|有)?"
_BULLET = r"(?:[（(]?[一二三四五1-5][)）、.]|[①②③④⑤])?\s?"
_BARE_LABEL = "|".join(_LABELS.values())
_ANY_LABEL = "|".join(f"(?P<{item.value}>{pattern})" for item, pattern in _LABELS.items())

# 解决办法：…, on lines of their own or in a row; a blank stands for the colon where the label begins a phrase, and
# after a number a bare 单位, 领导 or 时间 is a label too.
LABELLED = re.compile(
    rf"(?P<edge>(?:^|(?<=[\n；;，,。、\s:：])))?{_BULLET}(?:{_ANY_LABEL})"
    rf"(?(edge)(?:\s?(?:[:：]|[—\-]{{1,2}})\s*|\s+(?=\S)|[，,](?=\S)(?!{_BULLET}(?:{_BARE_LABEL})))|\s?[:：]\s*)"
)

# …；责任单位水利局: a label without its colon ends what the label before it says.
NEXT_ITEM = re.compile(
    rf"[，。；;,\n]\s*{_BULLET}(?:"
    + "|".join(f"(?:{_LABELS[item]})" for item in (Item.UNIT, Item.LEADER, Item.PERSON, Item.DEADLINE))
    + ")"
)

_HAN = r"[\u4e00-\u9fff]"
# 分管领导李卫东责任人孙涛十月十四号前交清: dictated in one breath, a name ends where the next label or date begins.
_EDGE = (
    r"(?=[，。；;,、\s（(\d]|$|(?:具体|直接)?责任(?:人|单位|领导)|分管(?:的)?领导|(?:解决|完成|办结)?(?:时限|期限)"
    r"|[一二三四五六七八九十]{1,3}[月号])"
)
_POST = r"副?(?:书记|局长|主任|县长|区长|市长|部长|总经理|经理|总工|科长|股长|所长|站长|队长|院长|乡长|镇长)"
_ORG_END = r"(?:局|委|办公室|办|中心|公司|集团|街道|乡|镇|政府|医院|学校|支队|大队|厅|社|所|院|部|单位|部门)"
_ORG = rf"(?:我们?{_HAN}{{1,3}}|本{_HAN}{{1,2}}|{_HAN}{{2,12}}?{_ORG_END})"

UNIT = (
    re.compile(rf"(?:{_LABELS[Item.UNIT]}){_IS}(?P<value>{_ORG}){_EDGE}"),
    re.compile(
        rf"(?:^|(?<=[，。；;,、\s由是为]))(?![由是为])(?P<value>(?!施工|监理|建设|设计|企业){_ORG})"
        r"(?:来|作为|具体)?(?:牵头|主办|承办|主责|负责|来办)(?!领导|单位|人)"
    ),
    re.compile(
        r"(?P<value>我们?(?:局|委|单位|公司)|本局|我办)(?:来|作为)?(?:牵头|主办|承办|主责|负责)(?!领导|单位|人)"
    ),
)
# Where, in words without a stop, the measure ends: …剩下的走征收｜我们局负责.
GLUED = re.compile(rf"(?:{UNIT[2].pattern.replace('?P<value>', '?:')})|{_BARE_LABEL}")
_NO_LEADER = (
    r"重视|同意|说|要求|批示|安排|很|高度|已|正|也|都|不|没|班子|小组|牵头|负责|带队|亲自|分管|干部|们|和|去|来|到"
)
LEADER = (
    re.compile(rf"(?:^|(?<=[，。；;,、\s]))领导(?:就?是|为)?(?P<value>(?!{_NO_LEADER}){_HAN}{{2,3}}){_EDGE}"),
    re.compile(rf"(?:{_LABELS[Item.LEADER]}){_IS}(?P<value>{_HAN}{{2,8}}?)(?:同志)?(?:牵头|负责|分管|挂帅)?{_EDGE}"),
    re.compile(
        rf"(?:^|(?<=[，。；;,、\s由]))(?P<value>{_HAN}{{1,10}}?{_POST})(?:{_HAN}{{2,3}})?(?:同志)?"
        r"(?:亲自|总)?(?:分管|牵头|挂帅|包抓|带队|负责|主抓)"
    ),
    re.compile(rf"(?:^|(?<=[，。；;、\s]))由?(?P<value>(?![我本该由]){_HAN}{{2,3}})(?:同志)?(?:亲自)?分管{_EDGE}"),
    re.compile(rf"(?<!{_HAN})由?(?P<value>(?![我本该])(?<!{_HAN}){_HAN}[局总县])(?:亲自)?(?:分管|牵头|挂帅|包抓|带队)"),
)
PERSON = (
    re.compile(rf"(?:{_LABELS[Item.PERSON]}){_IS}(?P<value>{_HAN}{{2,12}}?)(?:同志)?(?:具体负责|负责|牵头)?{_EDGE}"),
    re.compile(
        rf"(?:^|(?<=[，。；;,、\s由让]))(?P<value>{_HAN}{{2,8}}?)(?:同志)?(?:具体|直接)(?:负责|落实|经办|承办|办理|办|抓|跟|盯|跑)"
    ),
    re.compile(
        rf"(?:^|(?<=[，。；;、\s]))(?P<value>(?![我本各他她]|施工|企业){_HAN}{{2,4}})(?<![局委办司乡镇位门方队])负责(?=[，。；;]|$)"
    ),
    re.compile(rf"(?:由|让|安排)(?P<value>(?!我){_HAN}{{2,8}}?)(?:同志)?(?:负责|落实|经办|承办|盯办|跟办|去办)"),
)
MEASURE = re.compile(rf"(?:{_LABELS[Item.MEASURE]})呢?(?:就?是|有|(?:修?改|调整|变更)[为成]|为|上)?[,，:：]?\s*")
MEASURE_STATED = re.compile(rf"(?:{_LABELS[Item.MEASURE]})呢?(?:就?是|有|(?:修?改|调整|变更)?[为成]|[:：])")
FREE = {Item.UNIT: UNIT, Item.LEADER: LEADER, Item.PERSON: PERSON}

# The bureau in front of a leader's name: 自然资源局李卫东副局长.
ORG_BEFORE_NAME = re.compile(rf"^{_HAN}+?(?:局|委|办|公司|中心)(?={_HAN}{{2,}})(?!长)")
NO_NAME = re.compile(
    r"^(?:表示|说|已|正在?|会|要|和|的|待定|暂|未|还没|不知道|不清楚|没有|尽快|马上|研究|落实|负责|到位)"
)
ORG_LIKE = re.compile(rf"^{_ORG}$")

# A clause that settles another of the five ends the measure.
OTHER_ITEM = re.compile(
    "|".join(f"(?:{_LABELS[item]})" for item in (Item.UNIT, Item.LEADER, Item.PERSON, Item.DEADLINE))
    + r"|牵头|(?:具体|直接|局|委|办|长|同志)负责|挂帅"
)

# Words that say nothing about what will be done.
HOLLOW = re.compile(
    r"收到|收悉|知悉|知道了|明白|好的?|嗯|是的|请(?:领导)?放心|高度重视|第一时间|正在|已经?|我们?[局委办单位公司]*|积极|尽快|抓紧|加快|马上|立即"
    r"|争取|努力|全力|及时|认真|严格|按照?要求|一定|加强|加大|力度|继续|持续|进一步|协调|对接|沟通|推进|推动|处理|解决|落实|研究|办理|跟进|督促"
    r"|整改|汇报|反馈|配合|相关|有关|各|部门|单位|企业|施工方|问题|工作|此事|这个?事|事[项情]|情况|早日|尽早|开展|进行|组织|做好|领导|谢谢|辛苦|督办"
    r"|你们?|回复|复函|答复|通过|先|采取|措施|方案|办法|[了的地并和与会将要把对向等中您请吧呢啊哈0-9a-zA-Z\s，。；、：:,.;!！？?~—\-〔〕（）()]"
)
# Words that say as little, where they plainly speak of the notice: 局党组专题研究过了, 安排下去了, 特此报告.
ABOUT_NOTICE = re.compile(r"督办|挂牌|通知书|复函|函复|回复|特此|(?<![a-z])db\s?-?\d", re.IGNORECASE)
HOLLOW_REPORT = re.compile(
    HOLLOW.pattern + r"|走(?:着)?(?:程序|流程|手续)|[很挺较十分]+"
    r"|党[组委]|班子|局里|会议?|专题|专门|召开|开了?会|研讨|安排|部署|下去|布置|报告|特此|有(?:结果|进展|消息|眉目)"
    r"|再|报|下一?步|统筹"
    r"|多次|成立|明确|力争|今天|昨天|现|正|抓|件|那|亩|已|经|过|领会|传达|学习|高度|谈(?:着|判)?|村里|村民|和|跟|呢|信儿?|一?定|确保|按期|按时|专班|倒排|工期|挂图作战|也|都|就|在|着|上|下"
)
EMPTY = re.compile(
    r"收到|收悉|知悉|知道了|明白|放心|重视|正在|尽快|抓紧|加快|马上|立即|争取|全力|积极|协调|对接|推进|处理|落实|跟进|研究|办理|安排|部署|专题|谈着|正[和跟在]|走(?:着)?(?:程序|流程)"
)
ASKS = re.compile(r"[?？啥咋哪谁吗]|什么|怎么|多少|几[号点个]")

# Words of doing: a free clause without one is not taken for a measure.
CONCRETE = re.compile(
    r"签|补|分[批期段两三]|改[线道迁]|调[剂整]|拆|修|换|缴|拨|付|清[表障]|交地|迁|报批|审批|论证|招标|抽调|派|重新|出具|移交|[安组]?装|架设"
    r"|断|接[入通]|征[收地]|谈|会商|打通|疏通|垫|担保|专班|驻|现场办公|加班|增[加派配]|租|借|划拨|置换|奖|协议|走访|核[实查]|评审|办[好下]|开挖|施工"
)
