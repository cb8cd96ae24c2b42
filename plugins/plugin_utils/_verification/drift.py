# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a tenant is as its variables and its folder describe it (TV3xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.rule import (
    Observation,
    Observations,
    Severity,
    rule,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.text import first_few

from .part import Part, Unseen

NO_DRIFT = (Action.UNCHANGED, Action.LEAVE, Action.KEEP, Action.FINISHED)
"""The actions with which a run changes nothing. An object can still differ: in fields that others own."""
STAYS = "stays"
"""The action in the document for an object that differs and that no run changes."""
_NO_DRIFT = frozenset(action.value for action in NO_DRIFT)


@rule(
    "TV301",
    Severity.MEDIUM,
    title="an object differs from the desired state",
    why="the cluster does not have what the inventory and the team's folder define",
    repair="run the deployment playbook for the tenant again; with --check --diff it shows the difference first. "
    "A field that belongs to somebody else stays: docs/ownership.md",
)
def not_as_described(part: Part) -> Observations:
    """One an object that a run would change, or that stays different."""
    for obj in _differing(part):
        place = f"{obj['namespace']}/{obj['name']}" if obj["namespace"] else str(obj["name"])
        yield Observation(part.tenant, f"{obj['kind']} {place}", "; ".join(_evidence(obj)))


def _evidence(obj: Mapping[str, Any]) -> Iterator[str]:
    if obj["action"] not in _NO_DRIFT:
        fields = f": {first_few(map(str, obj['fields']))}" if obj["fields"] else ""
        yield f"a run would have it {obj['action']}{fields}"
    held = _held(obj)
    for owners in dict.fromkeys(tuple(field["owners"]) for field in held):
        names = ", ".join(f'"{name}"' for name in owners) or "somebody else"
        mine = [str(field["field"]) for field in held if tuple(field["owners"]) == owners]
        yield f"no run changes {first_few(mine)}, which {'belongs' if len(mine) == 1 else 'belong'} to {names}"


def unseen_drift(part: Part) -> Iterator[Unseen]:
    """Why it could not be compared."""
    if reason := _not_compared(part):
        yield Unseen(f"what is described of {part.tenant}", reason, (not_as_described.id,))


def drift_data(part: Part) -> dict[str, Any]:
    """The tenant's ``drift`` in the document."""
    reason = _not_compared(part)
    objects = _differing(part)
    state = "unknown" if reason else "not_asked" if part.checked is None else "differs" if objects else "none"
    return {"state": state, "objects": [_object_data(obj) for obj in objects], "reason": reason}


def _object_data(obj: Mapping[str, Any]) -> dict[str, Any]:
    """``fields`` are those that a run would change; ``held`` are those that stay, with their owners."""
    return {
        "kind": obj["kind"],
        "namespace": obj["namespace"],
        "name": obj["name"],
        "action": STAYS if obj["action"] in _NO_DRIFT else obj["action"],
        "fields": list(obj["fields"]),
        "held": [{"field": field["field"], "owners": list(field["owners"])} for field in _held(obj)],
    }


def _not_compared(part: Part) -> str:
    return (
        str(part.checked.get("msg") or part.problem) if part.checked and "objects" not in part.checked else part.problem
    )


def _differing(part: Part) -> list[Mapping[str, Any]]:
    objects = (part.checked or {}).get("objects") or []
    return [] if _not_compared(part) else [obj for obj in objects if obj["action"] not in _NO_DRIFT or _held(obj)]


def _held(obj: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The fields that stay different. Those that the manifest itself allows are not among them."""
    return [field for field in obj.get("held") or [] if not field["allowed_by"]]
