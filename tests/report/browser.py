# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser, which has to be installed, and the packages that control it, which are installed into the cache at the
lockfile's versions.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lab.layout import cache

_HERE = Path(__file__).resolve().parent
_LOCKED = ("package.json", "package-lock.json")
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Missing(Exception):
    """A program is missing; str() names it and how to install it."""


def find_browser() -> str:
    """The path of a browser. Raises Missing."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    raise Missing(f"no browser: none of {', '.join(_NAMES)} is installed. Debian: apt-get install chromium")


def install_packages() -> Path:
    """The folder with playwright-core and axe-core. Raises Missing."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise Missing(f"no {program}: Node.js 20 or later is needed. Debian: apt-get install nodejs npm")
    folder = cache() / "report-check"
    texts = {name: (_HERE / name).read_text(encoding="utf-8") for name in _LOCKED}
    if not (folder / "node_modules").is_dir() or any(
        not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
        for name, text in texts.items()
    ):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            (folder / _LOCKED[1]).unlink()
            raise Missing(f"npm ci failed in {folder}: {done.stderr.strip()[-400:]}")
    return folder


def look(browser: str, packages: Path, pages: Sequence[Path], pictures: Path) -> list[dict[str, Any]]:
    """The measurements of look.js, one per page."""
    command = ["node", str(_HERE / "look.js"), str(packages), browser, str(pictures), *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"the browser could not be driven: {done.stderr.strip()[-1500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]
