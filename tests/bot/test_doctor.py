"""What the doctor sees: a sound installation, and one fault after another with its remedy."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from bot.clock import Clock
from bot.database import Database
from bot.doctor import examine, judge_callback, judge_room
from bot.findings import Finding
from bot.schema import install
from bot.settings import AibotSettings, DingTalkSettings, ReaderSettings, Settings, WeComSettings
from bot.simulator.dingtalk import DingTalkSimulator
from bot.simulator.serving import serve
from bot.simulator.stage import Stage
from bot.simulator.wecom import WeComSimulator
from bot.simulator.wecom_aibot_gateway import Gateway
from bot.simulator.wecom_aibot_talk import Talk
from models.calendar import WorkCalendar
from models.entry import EntryKind
from models.ledger import County, Ledger
from models.mechanism import load_mechanism
from models.people import Account, Person, Unit
from models.project import Part, Project, ProjectSeat
from tests.scripted_reader import answer as scripted_answer
from tests.scripted_reader import scripted_reader

TODAY = date(2026, 9, 17)
MIDDAY = datetime(2026, 9, 17, 4, tzinfo=UTC)
GIB = 2**30
SECRETS = {
    "secret": "wecom-secret-0123456789",
    "token": "wecomtoken0123456789",
    "encoding_aes_key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "client_secret": "dingtalk-secret-0123456789",
}
Answer = Callable[[str], bytes]


def settings_in(home: Path, **values: Any) -> Settings:
    """Return settings that nothing of the host's environment leaks into."""
    nothing: dict[str, Any] = {
        "database_url": SecretStr(""),
        "redis_url": None,
        "media_url": "",
        "public_url": "",
        "wecom": WeComSettings(),
        "dingtalk": DingTalkSettings(),
    }
    return Settings(_env_file=None, home=home, **(nothing | values))  # type: ignore[call-arg]


def wecom_at(base: str, **values: str) -> WeComSettings:
    known = {"corp_id": "ww01", "agent_id": "1000002", "api_base": base}
    secret = {name: SecretStr(SECRETS[name]) for name in ("secret", "token", "encoding_aes_key")}
    return WeComSettings(**(known | secret | values))  # type: ignore[arg-type]


def dingtalk_at(base: str, mode: Literal["stream", "http"] = "stream") -> DingTalkSettings:
    return DingTalkSettings(
        client_id="ding01",
        client_secret=SecretStr(SECRETS["client_secret"]),
        api_base=base,
        oapi_base=base,
        mode=mode,
    )


@contextlib.asynccontextmanager
async def wecom() -> AsyncIterator[tuple[WeComSimulator, str]]:
    """Serve a WeCom whose app our settings belong to."""
    simulator = WeComSimulator(
        Stage([], lambda: datetime.now(UTC)),
        corp_id="ww01",
        agent_id=1000002,
        secret=SECRETS["secret"],
        token=SECRETS["token"],
        encoding_aes_key=SECRETS["encoding_aes_key"],
        callback_url="",
    )
    async with serve(simulator.app) as base:
        yield simulator, base
    await simulator.aclose()


@contextlib.asynccontextmanager
async def dingtalk() -> AsyncIterator[str]:
    """Serve a DingTalk whose app our settings belong to."""
    simulator = DingTalkSimulator(
        Stage([], lambda: datetime.now(UTC)),
        client_id="ding01",
        client_secret=SECRETS["client_secret"],
        robot_code="ding01",
    )
    async with serve(simulator.app) as base:
        yield base
    await simulator.aclose()


@contextlib.asynccontextmanager
async def host(answer: Answer | None) -> AsyncIterator[str]:
    """Serve raw answers to raw requests; None accepts callers and never says a word."""
    quiet = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            request = (await reader.read(65536)).decode("latin-1")
            if answer is None:
                await quiet.wait()
            else:
                writer.write(answer(request))
                await writer.drain()
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        quiet.set()
        server.close()
        await asyncio.sleep(0.01)


