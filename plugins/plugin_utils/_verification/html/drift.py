# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is no longer as the platform made it, and what a run would change."""

from __future__ import annotations

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


def drift(index: Index, tenant: Part) -> Markup:
    """The guard-rails with who changed them, then the objects that a run would change."""
    found, planned = index.drifted(tenant["name"]), tenant["drift"]
    objects = planned["objects"]
    said = _SAID.get(planned["state"], f"A run would change {counted(len(objects), 'object')}")
    rows = [
        (element("code", f"{obj['kind']} {obj['namespace']}/{obj['name']}".replace(" /", " ")), state(obj["action"]), _fields(obj["fields"]))
        for obj in objects
    ]  # fmt: skip
    reason = f": {planned['reason']}" if planned["reason"] else ""
    return element(
        "div",
        findings(index, found) if found else None,
        element("p", state(planned["state"]), f" {said}{reason}.", class_="after"),
        table("Objects that a run would change", ("Object", "Action", "Fields"), rows) if rows else None,
    )


def _fields(fields: list[str]) -> Child:
    return [element("div", element("code", field)) for field in fields]
