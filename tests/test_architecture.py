"""The layout is the architecture: imports run one way, files and functions stay small, every notice has its words."""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import meta

import models
import templates
from models.notices import Notice, notice_fields

ROOT = Path(models.__file__).parent.parent
ROOMS = ("bot", "handlers", "scheduler", "models", "templates")
ARROWS = {
    "bot": {"handlers", "scheduler", "templates", "models"},
    "handlers": {"models"},
    "scheduler": {"models"},
    "models": set(),
    "templates": set(),
}
PURE = ROOT / "handlers" / "understanding"
MODELS_MAY_USE = {"sqlalchemy", "pydantic", "pydantic_core", "yaml", "dateutil", "alembic"}
FORBIDDEN_IN_RULES = {"httpx2", "redis", "fastapi", "starlette", "websockets", "wechatpy", "uvicorn", "requests"}


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if "versions" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    """Yield the modules a file imports anywhere, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            yield node.module or ""


def test_the_rooms_are_the_projects_own() -> None:
    assert Path(models.__file__).is_relative_to(ROOT)
    assert Path(templates.__file__).is_relative_to(ROOT)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    allowed = ARROWS[room] | {room}
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources(room)
        for module in imports(path)
        if module.split(".")[0] in ROOMS and module.split(".")[0] not in allowed
    ]
    assert wrong == []


def test_rules_touch_no_network_and_models_little_else() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources("handlers", "scheduler", "models", "templates")
        for module in imports(path)
        if module.split(".")[0] in FORBIDDEN_IN_RULES
    ]
    assert wrong == []
    known = set(sys.stdlib_module_names) | MODELS_MAY_USE | {"models", ""}
    strange = {module.split(".")[0] for path in sources("models") for module in imports(path)} - known
    assert strange == set()


def test_understanding_is_pure() -> None:
    wrong = [
        f"{path.name} imports {module}"
        for path in PURE.glob("*.py")
        for module in imports(path)
        if module.split(".")[0] in {"sqlalchemy", "models"}
    ]
    assert wrong == []


def test_files_and_functions_stay_small() -> None:
    lengths: list[int] = []
    for path in sources(*ROOMS):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 450, f"{path.relative_to(ROOT)} is too long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 65, f"{path.relative_to(ROOT)}:{node.name} has {length} lines"
                lengths.append(length)
    assert statistics.median(lengths) <= 10


def test_only_named_places_read_the_clock() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    }
    assert readers <= {"bot/clock.py", "bot/platforms/dingtalk/platform.py", "bot/platforms/dingtalk/stream.py"}


# --- words ----------------------------------------------------------------------------------------------

TEMPLATES = sorted((ROOT / "templates" / "messages").glob("*.txt"))


def test_every_notice_has_its_template_and_every_template_its_notice() -> None:
    assert {path.stem for path in TEMPLATES} == set(Notice.registry)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_uses_exactly_the_facts_of_its_notice(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    used = meta.find_undeclared_variables(templates._ENVIRONMENT.parse(source))
    fields = notice_fields(Notice.registry[path.stem])
    assert used <= fields, f"unknown facts: {used - fields}"
    assert fields - used <= {"buttons"}, f"facts nobody says: {fields - used}"
