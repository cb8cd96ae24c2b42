# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The verdict on the operators of a cluster, or on those that concern some namespaces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.subject import Subject
from ..kube.resources import NAMESPACE
from .conflict import Conflict
from .conflicts import conflicts
from .record import Operator, find_operators, operators_perhaps_watching, operators_watching
from .snapshot import Snapshot


class Verdict(str, Enum):
    """CONFLICT if there is an error; else UNKNOWN if something could not be judged; else OK, possibly with warnings."""

    OK = "ok"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


class State(str, Enum):
    """Whether one, no or several operators watch a namespace, or an unknown number."""

    WATCHED = "watched"
    UNWATCHED = "unwatched"
    CONTESTED = "contested"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Tenant:
    """A namespace that needs an operator. `lookup_namespace` is the namespace of its ServerConfigs; None where unknown."""

    namespace: str
    state: State
    operators: tuple[str, ...]
    lookup_namespace: str | None


@dataclass(frozen=True)
class Judgement:
    """`operators` is None when the Deployments could not be read."""

    verdict: Verdict
    operators: Sequence[Operator] | None
    tenants: Sequence[Tenant]
    conflicts: Sequence[Conflict]


def judge(snapshot: Snapshot, only: Collection[str] | None = None) -> Judgement:
    """The verdict. `only` limits it to operators and conflicts that concern these namespaces; None means all."""
    existing = (
        None
        if snapshot.namespaces is None
        else frozenset(namespace["metadata"]["name"] for namespace in snapshot.namespaces)
    )
    refused = [_refused(words) for words in snapshot.refused]
    absent = [_absent(name, existing) for name in sorted(only or ()) if existing is not None and name not in existing]
    wanted = snapshot.tenants if only is None else frozenset(only)
    if snapshot.deployments is None:
        tenants = [Tenant(name, State.UNKNOWN, (), None) for name in sorted(wanted)]
        return Judgement(Verdict.CONFLICT if absent else Verdict.UNKNOWN, None, tenants, [*absent, *refused])
    operators = find_operators(snapshot.deployments, snapshot.rbac)
    between = conflicts(operators, wanted - {name for conflict in absent for name in conflict.namespaces}, existing)
    if only is not None:
        operators, between = _concerning(frozenset(only), operators, between)
    everything = [*absent, *between, *refused]
    return Judgement(_verdict(everything), operators, [_tenant(name, operators) for name in sorted(wanted)], everything)


def _concerning(
    only: frozenset[str], operators: Sequence[Operator], every: Sequence[Conflict]
) -> tuple[list[Operator], list[Conflict]]:
    near = [operator for operator in operators if any(operator.watch.covers(name) is not False for name in only)]
    titles = {operator.title for operator in near}
    kept = [
        conflict
        for conflict in every
        if (only & set(conflict.namespaces) if conflict.namespaces else titles & set(conflict.operators))
    ]
    return near, kept


def _verdict(every: Sequence[Conflict]) -> Verdict:
    severities = {conflict.diagnostic.severity for conflict in every}
    if Severity.ERROR in severities:
        return Verdict.CONFLICT
    return Verdict.UNKNOWN if Severity.UNKNOWN in severities else Verdict.OK


def _tenant(namespace: str, operators: Sequence[Operator]) -> Tenant:
    watching = operators_watching(operators, namespace)
    perhaps = operators_perhaps_watching(operators, namespace)
    titles = tuple(operator.title for operator in [*watching, *perhaps])
    if len(watching) > 1:
        return Tenant(namespace, State.CONTESTED, titles, None)
    if perhaps:
        return Tenant(namespace, State.UNKNOWN, titles, None)
    if not watching:
        return Tenant(namespace, State.UNWATCHED, (), None)
    return Tenant(namespace, State.WATCHED, titles, watching[0].lookup_namespace.value)


def _refused(words: str) -> Conflict:
    return Conflict(
        Diagnostic(
            Subject(name="the cluster"),
            words,
            next_steps=("run again with credentials that have permission to list them in all namespaces",),
            severity=Severity.UNKNOWN,
            code="read_refused",
        )
    )


def _absent(name: str, existing: frozenset[str] | None) -> Conflict:
    close = get_close_matches(name, existing or (), n=1)
    return Conflict(
        Diagnostic(
            Subject(NAMESPACE.kind, name),
            "does not exist" + (f"; did you mean {close[0]}?" if close else ""),
            next_steps=("correct the name, or create the namespace",),
            code="namespace_absent",
        ),
        namespaces=(name,),
    )
