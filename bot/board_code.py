"""The QR code of a project's page: in the printed board, and by itself as SVG or PNG."""

from __future__ import annotations

import io
from pathlib import Path

import segno

_EDGE = 4  # light modules around it, as the standard wants
_DOTS = 16  # a module's side in a PNG: sharp at 5 cm


def code_svg(address: str) -> str:
    """Return the code as SVG to stand in a page."""
    held = io.BytesIO()
    _code(address).save(
        held, kind="svg", border=_EDGE, xmldecl=False, omitsize=True, svgclass=None, lineclass=None, svgns=False
    )
    return held.getvalue().decode("utf-8")


def write_code(path: Path, address: str) -> None:
    """Write the code whole or not at all; the name ends in .svg or .png, or ValueError is raised."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("svg", "png"):
        raise ValueError("the name must end in .svg or .png")
    held = io.BytesIO()
    _code(address).save(held, kind=kind, border=_EDGE, scale=_DOTS)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(held.getvalue())
    partial.replace(path)


def _code(address: str) -> segno.QRCode:
    # A quarter of it may be scratched or muddy.
    return segno.make(address, error="q", micro=False, boost_error=False)
