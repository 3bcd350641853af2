"""What `.ci/run` promises: nothing is left out there, and what is left out elsewhere says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.completeness import SETTING

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("setting", "status", "said"), [("1", 1, "left out where every test must run"), ("", 0, "1 skipped")]
)
def test_a_test_left_out_fails_where_everything_must_run(tmp_path: Path, setting: str, status: int, said: str) -> None:
    (tmp_path / "test_one.py").write_text(
        "import pytest\ndef test_one(): pytest.skip('no browser')\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-p", "tests.completeness", "-p", "no:cacheprovider", "test_one.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), SETTING: setting}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, said in done.stdout) == (status, True)
    assert "no browser" in done.stdout or not setting


def test_ci_asks_for_everything() -> None:
    assert f"export {SETTING}=1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
