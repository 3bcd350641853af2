"""Where everything must run (`DUBAN_TESTS_COMPLETE`, as `.ci/run` sets it) a test that is left out is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

SETTING = "DUBAN_TESTS_COMPLETE"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure that says why it was one."""
    report = yield
    if report.skipped and os.environ.get(SETTING):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"left out where every test must run: {reason}"
    return report
