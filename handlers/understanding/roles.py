"""Which figure a sum of money is, from the words around it: this month's, the total, or something else.

A sum is reported or it is not: a plan, a contract, a payment, a gap, a part of another sum, how it stood before. What
neither is plain comes back as loose, and is asked about (C04).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from handlers.understanding.money import Money, both, sums
from handlers.understanding.open_figures import WAS, Choice
from handlers.understanding.percentages import CHANGED_BY, CHANGED_TO, RESTATED

MONTH, TOTAL = "month", "total"
_OTHER, _PART, _UNKNOWN = "other", "part", ""

_HAN_NUMBER = "一二两三四五六七八九十"
_EARLIER = rf"(?:以前|之前|前面|前头|原来|原先|上个?月|去年|往年|前[几\d{_HAN_NUMBER}]+个?月)"
_MONTH_NAME = (
    rf"(?:(?<![\d至到\-—~{_HAN_NUMBER}])(?:1[0-2]|[1-9])|(?<![至到\-—~{_HAN_NUMBER}])(?:十[一二]?|[{_HAN_NUMBER}]))月份?"
    r"(?![底末初头前\d]|[之以]前|[上中下]旬)"
)
MONTH_WORDS = re.compile(
    rf"(?<![\d{_HAN_NUMBER}个这本当上下每隔])月(?=投资|完成)|本月|这一?个?月|当月|本期(?!工程|项目|建设|桩|主体|厂房)|上个?月|月度|单月|月内|新增|{_MONTH_NAME}"
)
TOTAL_WORDS = re.compile(
    r"累计|累积|累(?=投|完|起来|到|下来|\d|$)|年内(?=完成|投|干|\d|$)|[总一]共|共计|拢共|统共|通共|满共|总计|总数|总额|总的|合计|合起来|加起来|拢到一起|前后|截至|截止|至今|以来|为止|到(?:现在|目前|眼下|如今|这会儿|今天)"
    r"|(?:打|从|自)(?:年初|年头|过年|开年|开工|动工|去年|前年|1月|一月)|今年(?!计划|目标|任务|预算|要|打算|安排)"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月?[至到\-—~](?:\d{1,2}|[一二三四五六七八九十]{1,2})月|滚[到至成]了?|(?:头|前)[\d一二三四五六七八九十]+个?月|前[一二三]季度|上半年"
)
# 这个月拢共: of the month all the same; 到9月一共 is the total.
_SOFT_TOTAL = re.compile(r"^(?:[一总]共|共计|拢共|统共|通共|满共|合计|合起来|加起来|总计|总的|前后)$")
# 8、9两月合着干了: neither this month's nor the total.
_OF_SEVERAL_MONTHS = re.compile(
    r"(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})月?[、和跟与](?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:这?[两俩]个?)?月|[两俩三]个?月)"
    r"[^，。；\s]{0,4}?(?:合|[一总拢]共|加|共)"
)
_UP_TO_MONTH = re.compile(r"(?:截[至止]|到|至)[^，。；,; ]{0,4}月")
_WITH_EARLIER = re.compile(rf"(?:算上|加上|连上?|连同|带上|合着){_EARLIER}(?:的?[那这些个投资钱]+)*(?P<of>的)?")
_ALREADY = re.compile(r"已经?(?:累计)?(?:完成|投|干|弄|花)")
_DONE_WORDS = re.compile(r"完成|投资|产值|[投干弄花做整][了进出下]|投入")
# The clause speaks of another sum: the plan, a gap, money received or paid.
_OTHER_WORDS = re.compile(
    r"占(?:了|到)?(?:全|年|总|计划|任务|目标|概算)[^，。；,; ]{0,8}$"
    r"|定(?:的|下的?|了)(?:任务|目标|数)?(?:就?是|为)?(?:完成|投资|干|投|$)|(?:本该|应完成|该(?:完成|投|干)(?!了))"
    r"|(?:款|钱|资金|贷款)[^，。；,; ]{0,3}(?:批|给|下|付|拨)(?:了|来|下来)?|剩(?:下|了)?|余下"
    r"|(?:进度|工程|设备|材料|预付|补偿|尾)款|总投资|注册资|认缴|实缴|概算|预算|估算|(?<!按)计划|目标|任务|指标|盘子|缺|差|欠|贷款|专项债|债券|国债|补助|补贴|到位|到账|争取|拨|罚|赔|补偿|需要|还要|再要|要是|合同|中标|招标|标的|价"
    r"|[支预垫]付|付(?:了|过|出|清)|垫资|打款|打过来|打来|进账|签(?:了|订)|融资|税|工资|薪|保证金|押金|定金|订金|奖|省了|节约|结余|超支|卖|租|预计|打算|准备(?!工作)|力争|确保|下个?月|明年|年底前?|去年|前年"
)
_OF_OTHER = re.compile(
    r"的(?:[\d.]+%|百分之|[一二三四五六七八九]成|[一二三四]分之)|[的个]?(?:设备款(?!占)|材料款|工程款|进度款|预付款|预付|尾款|质保金|保证金|定金|订金|货款|首付|贷款|补偿款?|缺口|合同|资金缺口|专项债|债券|补助|补贴|指标"
    r"|计划|目标|任务|盘子|的?项目|大项目|罚款|奖金|工资|税)|[^，。；,;\s]{0,6}(?:没有?给|没到|不够|到位|到账|打过来|没着落)"
)
_PART_BEFORE = re.compile(r"其中|里头|里面|包括|包含|内含|含(?!税)")
_PART_AFTER = re.compile(
    r"(?:主要)?(?:是|用于|用在|花在|投在|为)(?:买|付|搞|弄)?(?!本月|这|当月|累计|总|[一二三四五六七八九十\d]+月)[\u4e00-\u9fff]{0,4}?"
    r"(?:设备|土建|安装|材料|征地|拆迁|征迁|人工|前期|勘察|设计|监理|管网|装修|桩基|主体|绿化|道路|软件|家具)"
)
_ROLE_AFTER = re.compile(
    rf"[，, ]?[（(]?(?:这|那|以上|上面)?(?:都|全|均|就|才|个)?(?:是|为|算)?[^，。；,; \d]{{0,8}}?"
    rf"(?P<role>累计|累积|总数|总的|一共|合计|本月|这个?月|当月|单月|上个?月|{_MONTH_NAME})"
    r"(?:份)?(?:里头?)?(?:新?[干投做弄花]成?(?:了|出来|进去|下来)?)?(?:的)?"
    r"(?:完成)?(?:投资|数|总数|投入)?(?:额|的|吧|了|哈|啊|呢|嘞)*[）)]?(?=$|[，。；,;! ]|累计|累积|一共|总共|本月)"
)
_LAST_END = re.compile(r"上个?月(?:[底末]|为止)")  # 累计1.85亿 上月底是1.62亿
_SUM = re.compile(r"[万亿]")
_NOT_THIS = re.compile(r"(?:不是|并非)[了的]?$")
_DENIED = re.compile(r"(?:不[止只]|何止|不是|并非|不再是|没有?|没到|不到|谁说|哪有|哪是)[了的有]?$")
_THIS_MONTH = re.compile(r"本月|这个?月|当月")
_INSTEAD = re.compile(r"^[，,\s]*(?:而|应该?|其实|实际)*(?:是|为|改成|改为)")
_SAYS_MORE = re.compile(r"[\u4e00-\u9fff]{3}")
_CUT_TO = re.compile(rf"(?:{CHANGED_TO.pattern})(?:约|大概)?$")
_MENDED = re.compile(r"不对|错了|更正|应该|改")
_NEXT = "¤"  # stands for the next sum: what is right before that belongs to it


@dataclass(slots=True)
class Roles:
    """The sums of a text by role; `assumed` are roles the words leave to us, `loose` the sums of no role."""

    found: dict[str, Money] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)
    loose: list[Money] = field(default_factory=list)

    def take(self, role: str, money: Money, sure: bool) -> None:
        """Take a sum as the figure of a role, in place of what was taken."""
        self.found[role] = money
        self.assumed = self.assumed - {role} if sure else self.assumed | {role}


@dataclass(frozen=True, slots=True)
class _Around:
    """A sum with the words around it: back to the sum before, back to the sentence's start, on to the next sum."""

    money: Money
    before: str
    sentence: str
    after: str

    @property
    def clause(self) -> str:
        """The words right before the sum."""
        return re.split(r"[，, ]", self.before)[-1]


