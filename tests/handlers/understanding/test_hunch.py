"""The learned second opinion: its tables are made of its sentences, and of nothing else."""

from __future__ import annotations

import pytest

from handlers.understanding.categories import Category
from handlers.understanding.hunch import Sort, kinds, likelihoods, probability, read_weights, table_path
from handlers.understanding.hunch.features import apart, grams_of, masked
from handlers.understanding.hunch.learning import (
    SENTENCES,
    BadSentence,
    Sentence,
    digest,
    learn_categories,
    learn_sorts,
    read_sentence,
    read_sentences,
)
from handlers.understanding.text import Span

FEW = [
    read_sentence(line)
    for line in (
        "visit\t刚从〔二院〕出来",
        "visit\t刚从〔城北厂〕那边转出来",
        "visit\t刚从工地出来 转了一圈",
        "question\t〔二院〕谁分包的",
        "question\t〔213〕归谁分包的呀",
        "question\t谁分包的〔纺织园〕",
        "problem:要素保障/用电\t〔二院〕没电",
        "problem:要素保障/用电\t〔213〕工棚没电",
        "problem:要素保障/用电\t还是没电〔二院〕",
        "problem:征地拆迁\t〔213〕坟没迁",
        "problem:征地拆迁\t坟没迁走",
        "problem:征地拆迁\t那座坟没迁",
    )
]


def test_the_tables_are_made_of_the_sentences() -> None:
    """`python -m handlers.understanding.hunch.learning` makes them anew."""
    sentences = read_sentences()
    sorts = read_weights(table_path("sorts").read_text(encoding="utf-8"))
    categories = read_weights(table_path("categories").read_text(encoding="utf-8"))
    assert sorts.made_of == digest([one.words for one in sentences])
    assert categories.made_of == digest([one.words for one in sentences if one.category])
    assert sorts.labels == tuple(Sort) and categories.labels == tuple(Category)


def test_every_sort_and_category_has_sentences_enough() -> None:
    sentences = read_sentences()
    assert all(sum(sort in one.sorts for one in sentences) >= 50 for sort in Sort)
    assert all(sum(one.category == category for one in sentences) >= 40 for category in Category)
    assert len({path.stem for path in SENTENCES.glob("*.tsv")}) >= 5


def test_what_is_learned_is_told_again_and_always_the_same() -> None:
    table = learn_sorts(FEW)
    assert table == learn_sorts(FEW)
    learned = read_weights(table)

    def likeliest(words: str) -> str:
        totals = list(learned.bias)
        for gram in grams_of(masked(words)):
            totals = [a + b for a, b in zip(totals, learned.grams.get(gram, (0,) * len(totals)), strict=True)]
        return max(zip(totals, learned.labels, strict=True))[1]

    assert [likeliest(words) for words in ("我刚从里头出来", "路归谁分包的", "水泵没电")] == [
        "visit",
        "question",
        "problem",
    ]
    assert read_weights(learn_categories(FEW)).made_of == digest([one.words for one in FEW if one.category])


@pytest.mark.parametrize("line", ["visit", "visit\t ", "visits\t去了", "problem:水电\t没电", "\t去了"])
def test_a_line_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(BadSentence):
        read_sentence(line)


def test_projects_people_and_numbers_are_signs() -> None:
    read = read_sentence("visit,problem:设计施工\t陪〈周县长〉到〔二院〕 裂了3处")
    assert read.sorts == {"visit", "problem"} and read.category == "设计施工"
    assert read == Sentence(read_sentence("visit\t陪〈李部长〉到〔S213平澜段〕 裂了12处").words, read.sorts, "设计施工")


def test_names_that_overlap_are_masked_once() -> None:
    spans = [Span(0, 2, "城北"), Span(1, 4, "北污水"), Span(5, 7, "二院")]
    assert [span.start for span in apart(spans)] == [0, 5]


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("刚从工地上下来 鞋上全是泥", Sort.VISIT),
        ("顶板今儿浇完了 明天养护", Sort.PROGRESS),
        ("料款没给够 厂家不发货了 干等着", Sort.PROBLEM),
        ("这事归哪家管 限到几号", Sort.QUESTION),
    ],
)
def test_plain_sentences_are_likeliest_what_they_are(text: str, sort: Sort) -> None:
    found = likelihoods(text)
    assert max(found, key=lambda one: found[one]) is sort
    assert all(0 <= chance <= 1 for chance in found.values())


def test_the_chances_of_categories_sum_to_one() -> None:
    found = kinds("变压器没到位 送不上电")
    assert found[0][1] is Category.POWER and sum(chance for chance, _ in found) == pytest.approx(1)


def test_evidence_of_any_size_is_a_probability() -> None:
    assert probability(-1e9) < 1e-9 < 0.5 == probability(0) < 1 - 1e-9 < probability(1e9)
