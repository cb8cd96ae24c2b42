# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether exactly one working operator serves each tenant: what operator_info finds, as rules (TA9xx)."""

from __future__ import annotations

from collections.abc import Iterator

from ..kube.known import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, DEPLOYMENT, NAMESPACE, ROLE, ROLE_BINDING
from ..operators.conflict import Severity as Weight
from ..operators.judgement import judge
from ..operators.snapshot import Snapshot as OperatorSnapshot
from .finding import Findings, Rule, Severity
from .world import World

_KINDS = (DEPLOYMENT, NAMESPACE, ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING)
_ASK = "see ml_platform.seldon.operator_info"

BROKEN = Rule(
    "TA901",
    Severity.HIGH,
    "an operator does not serve its tenant",
    "no operator, or several, or one without the rights: what the team changes does not take effect, or is undone",
    _ASK,
    _KINDS,
)
DOUBTFUL = Rule(
    "TA902",
    Severity.MEDIUM,
    "an operator is set up in a way that may harm",
    "rights that reach too far, or settings that fight with another operator's",
    _ASK,
    _KINDS,
)


def rules() -> Iterator[Rule]:
    yield from (BROKEN, DOUBTFUL)


def find(world: World) -> Findings:
    """Nothing where the Deployments could not be read; what else operator_info cannot tell is among the unknown kinds already."""
    snapshot = world.snapshot
    if not snapshot.readable(DEPLOYMENT, NAMESPACE):
        return
    names = frozenset(tenant.name for tenant in world.tenants if tenant.namespace is not None)
    judged = judge(
        OperatorSnapshot(snapshot.all(DEPLOYMENT), snapshot.rbac, snapshot.all(NAMESPACE), names),
        None if snapshot.asked is None else names,
    )
    for conflict in judged.conflicts:
        rule = {Weight.ERROR: BROKEN, Weight.WARNING: DOUBTFUL}.get(conflict.severity)
        if rule is not None:
            tenant = conflict.namespaces[0] if len(conflict.namespaces) == 1 and conflict.namespaces[0] in names else ""
            yield rule.found(tenant, conflict.object, conflict.what, "", conflict.next_step)
