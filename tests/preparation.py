"""Brings what the tests need of the system and wheels cannot carry: Chromium and a Chinese font.

`make test` runs it first. Where it may install nothing it says in one line which tests are left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk")


def missing() -> list[str]:
    """Return the packages whose job nothing on this machine does."""
    lacking = []
    if shutil.which("chromium") is None:
        lacking.append("chromium")
    if not _has_chinese_font():
        lacking.append("fonts-noto-cjk")
    return lacking


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def bring(packages: list[str]) -> bool:
    """Install system packages where we may; True when they are there afterwards."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            return False
    return not missing()


def main() -> None:
    """Bring what is missing, or say what is left out."""
    lacking = missing()
    if lacking and not bring(lacking):
        sys.stdout.write(f"left out: the browser tests, because {' and '.join(lacking)} cannot be installed here\n")


if __name__ == "__main__":
    main()
