"""Questions to the ledger are told from what is reported to it."""

from __future__ import annotations

import pytest

from handlers.understanding.likeness import most_alike
from handlers.understanding.lookups import Lookup, asks_for
from handlers.understanding.orders import asks_about
from handlers.understanding.text import normalise


@pytest.mark.parametrize(
    ("sort", "asked", "told"),
    [
        (
            Lookup.HOW_MANY,
            ("全县现在有几个项目", "一共多少个项目", "咱县重点项目有几个", "目前在建几个工程"),
            ("二院项目有几个问题", "项目封顶了", "项目上来了三个人"),
        ),
        (
            Lookup.HOW_MUCH,
            ("纺织园累计投了多少钱了", "二院花了几个亿", "213总共完成多少投资", "恒瑞年度计划是多少"),
            ("二院本月完成投资1350万", "累计1.85亿"),
        ),
        (
            Lookup.WHO_IN_UNIT,
            ("住建局的联络员是谁", "电业局是谁负责", "水利局该找谁", "卫健委谁当家", "交通局局长的电话"),
            ("住建局牵头", "供电公司没给装"),
        ),
        (
            Lookup.WHY_NOTICE,
            ("213为啥挂牌督办", "凭啥督办我们", "那个督办是因为啥事"),
            ("给水利局下个挂牌督办 方案没出",),
        ),
        (
            Lookup.REPLY_NEEDS,
            ("复函要写哪几样", "复函咋写", "五个落实都包括啥", "怎么写复函"),
            ("DB-01回复：我局牵头", "复函已经写了"),
        ),
        (
            Lookup.MATTER,
            ("堵路那个事儿啥时候报的", "审图那个事咋样了", "42亩那个谁在管", "塔吊的事是谁反映的"),
            ("堵路的事报过了", "二院外墙完成六成"),
        ),
    ],
)
def test_what_is_asked_of_the_ledger_is_known(sort: Lookup, asked: tuple[str, ...], told: tuple[str, ...]) -> None:
    for text in asked:
        assert asks_for(normalise(text), sort), text
    for text in told:
        assert not asks_for(normalise(text), sort), text


@pytest.mark.parametrize("text", ["JB-1啥时候到期啊", "ISS-1是咋回事", "JB-1谁负责", "ISS-2还差啥", "JB-1到哪一步了"])
def test_a_number_may_be_asked_about(text: str) -> None:
    assert asks_about(text)


@pytest.mark.parametrize(
    "text", ["JB-1办完了：路通了", "ISS-1现场解决：村民把路让开了", "JB-1说明：补偿款9月20号才批下来"]
)
def test_a_number_may_be_told_about(text: str) -> None:
    assert not asks_about(text)


def test_a_matter_is_found_by_what_the_words_share_with_it() -> None:
    matters = ["城北污水厂进厂路叫村民堵路了", "二院手术楼审图意见还没出", "213项目42亩地没交付"]
    assert most_alike("堵路那个事儿啥时候报的", matters, str) == matters[:1]
    assert most_alike("那个42亩的 我们想往后拖拖", matters, str) == matters[2:]
    assert most_alike("现在啥情况", matters, str) == []