def sums_by_role(text: str) -> Roles:
    """Return this month's sum and the total, and the sums that are neither for certain."""
    roles, last, denied = Roles(), "", ""
    for around in _each(text):
        money = around.money
        role, sure = _role(around, last, text)
        if role == _UNKNOWN and denied and not _SAYS_MORE.search(around.before):  # 不止600万 690万呢
            role, sure = denied, True
        if role in (MONTH, TOTAL) and money.either is None and _DENIED.search(around.before):
            last = denied = role
            continue
        if role == _UNKNOWN and last in (MONTH, TOTAL) and _NOT_THIS.search(around.before):  # 1200万，不是1000万
            continue
        denied = ""
        if role in (MONTH, TOTAL):
            _place(roles, role, around, sure and money.value >= 0)
            last = role
        elif role == _UNKNOWN:
            roles.loose.append(money)
        else:  # 累计由1.62亿增加到1.85亿: the words before how it stood name the next sum too
            last = _PART if role == _PART else _named(around) or last
    _settle_trailing(roles)
    return roles


def tells_a_figure(text: str) -> bool:
    """Whether a text holds a sum that its own words name as this month's or the total."""
    roles = sums_by_role(text)
    return bool(roles.found.keys() - roles.assumed)


def _each(text: str) -> Iterator[_Around]:
    listed, seen = sums(text), 0
    for number, money in enumerate(listed):
        start = money.span.start
        sentence = re.split(r"[。；;\n]", text[:start])[-1]
        before = sentence[-(start - seen) :] if start > seen else ""
        end = listed[number + 1].span.start if number + 1 < len(listed) else len(text)
        after = re.split(r"[。；;\n]", text[money.span.end : end] + (_NEXT if end < len(text) else ""))[0]
        seen = money.span.end
        yield _Around(money, before, sentence, after)


