"""The site board (标示牌, DC-07) as one page to print: A3 landscape, five names, its QR code, all in one file."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from bot.board_code import code_svg
from models.board import NOBODY, five_names, labels, page_url
from models.ledger import Ledger
from models.project import Part, Project

_FOLDER = Path(templates.__file__).parent / "pages"


def board_page(ledger: Ledger, project: Project, public_url: str = "") -> str:
    """Return the board of a project as HTML with the names that hold today; without an address it has no QR code."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    rows = [
        {"label": label, "name": "" if name == NOBODY else name}
        for label, name in zip(labels(ledger), five_names(ledger, project), strict=True)
    ]
    return environment.get_template("board.html").render(
        project=project.name,
        code=project.code,
        rows=rows,
        units="、".join(unit.name for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today)),
        builders="、".join(project.names(Part.BUILDER, ledger.today)),
        code_svg=code_svg(page_url(public_url, project)) if public_url else "",
        area=ledger.mechanism.area,
        office=ledger.mechanism.office.name,
        day=f"{ledger.today.year}年{ledger.today.month}月{ledger.today.day}日",
        basis=ledger.mechanism.codes.board_names and ledger.mechanism.basis(ledger.mechanism.codes.board_names.clause),
    )


def write_board(path: Path, page: str) -> None:
    """Write the page whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(page, encoding="utf-8")
    partial.replace(path)