def page(body: str, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body.encode())}", *headers]
    return ("\r\n".join([*lines, "Connection: close", "", body])).encode()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A freshly initialised installation under the Jiaozuo mechanism."""
    database = Database(settings_in(tmp_path).sqlalchemy_url)
    install(database, load_mechanism("jiaozuo"), TODAY)
    database.close()
    return tmp_path


def on_books(home: Path, work: Callable[[Ledger], object]) -> None:
    """Change the installation's books behind the doctor's back."""
    database = Database(settings_in(home).sqlalchemy_url)

    def unit(session: Any) -> None:
        ledger = Ledger(session, MIDDAY, County(load_mechanism("jiaozuo"), WorkCalendar()))
        work(ledger)
        ledger.seal()

    database.write(unit)
    database.close()


def do(statement: str) -> Callable[[Ledger], object]:
    return lambda ledger: ledger.session.execute(text(statement))


async def look(settings: Settings, what: str, *, at: datetime | None = None, patience: float = 2.0) -> Finding:
    """Let the doctor look and return the one finding about `what`."""
    [finding] = [finding for finding in await findings(settings, at=at, patience=patience) if finding.what == what]
    return finding


async def findings(settings: Settings, *, at: datetime | None = None, patience: float = 2.0) -> list[Finding]:
    clock = Clock()
    if at is not None:
        clock.set(at)
    return await examine(settings, clock=clock, patience=patience)


# --- the whole ------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_fresh_installation_without_platforms_is_sound(home: Path) -> None:
    seen = await findings(settings_in(home), at=MIDDAY)
    assert [finding.what for finding in seen if finding.what != "磁盘"] == [
        "配置", "数据库", "制度", "台账", "人员", "项目", "照片文件夹", "回调地址", "时钟", "节假日",
    ]  # fmt: skip
    assert [finding for finding in seen if not finding.sound and finding.what != "磁盘"] == []
    words = {finding.what: finding.words for finding in seen}
    assert "焦作市《关于建立全市重大项目调度机制的通知》" in words["制度"]
    assert "企业微信和钉钉都没有开通" in words["配置"]


@pytest.mark.asyncio
async def test_a_county_on_both_platforms_is_sound(home: Path) -> None:
    async with wecom() as (_, base), dingtalk() as other:
        settings = settings_in(
            home, wecom=wecom_at(base), dingtalk=dingtalk_at(other), public_url="https://duban.example.gov.cn"
        )
        seen = await findings(settings)
    sound = {finding.what: finding.sound for finding in seen}
    assert (sound["企业微信"], sound["钉钉"], sound["回调地址"], sound["时钟"]) == (True, True, True, True)


@pytest.mark.asyncio
async def test_postgres_is_looked_at_like_sqlite(tmp_path: Path, empty_database: str) -> None:
    settings = settings_in(tmp_path, database_url=SecretStr(empty_database))
    assert "还是空的" in (await look(settings, "数据库")).words
    database = Database(settings.sqlalchemy_url)
    install(database, load_mechanism("dancheng"), TODAY)
    database.close()
    assert (await look(settings, "数据库")).sound
    assert (await look(settings, "台账")).sound


# --- database -------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_missing_database_is_named_and_none_is_made(tmp_path: Path) -> None:
    finding = await look(settings_in(tmp_path / "data"), "数据库")
    assert not finding.sound
    assert "duban init" in finding.words
    assert not (tmp_path / "data").exists()


@pytest.mark.asyncio
async def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    (tmp_path / "duban.db").touch()
    finding = await look(settings_in(tmp_path), "数据库")
    assert (finding.sound, "duban init" in finding.words) == (False, True)


@pytest.mark.asyncio
async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "duban.db").write_bytes(b"not a database at all" * 100)
    finding = await look(settings_in(tmp_path), "数据库")
    assert (finding.sound, "DUBAN_DATABASE_URL" in finding.words) == (False, True)


@pytest.mark.asyncio
async def test_a_database_of_a_later_program_is_named(home: Path) -> None:
    on_books(home, do("UPDATE alembic_version SET version_num = '9999'"))
    finding = await look(settings_in(home), "数据库")
    assert (finding.sound, "结构比程序新" in finding.words) == (False, True)


@pytest.mark.asyncio
async def test_a_postgres_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://duban:pass-word-1@127.0.0.1:{closed_port()}/duban"
    finding = await look(settings_in(tmp_path, database_url=SecretStr(url)), "数据库")
    assert (finding.sound, "是否在运行" in finding.words) == (False, True)
    assert "pass-word-1" not in finding.words


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("statement", "what", "remedy"),
    [
        ("DELETE FROM chain_head", "台账", "duban init"),
        ("UPDATE chain_head SET seq = 9", "台账", "duban ledger verify"),
        ("DELETE FROM settings", "制度", "--mechanism"),
        ('UPDATE settings SET value = \'{"mechanism": {"id": "x"}}\'', "制度", "重新选定"),
    ],
)
async def test_books_that_cannot_be_kept_are_named(home: Path, statement: str, what: str, remedy: str) -> None:
    on_books(home, do(statement))
    finding = await look(settings_in(home), what)
    assert (finding.sound, remedy in finding.words) == (False, True)


@pytest.mark.asyncio
async def test_the_newest_entry_must_be_the_one_the_chain_ends_in(home: Path) -> None:
    on_books(home, lambda ledger: ledger.record(EntryKind.NOTE, "变压器未装", person=None))
    finding = await look(settings_in(home), "台账")
    assert (finding.sound, "共1条" in finding.words) == (True, True)
    on_books(home, do("UPDATE entries SET hash = 'changed'"))
    assert not (await look(settings_in(home), "台账")).sound


def registered(ledger: Ledger) -> None:
    """Register one person with an account and one without, and three projects with gaps."""
    unit = Unit(name="县工信局")
    with_account = Person(name="陈浩", unit=unit, accounts=[Account(platform="wecom", user_id="a", user_key="a")])
    without = Person(name="何军", unit=unit)
    ledger.session.add_all([with_account, without])
    ledger.session.flush()

    def seat(part: Part, until: date | None = None) -> ProjectSeat:
        return ProjectSeat(part=part.value, name="陈浩", person=with_account, since=date(2026, 1, 1), until=until)

    whole = [seat(Part.LEADER), seat(Part.LIAISON)]
    left = [seat(Part.LEADER, until=TODAY), seat(Part.LIAISON)]
    ledger.session.add_all(
        Project(code=code, name=code, seats=seats) for code, seats in (("P1", whole), ("P2", left), ("P3", []))
    )


@pytest.mark.asyncio
async def test_people_out_of_reach_and_projects_with_empty_seats_are_counted_but_no_fault(home: Path) -> None:
    on_books(home, registered)
    people = await look(settings_in(home), "人员", at=MIDDAY)
    projects = await look(settings_in(home), "项目", at=MIDDAY)
    assert (people.sound, projects.sound) == (True, True)
    assert "登记2人，其中1人没有账号" in people.words
    assert "登记3个，2个没有分包领导、1个没有联络员" in projects.words
    assert "何军" not in people.words


# --- disk, media, Redis ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "free", "sound"),
    [
        (100 * GIB, 50 * GIB, True),
        (100 * GIB, 4 * GIB, False),
        (10 * GIB, GIB - 1, False),
        (10 * GIB, GIB, True),
        (0, 0, False),
    ],
)
def test_a_disk_that_is_nearly_full_is_a_fault(total: int, free: int, sound: bool) -> None:
    finding = judge_room(total, free)
    assert finding.sound is sound
    assert sound or "请清理或扩容" in finding.words


@pytest.mark.asyncio
async def test_photos_that_cannot_be_kept_are_named(home: Path) -> None:
    (home / "media").write_text("a file where the folder should be")
    finding = await look(settings_in(home), "照片文件夹")
    assert (finding.sound, "DUBAN_MEDIA_URL" in finding.words) == (False, True)


@pytest.mark.asyncio
async def test_looking_at_the_photo_folder_leaves_nothing_behind(home: Path) -> None:
    assert (await look(settings_in(home), "照片文件夹")).sound
    assert not (home / "media").exists()
    (home / "media").mkdir()
    assert (await look(settings_in(home), "照片文件夹")).sound
    assert list((home / "media").iterdir()) == []


@pytest.mark.asyncio
async def test_a_redis_that_runs_is_sound_and_one_that_is_away_is_not(home: Path, redis_url: str) -> None:
    assert (await look(settings_in(home, redis_url=SecretStr(redis_url)), "Redis")).sound
    away = SecretStr(f"redis://:pass-word-1@127.0.0.1:{closed_port()}/0")
    finding = await look(settings_in(home, redis_url=away), "Redis")
    assert (finding.sound, "DUBAN_REDIS_URL" in finding.words) == (False, True)
    assert "pass-word-1" not in finding.words


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "redis://127.0.0.1:port"])
async def test_an_address_that_is_no_redis_is_a_finding_and_no_crash(home: Path, url: str) -> None:
    assert not (await look(settings_in(home, redis_url=SecretStr(url)), "Redis")).sound


@pytest.mark.asyncio
async def test_what_never_answers_is_waited_for_only_so_long(home: Path) -> None:
    async with host(None) as base:
        redis = SecretStr(base.replace("http:", "redis:"))
        settings = settings_in(home, redis_url=redis, wecom=wecom_at(base), dingtalk=dingtalk_at(base))
        start = time.monotonic()
        seen = await findings(settings, patience=0.3)
        lasted = time.monotonic() - start
    faults = {finding.what: finding.words for finding in seen if not finding.sound}
    assert {"Redis", "企业微信", "钉钉"} <= set(faults)
    assert "没有应答" in faults["企业微信"]
    assert "DUBAN_WECOM__API_BASE" in faults["企业微信"]
    assert lasted < 5


# --- platforms ------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_an_address_outside_the_trusted_ones_is_named_with_the_address(home: Path) -> None:
    def refuse(request: str) -> bytes:
        if "gettoken" in request:
            return page('{"errcode": 0, "access_token": "t", "expires_in": 7200}')
        return page('{"errcode": 60020, "errmsg": "not allow to access from your ip, from ip: 203.0.113.9"}')

    async with host(refuse) as base:
        finding = await look(settings_in(home, wecom=wecom_at(base)), "企业微信")
    assert not finding.sound
    assert "203.0.113.9" in finding.words
    assert "企业可信IP" in finding.words


@pytest.mark.asyncio
async def test_a_second_reader_is_asked_once_about_a_made_up_sentence(home: Path) -> None:
    assert not [finding for finding in await findings(settings_in(home)) if finding.what == "辅助识读"]
    async with scripted_reader() as reader:
        there = ReaderSettings(url=reader.base, model="scripted-1", api_key=SecretStr("key-0123"))
        well = await look(settings_in(home, reader=there), "辅助识读")
        reader.script = scripted_answer(b"{}", "401 Unauthorized")
        refused = await look(settings_in(home, reader=there), "辅助识读")
    away = await look(settings_in(home, reader=there), "辅助识读")
    assert (well.sound, refused.sound, away.sound) == (True, False, False)
    assert "scripted-1" in well.words and len(reader.requests) == 2
    assert "DUBAN_READER__API_KEY" in refused.words and "DUBAN_READER__URL" in away.words
    assert not any("key-0123" in finding.words for finding in (well, refused, away))


@pytest.mark.asyncio
async def test_wrong_credentials_are_named(home: Path) -> None:
    async with wecom() as (_, base), dingtalk() as other:
        wrong = dingtalk_at(other).model_copy(update={"client_secret": SecretStr("wrong-dingtalk-secret")})
        settings = settings_in(home, wecom=wecom_at(base, secret="wrong-wecom-secret"), dingtalk=wrong)
        seen = {finding.what: finding for finding in await findings(settings)}
    assert (seen["企业微信"].sound, "Secret" in seen["企业微信"].words) == (False, True)
    assert (seen["钉钉"].sound, "Client Secret" in seen["钉钉"].words) == (False, True)


@pytest.mark.asyncio
async def test_a_platform_that_cannot_be_reached_says_where_to_look(home: Path) -> None:
    base = f"http://127.0.0.1:{closed_port()}"
    settings = settings_in(home, wecom=wecom_at(base), dingtalk=dingtalk_at(base))
    seen = {finding.what: finding for finding in await findings(settings)}
    assert (seen["企业微信"].sound, "请检查网络" in seen["企业微信"].words) == (False, True)
    assert (seen["钉钉"].sound, "DUBAN_DINGTALK__API_BASE" in seen["钉钉"].words) == (False, True)
    assert (seen["时钟"].sound, "无从核对" in seen["时钟"].words) == (True, True)


@pytest.mark.asyncio
async def test_no_finding_repeats_a_secret_not_even_when_the_platform_does(tmp_path: Path) -> None:
    said = " ".join([*SECRETS.values(), "pass-word-1"])
    async with host(lambda request: page(f'{{"errcode": 40001, "code": "x {said}", "errmsg": "{said}"}}')) as base:
        settings = settings_in(
            tmp_path,
            database_url=SecretStr(f"postgresql://duban:pass-word-1@127.0.0.1:{closed_port()}/duban"),
            redis_url=SecretStr(f"redis://:pass-word-1@127.0.0.1:{closed_port()}/0"),
            wecom=wecom_at(base),
            dingtalk=dingtalk_at(base, "http"),
            public_url="https://user:pass-word-1@duban.example.gov.cn/?key=pass-word-1",
        )
        words = "\n".join(finding.words for finding in await findings(settings))
    assert [secret for secret in (*SECRETS.values(), "pass-word-1") if secret in words] == []
    assert "https://duban.example.gov.cn/callbacks/wecom" in words


# --- the robot ------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_robots_callback_is_told_and_its_line_is_only_knocked_at(tmp_path: Path) -> None:
    seal = {"token": SecretStr(SECRETS["token"]), "encoding_aes_key": SecretStr(SECRETS["encoding_aes_key"])}
    robot = AibotSettings(mode="callback", **seal)
    wecom = wecom_at("https://wecom.county.example").model_copy(update={"aibot": robot})
    finding = judge_callback(settings_in(tmp_path, wecom=wecom, public_url="https://duban.example.gov.cn"))
    assert "https://duban.example.gov.cn/callbacks/wecom/aibot" in finding.words

    stage = Stage([], lambda: MIDDAY)
    gateway = Gateway("b", "s", Talk(stage))
    async with serve(Starlette(routes=[WebSocketRoute("/ws", gateway.connect)])) as base:
        for path, sound in (("/ws", True), ("/elsewhere", False)):
            line = AibotSettings(
                mode="stream", bot_id="b", secret=SecretStr("s"), ws_url=f"ws{base.removeprefix('http')}{path}"
            )
            wecom = wecom_at(base).model_copy(update={"aibot": line})
            seen = await look(settings_in(tmp_path, wecom=wecom), "智能机器人")
            assert seen.sound is sound
    assert gateway.subscriptions == 0


@pytest.mark.parametrize(
    ("values", "variable"),
    [
        ({"mode": "callback"}, "DUBAN_WECOM__AIBOT__TOKEN"),
        ({"mode": "stream", "bot_id": "b"}, "DUBAN_WECOM__AIBOT__SECRET"),
        ({"mode": "callback", "token": "t", "encoding_aes_key": "short"}, "DUBAN_WECOM__AIBOT__ENCODING_AES_KEY"),
        ({"mode": "stream", "bot_id": "b", "secret": "s", "ws_url": "https://x"}, "DUBAN_WECOM__AIBOT__WS_URL"),
    ],
)
def test_half_a_robot_stops_the_start(values: dict[str, str], variable: str) -> None:
    with pytest.raises(ValidationError, match=variable):
        AibotSettings.model_validate(values)
    with pytest.raises(ValidationError, match="DUBAN_WECOM__CORP_ID"):
        WeComSettings(aibot=AibotSettings(mode="stream", bot_id="b", secret=SecretStr("s")))


# --- callback address -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("public_url", "fault"),
    [
        ("", "没有设置 DUBAN_PUBLIC_URL"),
        ("http://127.0.0.1:8000", "本机地址"),
        ("https://localhost", "本机地址"),
        ("https://[::1]:8000", "本机地址"),
        ("https://10.8.0.5", "内网地址"),
        ("http://duban.example.gov.cn", "不是 https"),
    ],
)
def test_a_callback_address_the_platform_cannot_use_is_named(tmp_path: Path, public_url: str, fault: str) -> None:
    public = wecom_at("https://qyapi.weixin.qq.com")
    finding = judge_callback(settings_in(tmp_path, wecom=public, public_url=public_url))
    assert not finding.sound
    assert fault in finding.words
    assert "https 域名" in finding.words


def test_an_address_of_the_inner_network_serves_a_private_deployment(tmp_path: Path) -> None:
    private = wecom_at("https://wecom.county.example")
    finding = judge_callback(settings_in(tmp_path, wecom=private, public_url="https://10.8.0.5"))
    assert (finding.sound, "https://10.8.0.5/callbacks/wecom" in finding.words) == (True, True)


@pytest.mark.parametrize(("mode", "sound"), [("stream", True), ("http", False)])
def test_dingtalk_needs_a_callback_address_only_in_http_mode(
    tmp_path: Path, mode: Literal["stream", "http"], sound: bool
) -> None:
    settings = settings_in(tmp_path, dingtalk=dingtalk_at("https://api.dingtalk.com", mode))
    assert judge_callback(settings).sound is sound


# --- clock and holidays ---------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(("ahead", "sound", "said"), [(30, True, "相差"), (300, False, "快"), (-300, False, "慢")])
async def test_a_clock_that_is_off_is_named_with_its_side(home: Path, ahead: int, sound: bool, said: str) -> None:
    theirs = MIDDAY - timedelta(seconds=ahead)
    dated = page("{}", f"Date: {format_datetime(theirs, usegmt=True)}")
    async with host(lambda _: dated) as base:
        finding = await look(settings_in(home, wecom=wecom_at(base)), "时钟", at=MIDDAY)
    assert (finding.sound, said in finding.words) == (sound, True)
    assert sound or "NTP" in finding.words


@pytest.mark.asyncio
@pytest.mark.parametrize("header", ["X-Nothing: 1", "Date: yesterday"])
async def test_a_platform_that_does_not_tell_the_time_leaves_the_clock_unjudged(home: Path, header: str) -> None:
    async with host(lambda _: page("{}", header)) as base:
        finding = await look(settings_in(home, wecom=wecom_at(base)), "时钟")
    assert (finding.sound, "无从核对" in finding.words) == (True, True)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("at", "years"),
    [
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), ["2026"]),
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), ["2026", "2027"]),
    ],
)
async def test_next_years_holidays_are_asked_for_from_november_on(home: Path, at: datetime, years: list[str]) -> None:
    seen = [finding for finding in await findings(settings_in(home), at=at) if finding.what == "节假日"]
    assert len(seen) == len(years)
    assert all(year in finding.words for year, finding in zip(years, seen, strict=True))


@pytest.mark.asyncio
async def test_a_year_without_an_official_calendar_is_a_fault(home: Path) -> None:
    finding = await look(settings_in(home), "节假日", at=datetime(2031, 3, 1, tzinfo=UTC))
    assert (finding.sound, "暂按周末推算" in finding.words) == (False, True)