def _place(roles: Roles, role: str, around: _Around, sure: bool) -> None:
    """Put a sum where it belongs; a second one for a role takes its place, is asked about, or tells nothing new."""
    money, stands = around.money, roles.found.get(role)
    if stands is None or _MENDED.search(around.before) or RESTATED.search(around.clause):
        roles.take(role, money, sure)
    elif not sure:
        roles.loose.append(money)
    elif role in roles.assumed:
        roles.loose.append(stands)
        roles.take(role, money, sure)
    elif stands.value != money.value and stands.either is None and money.either is None:
        choices: tuple[Choice, ...] = both(stands, money)
        roles.take(role, replace(stands, either=choices), sure)


def _settle_trailing(roles: Roles) -> None:
    """A loose sum that only says again what has its role is none."""
    said = {money.value for money in roles.found.values()}
    roles.loose = [money for money in roles.loose if money.value not in said or money.either is not None]


def _role(around: _Around, last: str, text: str) -> tuple[str, bool]:
    """Return the role of a sum and whether the words say so.

    The sentence goes back further than `before`, over other sums: 本月计划完成1500万，实际完成1350万.
    """
    clause, before = around.clause, around.before
    if with_earlier := _WITH_EARLIER.search(clause):
        return (_UNKNOWN, False) if clause.endswith("的") and with_earlier["of"] else (TOTAL, True)
    if _OF_SEVERAL_MONTHS.search(clause):
        return _UNKNOWN, False
    if _OTHER_WORDS.search(clause) or _OF_OTHER.match(around.after) or _stood_before(clause, text):
        return _OTHER, True
    instead = _INSTEAD.match(before) and not _named(around)  # 是这个月的啊累计是5930万 names the other figure
    if last in (MONTH, TOTAL) and (instead or CHANGED_TO.match(before) or _CUT_TO.search(before)):
        return last, True
    within = _PART_BEFORE.search(clause)
    if within and (role := _role_in(clause[within.end() :]) or _told_after(around)):  # 累计3260万 其中9月312万
        return role, True
    if within or _PART_AFTER.match(around.after):
        return _PART, True
    if named := _named(around):
        return named, True
    if told := _told_after(around):
        return told, True
    return _unlabelled(around, last)


def _told_after(around: _Around) -> str:
    """Return the role that the words behind a sum name: 460万是这个月的."""
    told = _ROLE_AFTER.match(around.after)
    return "" if told is None else MONTH if MONTH_WORDS.search(told["role"]) else TOTAL


def _named(around: _Around) -> str:
    """Return the role that the words before a sum name, the nearest first."""
    return _role_in(around.clause) or _role_in(around.before)


def _role_in(words: str) -> str:
    totals = TOTAL_WORDS.findall(words)
    of_month = bool(MONTH_WORDS.search(words)) and not _UP_TO_MONTH.search(words)
    if totals and not (of_month and all(_SOFT_TOTAL.match(total) for total in totals)):
        return TOTAL
    return MONTH if MONTH_WORDS.search(words) else ""


def _unlabelled(around: _Around, last: str) -> tuple[str, bool]:
    """Read a sum whose own words name neither the month nor the total."""
    if last == _PART:
        return _PART, True
    if last in (MONTH, TOTAL) and RESTATED.match(around.before.strip("，, ")):
        return last, True
    if _DONE_WORDS.search(around.clause):
        if _ALREADY.search(around.clause) and not MONTH_WORDS.search(around.sentence):
            return TOTAL, True
        return MONTH, bool(MONTH_WORDS.search(around.sentence)) and last != TOTAL
    return _UNKNOWN, False


def _stood_before(clause: str, text: str) -> bool:
    """Whether a sum tells how it stood, or by how much it changed; 上月完成1800万 alone is that month's report."""
    if CHANGED_BY.search(clause) or (
        _LAST_END.search(clause) and (not TOTAL_WORDS.search(clause) or len(_SUM.findall(text)) > 1)
    ):
        return True
    found = WAS.search(clause)
    if found is None:
        return False
    return found.group()[0] in "由从自原本起开早" or bool(_THIS_MONTH.search(text))
