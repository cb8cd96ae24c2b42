# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether exactly one working operator serves each tenant: what operator_info finds, as rules (TA9xx)."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnosis.diagnostic import Severity as Weight
from ..kube.resources import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, DEPLOYMENT, NAMESPACE, ROLE, ROLE_BINDING
from ..operators.conflict import Conflict
from ..operators.judgement import judge
from ..operators.snapshot import Snapshot as OperatorSnapshot
from .rule import Observation, Observations, Severity, rule
from .world import World, derived

_KINDS = (DEPLOYMENT, NAMESPACE, ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING)
_ASK = "see ml_platform.seldon.operator_info"


@rule(
    "TA901",
    Severity.HIGH,
    title="an operator does not serve its tenant",
    why="there is no operator, or several, or one without its permissions: the team's changes have no effect, or are undone",
    repair=_ASK,
    kinds=_KINDS,
)
def not_served(world: World) -> Observations:
    return _of_weight(world, Weight.ERROR)


@rule(
    "TA902",
    Severity.MEDIUM,
    title="an operator's setup can do harm",
    why="its permissions reach too far, or its settings conflict with another operator's",
    repair=_ASK,
    kinds=_KINDS,
)
def harmful_operator(world: World) -> Observations:
    return _of_weight(world, Weight.WARNING)


@derived
def _conflicts(world: World) -> Sequence[Conflict]:
    """None where the Deployments could not be read. All else that operator_info cannot report is already among the
    unknown kinds.
    """
    snapshot = world.snapshot
    if not snapshot.readable(DEPLOYMENT, NAMESPACE):
        return ()
    names = _names(world)
    only = None if snapshot.asked is None else names
    return judge(
        OperatorSnapshot(snapshot.all(DEPLOYMENT), snapshot.rbac, snapshot.all(NAMESPACE), names), only
    ).conflicts


def _names(world: World) -> frozenset[str]:
    return frozenset(tenant for tenant, _namespace in world.existing)


def _of_weight(world: World, weight: Weight) -> Observations:
    names = _names(world)
    for conflict in _conflicts(world):
        diagnostic = conflict.diagnostic
        if diagnostic.severity is weight:
            only = conflict.namespaces[0] if len(conflict.namespaces) == 1 else ""
            tenant = only if only in names else ""
            yield Observation(tenant, str(diagnostic.subject), diagnostic.message, next_step=diagnostic.next_step)
