# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a team's NetworkPolicy and monitors would have done, for those that the platform leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ...kube.types import KubeObject
from ...manifests.team_rules import Ruling
from ..pods.owners import PodOwner
from ..render import TenantPlan
from .monitor import monitor_lines
from .network_policy import policy_lines
from .planned import Planned, planned_of
from .text import bounded

MOST_OBJECTS = 10
"""Explained ones; there may be hundreds."""
_MOST_LINES = 18

_LINES: Mapping[str, Callable[[KubeObject, Planned], list[str]]] = {
    "NetworkPolicy.networking.k8s.io": policy_lines,
    "ServiceMonitor.monitoring.coreos.com": monitor_lines,
    "PodMonitor.monitoring.coreos.com": monitor_lines,
}


def explain_left(
    left: Iterable[Ruling], plan: TenantPlan, owners: Iterable[PodOwner], team: Iterable[KubeObject]
) -> dict[int, Sequence[str]]:
    """Lines by the index of the manifest. Nothing is computed where none of these is left. Never raises for what is in
    an object.
    """
    explained = [ruling.manifest for ruling in left if ruling.manifest.group_kind in _LINES]
    if not explained:
        return {}
    planned = planned_of(plan, owners, team)
    said: dict[int, Sequence[str]] = {
        manifest.index: [f"not explained: only the first {MOST_OBJECTS} are"] for manifest in explained
    }
    for manifest in explained[:MOST_OBJECTS]:
        said[manifest.index] = bounded(_LINES[manifest.group_kind](manifest.object, planned), _MOST_LINES)
    return said
