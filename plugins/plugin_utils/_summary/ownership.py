# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lines of the summary about objects and fields that belong to somebody else, or did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.held import NOTATION

SHOWN = 3
"""The largest number of fields in one line."""
NEXT_STEP = "Use that value in the manifest, or set the manifest's value with the tool of the owner: docs/ownership.md"

Remarks = dict[str, dict[str, list[str]]]
"""By label and text: the objects that the text is about."""


def remarks_by_label(objects: Iterable[Mapping[str, Any]]) -> Remarks:
    """The objects that the run left to their owners or took over, the fields that stay different, and the fields that
    stay because the manifest itself allows their values.
    """
    remarks: Remarks = {}
    for entry in objects:
        title = f"{entry['kind']} {entry['name']}"
        for label, text in _remarks(entry):
            remarks.setdefault(label, {}).setdefault(text, []).append(title)
    return remarks


def _remarks(entry: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if entry["action"] == "left alone":
        yield "left to the team", entry["reason"]
        return
    if entry["action"] == "taken over":
        yield "taken over", entry["reason"]
    held = entry.get("held") or []
    for owners in dict.fromkeys(_owners(field) for field in held if not field["allowed_by"]):
        fields = [field["field"] for field in held if not field["allowed_by"] and _owners(field) == owners]
        belong = "belongs" if len(fields) == 1 else "belong"
        yield "stays different", f"{_first(fields)} {belong} to {owners}. {NEXT_STEP}"
    for field in held:
        if field["allowed_by"] not in ("", NOTATION):
            yield "scaled", f"{field['field']} is set by {_owners(field)}, within {field['allowed_by']}"


def _owners(field: Mapping[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in field["owners"]) or "another manager"


def _first(fields: Sequence[str]) -> str:
    more = len(fields) - SHOWN
    return ", ".join(fields[:SHOWN]) + (f" and {more} more" if more > 0 else "")
