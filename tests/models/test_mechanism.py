"""Rule packs: the shipped ones are whole and quote their clauses; a bad one is refused, every fault named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import bot.simulator
import models
from models.bans import BANS, broken_bans
from models.mechanism import (
    WHERE,
    Actor,
    Mechanism,
    MechanismError,
    PayingKind,
    json_schema,
    load_mechanism,
    schema_text,
    shipped,
)
from models.mechanism_settings import ASKED, CHOICES

MECHANISMS = Path(models.__path__[0]) / "mechanisms"
DOCS = Path(__file__).parents[2] / "docs"
SIMULATOR = Path(bot.simulator.__path__[0])
PACKS = ["jiaozuo", "zhangzi", "dancheng", str(SIMULATOR / "pinglan.yaml")]
CLAUSES = (
    {f"JZ-{n:02d}" for n in range(1, 29)}
    | {f"ZZ-{n:02d}" for n in range(1, 31)}
    | {f"DC-{n:02d}" for n in range(1, 38)}
)
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Change], Path]:
    """Return a function that writes Jiaozuo's pack with one change and gives its path."""

    def write(change: Change) -> Path:
        source = Path(load_mechanism.__code__.co_filename).with_name("mechanisms") / "jiaozuo.yaml"
        data = yaml.safe_load(source.read_text(encoding="utf-8"))
        change(data)
        path = tmp_path / "county.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return path

    return write


def faults_of(path: Path) -> list[str]:
    with pytest.raises(MechanismError) as caught:
        load_mechanism(path)
    return caught.value.faults


def duty(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in data["obligations"] if item["id"] == name)
    return found


# --- the packs that ship --------------------------------------------------------------------------------


def test_three_packs_ship() -> None:
    assert shipped() == ("dancheng", "jiaozuo", "zhangzi")


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_loads_and_cites_only_clauses_of_the_notices(pack: str) -> None:
    mechanism = load_mechanism(pack)
    assert set(mechanism.clauses) <= CLAUSES
    for obligation in mechanism.obligations:
        assert {obligation.clause, *obligation.also} <= set(mechanism.clauses)
        assert obligation.quote
        assert mechanism.source in mechanism.basis(obligation.clause)


@pytest.mark.parametrize(("pack", "count"), [("jiaozuo", 28), ("zhangzi", 30), ("dancheng", 37)])
def test_a_notice_is_quoted_clause_by_clause(pack: str, count: int) -> None:
    assert len(load_mechanism(pack).clauses) == count


RECURRING = [
    ("R-W1", "DC-09", {"dc.weekly-leader", "pl.weekly-leader"}),
    ("R-W2", "DC-09", {"dc.weekly-unit", "pl.weekly-unit"}),
    ("R-H1", "DC-33", {"dc.half-month-inspection", "pl.half-month-inspection"}),
    ("R-M1", "JZ-10", {"jz.taskforce-meeting"}),
    ("R-M2", "JZ-15", {"jz.monthly-report"}),
    ("R-M3", "JZ-22", {"jz.monthly-supervision"}),
    ("R-M4", "ZZ-13", {"zz.monthly-dispatch", "pl.monthly-dispatch"}),
    ("R-M5", "ZZ-14", {"zz.monthly-report", "pl.monthly-report"}),
    ("R-M6", "ZZ-15", {"zz.monthly-leader", "pl.monthly-leader"}),
    ("R-M7", "ZZ-15", {"zz.monthly-head", "pl.monthly-head"}),
    ("R-M8 督导", "ZZ-21", {"zz.monthly-inspection"}),
    ("R-M8 通报", "ZZ-21", {"zz.monthly-bulletin", "pl.monthly-bulletin"}),
    ("R-M9", "ZZ-24", {"zz.joint-meeting"}),
    ("R-M10", "DC-13", {"dc.meeting", "pl.meeting"}),
    ("R-M11", "DC-16", {"dc.collection", "pl.collection"}),
    ("R-M12", "DC-19", {"dc.materials", "pl.materials"}),
    ("R-M13", "DC-22", {"dc.bulletin", "pl.bulletin"}),
    ("R-M14", "JZ-19", {"jz.lead-unit-feedback"}),
    ("R-2M1", "DC-23", {"dc.observation", "pl.observation"}),
    ("R-Q1", "JZ-20", {"jz.quarterly-report"}),
    ("R-HY", "DC-33", {"dc.half-year", "pl.half-year"}),
    ("R-Y", "DC-33", {"dc.year-end", "pl.year-end"}),
    ("R-Y 考核", "JZ-25", {"jz.yearly-assessment"}),
    ("R-Y 考核", "ZZ-23", {"zz.yearly-assessment"}),
    ("R-Y 表彰", "DC-27", {"dc.yearly-assessment"}),
]


