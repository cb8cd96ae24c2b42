# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of a run in a few numbers and names, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.quoting import printable

LENGTH = 300
"""Characters of a failure that the report contains. The output of the run contains all."""
STOPPED = "another task failed for this host; see its message"


@dataclass(frozen=True)
class Part:
    """The result of a run for one host. ``checked`` and ``applied`` are results of the module ``tenant``, or None if the
    task did not run.
    """

    host: str
    checked: Mapping[str, Any] | None
    applied: Mapping[str, Any] | None
    alive: bool
    """Whether no task has failed for the host."""

    @property
    def result(self) -> Mapping[str, Any]:
        """The last result; empty if there is none."""
        return self.applied if self.applied is not None else self.checked or {}

    @property
    def reached(self) -> bool:
        """Whether a task of the run concerned the host."""
        return self.applied is not None or self.checked is not None or not self.alive

    @property
    def succeeded(self) -> bool:
        """Whether no task failed."""
        return self.alive and not self.result.get("failed")


def run_report(parts: Iterable[Part], *, check_mode: bool) -> dict[str, Any]:
    """JSON-able data. Hosts that the run did not reach are not in it."""
    known = [part for part in parts if part.reached]
    applied = [part for part in known if part.succeeded and part.applied is not None]
    failed = [part for part in known if not part.succeeded]
    written = [part for part in failed if part.applied is not None]
    return {
        "check_mode": check_mode,
        "tenants": len(known),
        "ready": [] if check_mode else [part.host for part in applied if part.result.get("waited", True)],
        "changed": [part.host for part in applied if part.result.get("changed")],
        "differs": [part.host for part in known if part.succeeded and part.result.get("differs")],
        "only_checked": [part.host for part in known if part.succeeded and part.applied is None],
        "refused": {part.host: _reason(part) for part in failed if part.applied is None},
        "failed": {part.host: _reason(part) for part in written},
        "metrics": _metrics([part for part in known if part.succeeded]),
    }


def _reason(part: Part) -> str:
    text = str(part.result.get("msg", "")) if part.result.get("failed") else ""
    first = printable(text) or STOPPED
    return first if len(first) <= LENGTH else f"{first[:LENGTH]}..."


def _metrics(parts: Sequence[Part]) -> dict[str, Any]:
    uses = [
        (int(line["percent"]), part.host, str(line["key"]))
        for part in parts
        for line in (part.result.get("capacity") or {}).get("quotas") or []
        if line.get("percent") is not None
    ]
    over = {host for percent, host, _key in uses if percent > 100}
    fullest = max(uses, default=None)
    return {
        "models_in_team_namespaces": sum(len(part.result.get("models") or []) for part in parts),
        "tenants_within_quota": len(parts) - len(over),
        "fullest_quota": {"tenant": fullest[1], "key": fullest[2], "percent": fullest[0]} if fullest else {},
    }
