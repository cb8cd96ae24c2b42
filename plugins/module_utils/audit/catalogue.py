# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All rules, and which of them can be judged."""

from __future__ import annotations

from collections.abc import Iterator

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
from .finding import Finding, Rule
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

_ALL = (rule for group in (waivers, *_GROUPS) for rule in group.rules())
RULES: dict[str, Rule] = {rule.id: rule for rule in sorted(_ALL, key=lambda rule: rule.id)}
"""By id, in that order."""


def find(world: World) -> Iterator[Finding]:
    """What every rule finds, as far as the kinds could be read."""
    for group in _GROUPS:
        yield from group.find(world)


def unknown(snapshot: Snapshot) -> dict[str, list[str]]:
    """The ids of the rules that cannot be judged in full, with the kinds that they lack."""
    lacking = {
        rule.id: [kind.group_resource for kind in rule.kinds if kind.group_resource in snapshot.unread]
        for rule in RULES.values()
    }
    return {identifier: kinds for identifier, kinds in lacking.items() if kinds}