@pytest.mark.parametrize(("rule", "clause", "ids"), RECURRING)
def test_every_recurring_duty_of_the_notices_is_in_its_pack(rule: str, clause: str, ids: set[str]) -> None:
    found = {
        obligation.id
        for pack in PACKS
        for obligation in load_mechanism(pack).obligations
        if obligation.clause == clause and obligation.recurring
    }
    assert ids <= found, rule


@pytest.mark.parametrize(
    ("pack", "number"),
    [
        ("jiaozuo", "焦重督〔2026〕7号"),
        ("zhangzi", "长重督〔2026〕7号"),
        ("dancheng", "郸重督〔2026〕7号"),
        (PACKS[3], "平重办督〔2026〕7号"),
    ],
)
def test_a_notice_has_an_official_number_and_a_handle_for_chat(pack: str, number: str) -> None:
    mechanism = load_mechanism(pack)
    assert mechanism.notice_number(2026, 7) == number
    assert mechanism.notice_handle(2026, 7) == "DB-07"


@pytest.mark.parametrize("pack", PACKS)
def test_a_reply_settles_five_things_in_the_order_of_the_notice(pack: str) -> None:
    supervision = load_mechanism(pack).supervision
    assert [item.name for item in supervision.reply_items] == [
        "解决办法",
        "责任单位",
        "责任领导",
        "责任人",
        "解决时限",
    ]
    assert [item.key for item in supervision.reply_items] == [
        "measure",
        "unit",
        "leader",
        "person",
        "deadline",
    ]
    assert (supervision.reply_workdays, supervision.reply_by) == (3, "24:00")


def test_jiaozuo_has_eight_taskforces_two_of_them_led_jointly_and_one_leader_heads_three() -> None:
    taskforces = load_mechanism("jiaozuo").taskforces
    seats = [taskforce.leader.seat for taskforce in taskforces]
    assert len(taskforces) == 8
    assert [t.name for t in taskforces if len(t.lead_units) == 2] == ["现代服务业专班", "重大基础设施专班"]
    assert sorted(seats.count(seat) for seat in set(seats)) == [1, 1, 1, 2, 3]
    assert sum("市发展改革委" in t.lead_units for t in taskforces) == 1
    assert sum("市发展改革委" in t.support for t in taskforces) == 7


def test_the_lists_of_the_notices_have_their_lengths_and_the_two_four_lists_stay_apart() -> None:
    city, county, other = (load_mechanism(name).codes for name in ("jiaozuo", "zhangzi", "dancheng"))
    assert city.scopes and county.batches and county.boards and county.review_dimensions and other.four_lists
    assert len(city.scopes.names) == 11
    assert county.batches.names == ("谋划", "包装", "储备", "实施")
    assert len(county.boards.names) == 4
    assert len(county.review_dimensions.names) == 8
    assert city.four_lists and city.four_lists.title != other.four_lists.title
    assert other.four_lists.names[0] == "重点事项清单"


def test_fixed_members_of_the_meetings_are_counted_as_the_notices_count_them() -> None:
    assert len(load_mechanism("dancheng").meetings.fixed_attendees) == 16
    assert len(load_mechanism("zhangzi").meetings.fixed_attendees) == 12


@pytest.mark.parametrize("pack", PACKS)
def test_every_open_question_of_the_notices_is_settled_by_one_key(pack: str) -> None:
    settled = list(load_mechanism(pack).settled())
    assert [number for number, _, _ in settled] == [f"A{n}" for n in range(1, 26)]
    assert len({key for _, key, _ in settled}) == len(WHERE)
    assert list(ASKED) == list(WHERE)


def test_every_choice_of_an_open_question_has_its_words() -> None:
    schema = json.loads(schema_text())["$defs"]
    choices = {
        choice
        for block in ("Conflicts", "Lag")
        for field in schema[block]["properties"].values()
        for choice in [*field.get("enum", ()), *field.get("items", {}).get("enum", ())]
    }
    assert "earlier_workday" in choices
    assert choices <= CHOICES.keys()


@pytest.mark.parametrize("pack", PACKS)
def test_no_shipped_pack_asks_for_what_is_banned_and_photos_pay_nothing(pack: str) -> None:
    mechanism = load_mechanism(pack)
    paying = {kind for obligation in mechanism.obligations for kind in obligation.discharged_by}
    assert "photo" not in {kind.value for kind in paying}
    assert PayingKind.VISIT in paying


def test_a_pack_names_its_office_and_every_acting_role() -> None:
    mechanism = load_mechanism("jiaozuo")
    assert mechanism.office_name == "领导小组办公室"
    assert mechanism.actor_name(Actor.OFFICE) == "领导小组办公室"
    assert mechanism.actor_name(Actor.INSPECTOR) == "市政府督查室"
    assert mechanism.actor_name(Actor.TASKFORCE) == "各工作专班"


