"""Courtesy is told from what asks or reports: as a whole text only."""

from __future__ import annotations

import pytest

from handlers.understanding.courtesy import Courtesy, read_courtesy
from handlers.understanding.text import normalise


@pytest.mark.parametrize(
    ("sort", "texts"),
    [
        (Courtesy.GREETING, ("在不在", "早", "早啊", "你好", "在吗？", "领导好", "有人吗", "新年快乐！", "小督 在没")),
        (
            Courtesy.THANKS,
            ("谢谢啊", "谢了", "辛苦了", "多谢多谢", "好的 谢谢", "麻烦你了", "谢谢您嘞", "您辛苦了", "谢谢你"),
        ),
        (Courtesy.NOTED, ("好的", "嗯嗯 知道了", "好嘞", "中", "ok", "我知道了", "明白了，先这样", "行行", "没事儿")),
        (
            Courtesy.SMALL_TALK,
            ("吃了没", "今儿这天真热 浑身是汗", "👍", "哈哈哈", "累死了", "[微笑]", "天真冷啊", "下雨了"),
        ),
        (Courtesy.WHO, ("你是谁 能干啥", "你叫啥名字", "你是机器人吗", "你都会干啥", "这玩意儿咋用")),
    ],
)
def test_courtesy_is_known(sort: Courtesy, texts: tuple[str, ...]) -> None:
    for text in texts:
        assert read_courtesy(normalise(text)) is sort, text


@pytest.mark.parametrize(
    "text",
    [
        "谢谢，二院外墙完成六成",
        "在二院",
        "早上到二院了",
        "好的 明天把材料报上",
        "中午到",
        "下雨了停工",
        "行不行",
        "二院",
        "同意",
        "没问题了，路通了",
        "辛苦费还没给",
        "你们局报了没",
        "",
    ],
)
def test_what_says_more_is_no_courtesy(text: str) -> None:
    assert read_courtesy(normalise(text)) is None
