# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is no longer as the platform made it, what a run would change, and what stays different."""

from __future__ import annotations

from collections.abc import Sequence

from ..drift import STAYS
from .element import Child, Markup, element
from .findings import findings
from .index import Index, Part
from .table import table
from .words import counted, state

_SAID = {
    "none": "A run would change nothing",
    "unknown": "Whether a run would change something is unknown",
    "not_asked": "Whether a run would change something was not checked",
}
_HAS = {True: "has", False: "have"}


def drift(index: Index, tenant: Part) -> Markup:
    """The guard-rails with who changed them, then the objects that differ from the desired state."""
    found, planned = index.drifted(tenant["name"]), tenant["drift"]
    objects = planned["objects"]
    said = _SAID.get(planned["state"]) or _differing(objects)
    rows = [
        (element("code", f"{obj['kind']} {obj['namespace']}/{obj['name']}".replace(" /", " ")), state(obj["action"]), _fields(obj))
        for obj in objects
    ]  # fmt: skip
    reason = f": {planned['reason']}" if planned["reason"] else ""
    return element(
        "div",
        findings(index, found) if found else None,
        element("p", state(planned["state"]), f" {said}{reason}.", class_="after"),
        table("Objects that differ from the desired state", ("Object", "Action", "Fields"), rows) if rows else None,
    )


def _differing(objects: Sequence[Part]) -> str:
    changed = [obj for obj in objects if obj["action"] != STAYS]
    staying = [obj for obj in objects if obj.get("held")]
    said = f"A run would change {counted(len(changed), 'object')}" if changed else "A run would change nothing"
    return (
        f"{said}; {counted(len(staying), 'object')} {_HAS[len(staying) == 1]} fields of other owners"
        if staying
        else said
    )


def _fields(obj: Part) -> Child:
    """Those that a run would change, then those that stay, each with its owners."""
    changed = [element("div", element("code", field)) for field in obj["fields"]]
    held = [
        element("div", element("code", field["field"]), f" belongs to {', '.join(field['owners']) or 'somebody else'}")
        for field in obj.get("held") or []
    ]
    return [*changed, *held]