def test_supervision_by_chat_counts_as_supervision_but_not_as_a_visit_on_site() -> None:
    assert "微信" in load_mechanism("jiaozuo").obligation("jz.monthly-supervision").modes
    assert load_mechanism("zhangzi").obligation("zz.monthly-leader").modes == ("现场",)


def test_the_schema_describes_a_pack() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert {"obligations", "supervision", "clauses"} <= set(schema["properties"])


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_fits_the_schema(pack: str) -> None:
    path = Path(pack) if pack.endswith(".yaml") else MECHANISMS / f"{pack}.yaml"
    # JSON knows no dates: an editor reads 2021-06-08 as the text it is.
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    assert [error.message for error in Draft202012Validator(json_schema()).iter_errors(data)] == []


def test_the_schema_finds_an_unknown_key_and_a_wrong_choice(changed: Callable[[Change], Path]) -> None:
    path = changed(lambda data: duty(data, "jz.monthly-report").update(owner="mayor", deadline_hour=18))
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    places = {error.json_path for error in Draft202012Validator(json_schema()).iter_errors(data)}
    number = [item["id"] for item in data["obligations"]].index("jz.monthly-report")
    assert places == {f"$.obligations[{number}].owner", f"$.obligations[{number}]"}


def test_the_schema_in_the_docs_is_the_present_one() -> None:
    """`duban mechanism schema > docs/mechanism.schema.json` writes it anew."""
    assert (DOCS / "mechanism.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_guides_example_loads(tmp_path: Path) -> None:
    """docs/mechanisms.md: what it says to change in a copy of a pack gives a pack."""
    guide = (DOCS / "mechanisms.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(id: .*?)```", guide, re.DOTALL)
    source = (MECHANISMS / "zhangzi.yaml").read_text(encoding="utf-8")
    copy = tmp_path / "ours.yaml"
    copy.write_text(yaml.safe_dump({**yaml.safe_load(source), **yaml.safe_load(example)}), encoding="utf-8")
    mechanism = load_mechanism(copy)
    assert (mechanism.id, mechanism.area) == ("pingchuan", "平川县")
    assert mechanism.notice_number(2026, 7) == "平督〔2026〕7号"
    assert mechanism.conflicts.month_end == "last_day"


def test_an_unknown_duty_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_mechanism("jiaozuo").obligation("jz.nothing")


# --- packs that are refused -----------------------------------------------------------------------------


def test_an_unchanged_copy_loads_from_a_path(changed: Callable[[Change], Path]) -> None:
    assert load_mechanism(changed(lambda data: None)) == load_mechanism("jiaozuo")


def test_an_unknown_key_is_refused_by_name(changed: Callable[[Change], Path]) -> None:
    path = changed(lambda data: duty(data, "jz.monthly-report").update(deadline_hour=18))
    assert len(faults_of(path)) == 1
    assert "obligations[jz.monthly-report].deadline_hour" in faults_of(path)[0]
    assert "不认识的键" in faults_of(path)[0]


@pytest.mark.parametrize(
    ("key", "ban"),
    [
        ("check_in", "禁令二"),
        ("points", "禁令二"),
        ("ranking", "禁令二"),
        ("online_time", "禁令二"),
        ("打卡要求", "禁令二"),
        ("usage", "禁令三"),
        ("install_rate", "禁令三"),
        ("required_photos", "禁令四"),
        ("track", "禁令四"),
        ("Require-Location", "禁令四"),
        ("repeat_ask", "禁令一"),
        ("ads", "禁令五"),
        ("at_all", "工作群规定"),
    ],
)
def test_a_banned_key_is_refused_with_the_ban_it_breaks(changed: Callable[[Change], Path], key: str, ban: str) -> None:
    faults = faults_of(changed(lambda data: duty(data, "jz.monthly-supervision").update({key: 1})))
    assert len(faults) == 1
    assert f"obligations[jz.monthly-supervision].{key}" in faults[0]
    assert ban in faults[0]


@pytest.mark.parametrize(
    ("part", "ban"),
    [
        ({"name": "现场照片", "ask": "请发照片"}, "禁令四"),
        ({"name": "行进轨迹", "required": False, "ask": "走了哪里？"}, "禁令四"),
        ({"name": "说明", "ask": "请到群里接龙"}, "工作群规定"),
        ({"name": "说明", "ask": "请先打卡"}, "禁令二"),
    ],
)
def test_words_that_ask_for_what_is_banned_are_refused(
    changed: Callable[[Change], Path], part: dict[str, Any], ban: str
) -> None:
    faults = faults_of(changed(lambda data: duty(data, "jz.monthly-report")["parts"].append(part)))
    assert any(ban in fault for fault in faults)


def test_a_photo_may_be_offered_but_never_be_what_pays(changed: Callable[[Change], Path]) -> None:
    voluntary = {"name": "现场照片", "required": False, "ask": "有照片也可以发。"}
    load_mechanism(changed(lambda data: duty(data, "jz.monthly-report")["parts"].append(voluntary)))
    faults = faults_of(changed(lambda data: duty(data, "jz.taskforce-meeting").update(discharged_by=["photo"])))
    assert any("照片不能作为" in fault for fault in faults)


def test_quoting_a_banned_word_from_the_notice_is_not_asking_for_it() -> None:
    assert not broken_bans({"quote": "严禁打卡接龙"})
    assert broken_bans({"name": "打卡接龙"})
    assert [ban.name[:3] for ban in BANS[:5]] == ["禁令一", "禁令二", "禁令三", "禁令四", "禁令五"]


def test_all_faults_are_named_at_once_one_line_each(changed: Callable[[Change], Path]) -> None:
    def spoil(data: dict[str, Any]) -> None:
        data["ranking"] = True
        del data["area"]
        duty(data, "jz.monthly-report")["owner"] = "everybody"
        duty(data, "jz.quarterly-report")["cadence"] = "FREQ=DAILY"

    faults = faults_of(changed(spoil))
    assert len(faults) == 4
    for expected in (
        "ranking",
        "area",
        "obligations[jz.monthly-report].owner",
        "obligations[jz.quarterly-report]",
    ):
        assert sum(f": {expected}:" in fault for fault in faults) == 1
    assert all("\n" not in fault for fault in faults)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: duty(d, "jz.monthly-report").update(clause="JZ-99"), "条款JZ-99未列入"),
        (lambda d: d["roles"].pop("taskforce"), "roles.taskforce"),
        (lambda d: d["obligations"].append(dict(d["obligations"][0])), "编号重复"),
        (lambda d: duty(d, "jz.monthly-report").update(due={"rule": "before_meeting"}), "proposes no day"),
        (lambda d: duty(d, "jz.monthly-report").update(due={"rule": "stated"}), "cadence与due.rule不相配"),
        (lambda d: duty(d, "jz.monthly-report").pop("period"), "须写period"),
        (lambda d: duty(d, "jz.monthly-report").update(cadence="FREQ=MONTHLY;BYMONTHDAY=x"), "RRULE"),
        (lambda d: duty(d, "jz.monthly-report").update(remind={"ladder": [3, 2, 1, 0]}), "不超过三次"),
        (lambda d: duty(d, "jz.notice-reply").update(due={"rule": "after_receipt"}), "workdays"),
        (lambda d: d["conflicts"].update(quarter_month="first"), "quarter_month"),
        (lambda d: d["conflicts"].update(compliance_mode=False), "conflicts.compliance_mode"),
        (lambda d: d.update(hours={"start": "00:00", "end": "23:59"}), "07:00"),
        (lambda d: d.update(morning="19:00"), "morning"),
        (lambda d: d["numbering"].update(notice="督{n}号"), "{year}"),
        (lambda d: d["numbering"].update(handle="DB"), "{n}"),
        (lambda d: d["numbering"].update(problem="{month}-{n}"), "样式不可用"),
        (lambda d: d["meetings"]["reminders"].append({"workdays": 1, "minutes": 30}), "二选一"),
        (lambda d: d["supervision"].update(reply_by="25:00"), "supervision.reply_by"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused_in_words(
    changed: Callable[[Change], Path], change: Change, words: str
) -> None:
    faults = faults_of(changed(change))
    assert any(words in fault for fault in faults), faults


def test_hours_written_without_quotation_marks_mean_what_they_say(tmp_path: Path) -> None:
    source = Path(load_mechanism.__code__.co_filename).with_name("mechanisms") / "jiaozuo.yaml"
    path = tmp_path / "bare.yaml"
    text = source.read_text(encoding="utf-8")
    path.write_text(text.replace('end: "18:30"', "end: 18:30").replace('at: "15:00"', "at: 15:00"), encoding="utf-8")
    mechanism: Mechanism = load_mechanism(path)
    assert mechanism.speaking_window.end.isoformat("minutes") == "18:30"
    assert mechanism.meetings.reminders[0].at == "15:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: a\nid: b\n", "键重复"),
        ("id: [a\n", "不是可用的YAML"),
        ("- a\n", "顶层"),
        ("!!python/object/apply:os.getcwd []\n", "不是可用的YAML"),
    ],
)
def test_a_file_that_is_no_pack_is_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(text, encoding="utf-8")
    faults = faults_of(path)
    assert len(faults) == 1
    assert words in faults[0]


def test_an_unknown_name_says_what_there_is_to_choose() -> None:
    with pytest.raises(MechanismError, match="dancheng、jiaozuo、zhangzi"):
        load_mechanism("atlantis")
