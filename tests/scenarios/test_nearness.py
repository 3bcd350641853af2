"""A place somebody sent: 在场, 附近 or 未知 is all that ever comes out of it, in words, exports or pages."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.board_page import board_page
from bot.exporting import export_jsonl, export_xlsx
from bot.simulator import sample_county
from bot.simulator.world import World
from models.geo import gcj02_from_wgs84, to_wgs84
from models.ledger import Ledger
from models.project import Project
from models.trays import Incoming, Outgoing
from tests.counties import open_world
from tests.models.test_geo import bd09_from_gcj02

pytestmark = pytest.mark.asyncio
LABEL = "福满楼饭店二楼"


def workbook_in_bd09(home: Path) -> Path:
    """Write the sample county with P01's site as Baidu's map shows it."""
    path = home / "百度坐标.xlsx"
    sample_county.write_sample(path)
    book = load_workbook(path)
    sheet = book["项目"]
    heads = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[heads["编号"] - 1].value == "P01")
    latitude, longitude = (float(sheet.cell(row, heads[name]).value) for name in ("纬度", "经度"))
    there = bd09_from_gcj02(*gcj02_from_wgs84(*to_wgs84(latitude, longitude, "gcj02")))
    for name, value in zip(("纬度", "经度", "坐标系"), (*there, "百度"), strict=True):
        sheet.cell(row, heads[name]).value = value
    book.save(path)
    return path


async def test_no_coordinates_come_out(tmp_path: Path) -> None:
    async with open_world(tmp_path / "home", workbook=workbook_in_bd09(tmp_path)) as world:
        site = world.projects()["P01"]
        assert site.datum == "bd09"
        assert site.latitude is not None and site.longitude is not None
        # WeCom's map pick is GCJ-02; the same physical place, some fifty metres on.
        here = gcj02_from_wgs84(*to_wgs84(site.latitude, site.longitude, "bd09"))
        sent = (round(here[0] + 0.00045, 6), round(here[1] + 0.00012, 6))
        await world.location("周建国", *sent, LABEL)
        await world.say("周建国", "我在纺织园一期现场，钢结构起来八成了")
        await world.settle()
        world.clock.advance(timedelta(days=1))
        await world.location("周建国", round(sent[0] + 0.01, 6), sent[1], LABEL)
        await world.say("周建国", "又到纺织园一期现场看了看，幕墙开始装了")
        for who in ("张敏", "王振东", "郑涛"):
            await world.say(who, "纺织园一期进展怎么样")
            await world.say(who, "周建国今天在哪")
        await world.settle()

        visits = [line for line in world.ledger() if line["kind"] == "visit"]
        assert [visit["data"]["nearness"] for visit in visits] == ["在场", "附近"]
        secrets = [f"{degrees:.3f}" for degrees in (*sent, sent[0] + 0.01)]
        for name, text in everything_said(world, tmp_path).items():
            assert LABEL not in text, name
            assert not any(secret in text for secret in secrets), name


def everything_said(world: World, folder: Path) -> dict[str, str]:
    """Return every outgoing text and fact, phone, export, page and log-like column, by where it is from."""
    database, county = world.service.database, world.service.county
    jsonl, xlsx = folder / "台账.jsonl", folder / "台账.xlsx"
    everything = {"project": None, "start": None, "end": None}
    export_jsonl(database, jsonl, **everything)  # type: ignore[arg-type]
    export_xlsx(database, county, xlsx, today=sample_county.START.date(), sources=True, **everything)  # type: ignore[arg-type]
    sheets = zipfile.ZipFile(io.BytesIO(xlsx.read_bytes()))
    out = {
        "ledger": json.dumps(world.ledger(), ensure_ascii=False),
        "jsonl": jsonl.read_text(encoding="utf-8"),
        "xlsx": "".join(sheets.read(name).decode() for name in sheets.namelist() if name.endswith(".xml")),
        "phones": "".join(text for actor in world.stage.everybody for text in world.heard(actor.name)),
        "groups": "".join(bubble.text for group in world.stage.groups.values() for bubble in group.bubbles),
    }

    def read(ledger: Ledger) -> None:
        session = ledger.session
        rows = session.scalars(select(Outgoing)).all()
        out["outgoing"] = "".join(f"{json.dumps(row.facts, ensure_ascii=False)}{row.words}{row.detail}" for row in rows)
        out["errors"] = "".join(session.scalars(select(Incoming.error)))
        out["board"] = board_page(ledger, session.scalars(select(Project).where(Project.code == "P01")).one())

    database.read(lambda session: read(Ledger(session, world.clock.now(), county)))
    return out
