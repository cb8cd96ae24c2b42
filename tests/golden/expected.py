# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored: the full text of the examples, digests of the random tenants; and how far today's results are from
that.
"""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from .examples import example_worlds
from .parts import as_text, digests
from .random_worlds import random_worlds
from .render import Parts, render
from .world import World

FOLDER = Path(__file__).parent / "expected"
DIGESTS = FOLDER / "random.json"
_MOST_LINES = 60
"""Of one part's difference."""


def write() -> None:
    """Makes today's results the expected ones."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    dump(FOLDER, example_worlds())
    DIGESTS.write_text(as_text({world.name: digests(render(world)) for world in random_worlds()}), encoding="utf-8")


def dump(folder: Path, worlds: Iterable[World]) -> None:
    """The full text: FOLDER/WORLD/PART.json."""
    for world in worlds:
        (folder / world.name).mkdir(parents=True, exist_ok=True)
        for part, value in render(world).items():
            _file(folder / world.name, part).write_text(as_text(value), encoding="utf-8")


@cache
def stored_digests() -> dict[str, Any]:
    """By random tenant, part and object."""
    found: dict[str, Any] = json.loads(DIGESTS.read_text(encoding="utf-8"))
    return found


def text_differences(folder: Path, parts: Parts) -> Iterator[str]:
    """A unified diff for each part that is not as stored in the folder."""
    for part in sorted({*parts, *(path.stem.replace("_", " ") for path in folder.glob("*.json"))}):
        path = _file(folder, part)
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        after = as_text(parts[part]) if part in parts else ""
        if before != after:
            lines = list(
                difflib.unified_diff(
                    before.splitlines(), after.splitlines(), f"{folder.name}, {part}: stored", "now", lineterm=""
                )
            )
            more = [f"... and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
            yield "\n".join([*lines[:_MOST_LINES], *more])


def digest_differences(stored: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """The parts that differ, objects by title."""
    for part in sorted({*stored, *now}):
        before, after = stored.get(part), now.get(part)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            yield from (
                f"{part}: {entry} {_how(before, after, entry)}"
                for entry in sorted({*before, *after})
                if before.get(entry) != after.get(entry)
            )
        else:
            yield f"{part} differs"


def _how(before: dict[str, Any], after: dict[str, Any], entry: str) -> str:
    if entry not in before:
        return "is new"
    return "differs" if entry in after else "is gone"


def _file(folder: Path, part: str) -> Path:
    return folder / f"{part.replace(' ', '_')}.json"
