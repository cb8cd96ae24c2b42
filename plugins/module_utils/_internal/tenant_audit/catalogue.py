# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All rules, and which of them can be judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..kube.terminating import until_gone
from . import (
    condition_rules,
    dependency_rules,
    guard_rail_rules,
    network_policy_rules,
    network_rules,
    operator_rules,
    orphan_rules,
    pod_security_rules,
    quota_rules,
    rbac_rules,
    reference_rules,
    waivers,
)
from .rule import DEPLOY_AGAIN, Finding, Rule, rules_in
from .snapshot import Snapshot
from .world import World

_GROUPS = (
    rbac_rules,
    network_policy_rules,
    network_rules,
    pod_security_rules,
    guard_rail_rules,
    orphan_rules,
    condition_rules,
    quota_rules,
    dependency_rules,
    reference_rules,
    operator_rules,
)

OF_CLUSTER: tuple[Rule[World], ...] = tuple(rule for group in _GROUPS for rule in rules_in(group))
"""Every rule about the cluster; the others are about waivers."""
RULES: dict[str, Rule[Any]] = {
    rule.id: rule for rule in sorted((*rules_in(waivers), *OF_CLUSTER), key=lambda rule: rule.id)
}
"""By id, in that order."""
RESERVED = {
    "TA507": "published ServerConfigs of tenants that are gone",
    "TA812": "Servers that refer to another tenant's published ServerConfig",
}
"""Ids of rules that come with strategy ``mirror``, which publishes ServerConfigs as ``<tenant>.<name>``: until then
nothing tells a published ServerConfig from any other with a dot in its name.
"""


def find(world: World) -> Iterator[Finding]:
    """The findings of every rule, as far as the kinds could be read."""
    for rule in OF_CLUSTER:
        for finding in rule.find(world):
            yield _with_possible_step(finding, world)


def _with_possible_step(finding: Finding, world: World) -> Finding:
    """Nothing can be deployed into a namespace that is being deleted."""
    if finding.tenant not in world.ending or DEPLOY_AGAIN not in finding.next_step:
        return finding
    return replace(finding, next_step=f"the namespace is being deleted: {until_gone(finding.tenant)}")


def unknown(snapshot: Snapshot) -> dict[str, list[str]]:
    """The ids of the rules that cannot be judged in full, with the kinds that they lack."""
    lacking = {
        rule.id: [kind.group_resource for kind in rule.kinds if kind.group_resource in snapshot.unread]
        for rule in RULES.values()
    }
    return {identifier: kinds for identifier, kinds in lacking.items() if kinds}
