# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a change of a namespace fits its quotas, and what is wrong with these."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.objects import name_of, spec_of
from ..kube.resources import LIMIT_RANGE, RESOURCE_QUOTA
from ..kube.types import KubeObject
from ..quota.check import check
from ..quota.demand import Demand
from ..quota.limit_ranges import read_limit_ranges
from ..quota.lint import lint_limit_range, lint_quota
from ..quota.object_usage import Admission
from ..quota.report import Report
from ..quota.resource_quota import Quota, live_quota, planned_quota, revised_quota
from .change import Change
from .demands import demands_of, in_a_new_namespace, live_charges
from .state import NamespaceState

QUOTAS, LIMITS = "resourcequotas", "limitranges"


@dataclass(frozen=True)
class Assessment:
    """``lint``: quotas and limit ranges that can never work or silently do nothing. ``demands``: what the report was
    made from.
    """

    report: Report
    lint: tuple[Diagnostic, ...]
    demands: tuple[Demand, ...]


def assess(change: Change, state: NamespaceState, kinds: Collection[str] | None = None) -> Assessment:
    """``kinds``: the resources that the cluster will serve, None if not known."""
    limits = _after(LIMITS, change, state)
    admission = Admission(read_limit_ranges(limits), state.storage_class)
    unread = [
        Demand(Subject(name=f"{resource} of the namespace"), unknown=(why,)) for resource, why in state.refused.items()
    ]
    demands = (*demands_of(change, state, admission), *unread)
    quotas = _after(QUOTAS, change, state)
    lint = [
        diagnostic.about(Subject(LIMIT_RANGE.kind, name_of(obj)))
        for obj in limits
        for diagnostic in lint_limit_range(obj)
    ]
    for obj in quotas:
        others = [other for other in quotas if other is not obj]
        lint += [
            diagnostic.about(Subject(RESOURCE_QUOTA.kind, name_of(obj)))
            for diagnostic in lint_quota(obj, admission.rules, kinds, others)
        ]
    return Assessment(check(quotas_of(change, state), demands), tuple(lint), demands)


def _after(resource: str, change: Change, state: NamespaceState) -> list[KubeObject]:
    """The objects of one kind as they will be, by name. A desired one keeps the status of the live one."""
    live = state.named(resource)
    desired = {name: {**live.get(name, {}), **obj} for name, obj in change.of(resource).items()}
    stays = {name: obj for name, obj in live.items() if not change.removes(resource, name)}
    united = {**stays, **desired}
    return [united[name] for name in sorted(united)]


def quotas_of(change: Change, state: NamespaceState) -> list[Quota]:
    """All quotas as they will be, with what is in use now."""
    live, desired = state.named(QUOTAS), change.of(QUOTAS)
    charges = [*live_charges(state), *([] if state.exists else in_a_new_namespace(change))]
    found = []
    for obj in _after(QUOTAS, change, state):
        name = str(obj["metadata"]["name"])
        if name not in live:
            found.append(planned_quota(obj, charges))
        elif name in desired and spec_of(desired[name]).get("hard") != spec_of(live[name]).get("hard"):
            found.append(revised_quota(live[name], desired[name], charges))
        else:
            found.append(live_quota(live[name]))
    return found
