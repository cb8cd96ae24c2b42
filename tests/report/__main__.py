# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.report

Makes reports of generated tenants in build/report-check/, opens them in a headless Chromium, and takes pictures of
them, light and dark, wide and on a phone. Exit code 1 if a page has a serious accessibility problem, is wider than a
phone, sends a request to the network or fails a check; 2 if browser or Node.js are missing. Times are printed, not
asserted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / ".collections"), str(ROOT)]

from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.page import as_html

from tests.report.browser import Missing, find_browser, install_packages, look
from tests.unit.verification.worlds import world

_OUT = ROOT / "build" / "report-check"
_GRAVE = ("serious", "critical")


def main() -> int:
    pages = list(_pages())
    try:
        results = look(find_browser(), install_packages(), pages, _OUT)
    except Missing as missing:
        print(f"error: {missing}", file=sys.stderr)
        return 2
    print(f"{'page':10}{'KB':>8}{'load ms':>9}{'360 px':>9}  axe")
    for result in results:
        print(_line(result))
    problems = [problem for result in results for problem in _problems(result)]
    print("\n".join(problems) or f"no problem; pictures are in {_OUT.relative_to(ROOT)}")
    return 1 if problems else 0


def _pages() -> Iterator[Path]:
    _OUT.mkdir(parents=True, exist_ok=True)
    documents = {
        "clean-2": world(2, is_clean=True),
        "hostile-9": world(9, is_hostile=True),
        **{f"world-{count}": world(count) for count in (1, 3, 12, 100, 300)},
    }
    for name, document in documents.items():
        page = _OUT / f"{name}.html"
        page.write_text(as_html(document), encoding="utf-8")
        yield page


def _line(result: Mapping[str, Any]) -> str:
    found = [f"{one['impact']} {one['id']}" for some in result["violations"].values() for one in some]
    said = ", ".join(sorted(set(found))) or ("none" if result["violations"] else "not asked")
    return f"{result['name']:10}{result['bytes'] / 1000:>8.0f}{result['load']:>9}{'fits' if result['overflow'] <= 0 else 'too wide':>9}  {said}"


def _problems(result: Mapping[str, Any]) -> Iterator[str]:
    name = result["name"]
    for look_, some in result["violations"].items():
        yield from (
            f"{name}, {look_}: {one['id']} ({one['impact']}, {one['nodes']} places): {one['first']}: {one['why']}"
            for one in some
            if one["impact"] in _GRAVE
        )
    if result["overflow"] > 0:
        yield f"{name}: {result['overflow']} px wider than a screen of 360"
    yield from (f"{name}: {fault}" for fault in result["faults"])


if __name__ == "__main__":
    sys.exit(main())
