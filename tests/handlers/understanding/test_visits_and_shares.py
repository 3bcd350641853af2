"""Who was where on which days, what says that nobody was, and which words go with which project."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from handlers.understanding.builders import names_by_builder
from handlers.understanding.dates import CHINA
from handlers.understanding.din import without_din
from handlers.understanding.half_names import half_named
from handlers.understanding.names import CERTAIN
from handlers.understanding.nothing_done import awaits_figures, not_gone, nothing_done
from handlers.understanding.phrases import visit_mode
from handlers.understanding.shares import shares_of
from handlers.understanding.sounds import spelt_sounds
from handlers.understanding.text import Span
from handlers.understanding.visitors import proxy_in, tells_only_of_others, visit_days, without_others

SENT = datetime(2026, 9, 17, 10, tzinfo=CHINA)
OWN = [("A", "恒瑞冷链物流"), ("B", "2026年高标准农田"), ("C", "高端纺织产业园一期"), ("D", "高端纺织产业园二期")]


def _spans(text: str, *names: str) -> list[Span]:
    found = []
    for name in names:
        at = text.find(name)
        while at >= 0:
            found.append(Span(at, at + len(name), name))
            at = text.find(name, at + 1)
    return sorted(found)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("上午去了甲路和乙院 甲路架了六片梁", "上午去了甲路和乙院 甲路架了六片梁", "上午去了甲路和乙院"),
        ("甲路我去了 乙院没去", "甲路我去了", "乙院没去"),
        ("去了甲路没去乙院", "去了甲路", "没去乙院"),
        ("上午甲路 下午乙院 都看了", "上午甲路 下午乙院 都看了", "上午甲路 下午乙院 都看了"),
        ("甲路通了，乙院封顶，两个都没啥问题", "甲路通了，两个都没啥问题", "乙院封顶，两个都没啥问题"),
        ("今天两个点都跑了 甲路 乙院", "今天两个点都跑了 甲路 乙院", "今天两个点都跑了 甲路 乙院"),
        ("甲路的泵调到乙院了", "甲路的泵调到", "乙院了"),
    ],
)
def test_words_go_with_the_project_they_are_said_of(text: str, first: str, second: str) -> None:
    mentions = [(span.words, span) for span in _spans(text, "甲路", "乙院")]
    assert shares_of(text, mentions, ["甲路", "乙院"]) == [first, second]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("甲路我昨天今天都去了", (16, 17)),
        ("12号去过甲路 15号又去了一趟", (12, 15)),
        ("不是今天 昨天去的甲路 今天在县里开会", (16,)),
        ("9月10号 9月16号我两次到甲路了", (10, 16)),
        ("甲路通了", ()),
    ],
)
def test_two_days_are_two_visits(text: str, days: tuple[int, ...]) -> None:
    found = visit_days(text, _spans(text, "甲路"), sent=SENT, is_workday=lambda day: True)
    assert found == tuple(date(2026, 9, day) for day in days)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("许主任昨天自己去的甲路 我给她补记", "许主任"),
        ("代王主任登记一下 昨天去了甲路", "王主任"),
        ("今天秦局长自己去的甲路 我在办公室", "秦局长"),
        ("陪高县长去的甲路", ""),
        ("高县长来甲路 我陪着", ""),
    ],
)
def test_who_a_visit_is_noted_for(text: str, who: str) -> None:
    assert proxy_in(text, _spans(text, "甲路")) == who


def test_others_who_come_are_no_visit() -> None:
    text = "甲路来了个省里的检查组 转了一圈走了"
    names = _spans(text, "甲路")
    assert without_others(text, names) == ""
    assert tells_only_of_others(text, names)
    assert without_others("省里来甲路检查 我陪着", ()) == "省里来甲路检查 我陪着"


@pytest.mark.parametrize("text", ["甲路没去", "明天再去", "等下午再报", "甲路我不清楚", "财务还没给我"])
def test_words_that_tell_of_nothing_done(text: str) -> None:
    assert nothing_done(text, _spans(text, "甲路"))


@pytest.mark.parametrize("text", ["甲路没人干活", "甲路架了六片梁", "车过不去"])
def test_words_that_tell_of_something(text: str) -> None:
    assert not nothing_done(text, _spans(text, "甲路"))


def test_a_visit_called_off_with_its_reason() -> None:
    assert not_gone("甲路今天没去成 局里开会", _spans("甲路", "甲路"))
    assert not not_gone("甲路没去成 塔吊装了一台", _spans("甲路", "甲路"))
    assert awaits_figures("甲路的财务还没给我") and not awaits_figures("材料还没到")


def test_half_a_name_means_one_of_few() -> None:
    assert [(match.key, match.span.words) for match in half_named("恒瑞去了 农田没去", OWN)] == [("B", "农田")]
    assert half_named("二期桩基打完了", OWN)[0].key == "D"
    hospital = [("E", "县第二人民医院迁建")]
    assert half_named("新医院那边打地坪了", hospital)[0].score < CERTAIN
    assert half_named("医院那边打地坪了", hospital)[0].score >= CERTAIN
    assert half_named("我在医院看病", hospital) == []


def test_a_project_is_called_after_its_builder() -> None:
    firm = ["平澜锦澜纺织科技有限公司"]
    others = [("X", "甲", ["平澜碧源水务有限公司"]), ("Y", "乙", ["平澜恒瑞冷链物流有限公司"])]
    found = names_by_builder([("C", "纺织园一期", firm), ("D", "纺织园二期", firm), *others])
    assert found["C"] == ("锦澜一期",) and found["D"] == ("锦澜二期",)
    assert "碧源项目" in found["X"]


def test_how_a_visit_was_made_is_read_beside_the_name() -> None:
    text = "我在甲路 刚给电业局打了电话"
    assert visit_mode(text, _spans(text, "甲路")) == "现场"
    text = "微信视频跟冯涛连了线 看了看甲路的泵房"
    assert visit_mode(text, _spans(text, "甲路")) == "视频"


def test_pinyin_spells_sounds() -> None:
    assert [at for _, at in spelt_sounds("chengbei")] == [0, 5]
    assert spelt_sounds("test") == [] and spelt_sounds("s") == []


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("因与省里视频会冲突，今天改为电话了解甲路推进情况，未到现场", "电话"),
        ("视频会散了 给老何打电话问了甲路", "电话"),
        ("市里视频会开完我到甲路现场看了看", "现场"),
        ("上午开视频会调度甲路", "视频"),
    ],
)
def test_a_conference_by_film_is_no_means_of_a_visit(words: str, mode: str) -> None:
    assert visit_mode(words, _spans(words, "甲路")) == mode


@pytest.mark.parametrize("words", ["噪音大听不清回头再细说", "吵得很听不清你说啥", "风大 听不见"])
def test_the_noise_around_a_speaker_tells_nothing(words: str) -> None:
    assert not without_din(words).strip()


@pytest.mark.parametrize("words", ["噪音大村民不让干", "夜里打桩噪音大 居民投诉", "老百姓意见听不进去"])
def test_noise_that_others_suffer_is_told(words: str) -> None:
    assert without_din(words) == words
