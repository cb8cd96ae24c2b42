# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The differences for ``--diff``: only the fields that change, and never a Secret's value."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any

from ..kube.pyyaml import yaml
from .compare import MISSING, FieldChange
from .step import Action, Step

HIDDEN = "(hidden)"
HIDDEN_CHANGED = "(hidden, changed)"
_SECRET_FIELDS = ("data", "stringData")
_SHOWN_OF_A_SECRET = (("type",), ("immutable",))
"""Besides its labels. Not its annotations: kubectl keeps a copy of the data there."""


def diffs(steps: Iterable[Step]) -> list[dict[str, str]]:
    """One entry per object that changes, and one per object that stays different, in the form of Ansible's ``diff`` result."""
    listed = list(steps)
    return [_diff(step) for step in listed if step.writes] + [_held_diff(step) for step in listed if step.differing]


def _diff(step: Step) -> dict[str, str]:
    before, after = _sides(step)
    title = f"{step.key}"
    return {
        "before_header": f"{title} ({'absent' if step.action is Action.CREATE else 'live'})",
        "after_header": f"{title} ({step.action.value})",
        "before": before,
        "after": after,
    }


def _held_diff(step: Step) -> dict[str, str]:
    """The fields that a run does not change although they are not as wanted."""
    changes = [entry.change for entry in step.differing]
    return {
        "before_header": f"{step.key} (live; stays, owned by others)",
        "after_header": f"{step.key} (wanted; not applied)",
        "before": _render(step, changes, "before"),
        "after": _render(step, changes, "after"),
    }


def _sides(step: Step) -> tuple[str, str]:
    if step.action is Action.CREATE:
        return "", _yaml(_masked(step, step.intent))
    if step.action is Action.REMOVE:
        return _yaml({"kind": step.key.kind, "metadata": {"name": step.key.name, "namespace": step.key.namespace}}), ""
    changes = [change for change in step.changes if change.is_visible]
    if not changes:
        note = "(content unchanged; ownership of fields: {})\n"
        sides = note.format("theirs"), note.format("ours")
        return sides[::-1] if step.action is Action.HAND_OVER else sides
    return _render(step, changes, "before"), _render(step, changes, "after")


def _render(step: Step, changes: list[FieldChange], side: str) -> str:
    tree: dict[str, Any] = {}
    for change in changes:
        value = getattr(change, side)
        if value is MISSING:
            continue
        if _is_secret(step) and change.path[:1] not in _SHOWN_OF_A_SECRET and change.path[:2] != ("metadata", "labels"):
            value = _mask_value(value, HIDDEN if side == "before" else HIDDEN_CHANGED)
        node = tree
        for part in change.path[:-1]:
            node = node.setdefault(str(part), {})
        node[str(change.path[-1])] = value
    return _yaml(tree) if tree else ""


def _masked(step: Step, obj: Any) -> Any:
    if not _is_secret(step) or not isinstance(obj, dict):
        return obj
    shown = {name: _mask_value(value, HIDDEN) if name in _SECRET_FIELDS else value for name, value in obj.items()}
    if "annotations" in obj["metadata"]:
        shown["metadata"] = {**obj["metadata"], "annotations": _mask_value(obj["metadata"]["annotations"], HIDDEN)}
    return shown


def _mask_value(value: Any, mask: str) -> Any:
    return dict.fromkeys(value, mask) if isinstance(value, dict) else mask


def _is_secret(step: Step) -> bool:
    return step.key.kind == "Secret" and not step.key.group


def _yaml(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)) if value else ""


def without_secret_values(message: str, step: Step) -> str:
    """An error message of the API server about a Secret, without the values that it may quote."""
    if not _is_secret(step):
        return message
    for value in sorted(_secret_values(step), key=len, reverse=True):
        message = message.replace(value, HIDDEN)
    return re.sub(r'((?:value|Value)[^"]{0,40})"(?:[^"\\]|\\.)*"', rf'\1"{HIDDEN}"', message)


def _secret_values(step: Step) -> set[str]:
    """As they are sent, and decoded."""
    values = set()
    for value in ((step.intent or {}).get("data") or {}).values():
        values.add(str(value))
        try:
            values.add(base64.b64decode(str(value), validate=True).decode())
        except ValueError:
            continue
    return {value for value in values if len(value) > 2}
