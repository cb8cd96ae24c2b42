# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the running operators will use for a Server: they look for the name in one namespace, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from ..kube.objects import spec_of
from ..kube.types import KubeObject
from ..operators.record import Operator
from ..seldon.release import condition_type, not_found_reason
from .code import Code
from .config import Config
from .desired import Desired
from .index import Index
from .trace import Scope

_NO_NAME = "ServerType not specified and is required"


class State(str, Enum):
    """FOUND, ABSENT: one operator works for the namespace. PLANNED: it comes with the next run. The others: nobody,
    several, or untold.
    """

    FOUND = "found"
    ABSENT = "absent"
    PLANNED = "planned"
    LOOKUP_FAILS = "lookup-fails"
    UNMANAGED = "unmanaged"
    CONTESTED = "contested"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Actual:
    """``operators`` are ``namespace/name`` of those concerned. ``config`` is there for FOUND, and for PLANNED if there
    will be one.

    ``message`` says why there is none, or why ``error`` is set. ``reason`` is the text that the Server's ``condition``
    carries for ABSENT.
    """

    state: State
    operators: tuple[str, ...] = ()
    lookup_namespace: str | None = None
    config: Config | None = None
    error: Code | None = None
    message: str = ""
    next_step: str = ""
    condition: str = ""
    reason: str = ""
    operator: Operator | None = None


def actually(server: KubeObject, namespace: str, desired: Desired, index: Index) -> Actual:
    """One Server. ``namespace`` is its own."""
    operators = index.operators(namespace)
    if operators is None and not index.snapshot.live:
        return Actual(
            State.UNKNOWN,
            message=f"no cluster was asked which operator works for {namespace}",
            next_step="ask the cluster",
        )
    if operators is None:
        return Actual(
            State.UNKNOWN,
            message="the operators' Deployments could not be read",
            next_step="use credentials that may list Deployments",
        )
    watching, perhaps = operators
    titles = tuple(operator.title for operator in [*watching, *perhaps])
    if len(watching) > 1:
        return Actual(
            State.CONTESTED,
            titles,
            error=Code.AMBIGUOUS_OPERATOR,
            message=f"{namespace} is watched by {len(titles)} operators, {', '.join(titles)}",
            next_step="leave exactly one: limit the other's --watch-namespaces, or delete it",
        )
    if perhaps:
        return Actual(
            State.UNKNOWN,
            titles,
            message=f"whether {', '.join(operator.title for operator in perhaps)} watches {namespace} cannot be told",
            next_step="give that operator's container literal arguments and env values",
        )
    if not watching:
        return _planned(namespace, desired) if index.policy.planned else _unmanaged(namespace, index)
    return _looked_up(watching[0], server, namespace, desired, index)


def _planned(namespace: str, desired: Desired) -> Actual:
    """Strategy ``dedicated`` after the run: own ServerConfigs, and copies of the platform's."""
    offered = desired.config if desired.error is None and desired.scope in (Scope.OWN, Scope.PLATFORM) else None
    message = step = ""
    if desired.scope is Scope.SHARED and desired.config is not None:
        message = f"{namespace}'s operator looks there only, and runs offer the platform's ServerConfigs, not those of {desired.config.namespace}"
        step = f"copy {desired.config.title} to {namespace}"
    return Actual(State.PLANNED, lookup_namespace=namespace, config=offered, message=message, next_step=step)


def _unmanaged(namespace: str, index: Index) -> Actual:
    idle = tuple(
        operator.title
        for operator in index.snapshot.operators or ()
        if not operator.running and operator.watch.covers(namespace)
    )
    if idle:
        message, step = (
            f"{namespace} is watched by {', '.join(idle)} only, which has no ready pod",
            f"bring {', '.join(idle)} up",
        )
    else:
        message, step = (
            f"no operator watches {namespace}: nothing happens to its Servers",
            f"give it an operator: {run(namespace)}",
        )
    return Actual(State.UNMANAGED, idle, error=Code.UNMANAGED, message=message, next_step=step)


def _looked_up(operator: Operator, server: KubeObject, namespace: str, desired: Desired, index: Index) -> Actual:
    titles, lookup = (operator.title,), operator.lookup_namespace
    condition = condition_type(operator.version)
    if lookup.value is None:
        return Actual(
            State.UNKNOWN,
            titles,
            message=f"{operator.title} looks in a namespace that cannot be told: {lookup.unknown}",
            next_step="give its env POD_NAMESPACE a literal value or the fieldRef metadata.namespace",
            operator=operator,
        )
    if not lookup.value or operator.watch.covers(lookup.value) is False:
        where = (
            f"in {lookup.value}, which it does not watch"
            if lookup.value
            else "in no namespace, since its env POD_NAMESPACE is empty"
        )
        return Actual(
            State.LOOKUP_FAILS,
            titles,
            lookup.value,
            error=Code.LOOKUP_FAILS,
            message=f"{operator.title} looks {where}: every look-up fails",
            next_step=f"set its env POD_NAMESPACE to {namespace} and let it watch that",
            condition=condition,
            operator=operator,
        )
    if index.policy.planned and lookup.value == namespace:
        planned = _planned(namespace, desired)
        return replace(planned, operators=titles, operator=operator)
    refusal = index.snapshot.server_configs.refusal_of(lookup.value, desired.reference)
    if refusal is not None:
        words = f": {refusal.words}" if refusal.words else ""
        return Actual(
            State.UNKNOWN,
            titles,
            lookup.value,
            message=f"ServerConfigs of {lookup.value}, where {operator.title} looks, could not be read{words}",
            next_step="use credentials that may read them",
            operator=operator,
        )
    return _found(operator, server, namespace, desired, index, lookup.value, condition)


def _found(
    operator: Operator, server: KubeObject, namespace: str, desired: Desired, index: Index, lookup: str, condition: str
) -> Actual:
    wanted = spec_of(server).get("serverConfig")
    reference = wanted if isinstance(wanted, str) else ""
    config = index.configs.get((lookup, reference))
    ignores = lookup != namespace and (namespace, reference) in index.configs
    error = Code.SCOPE_UNSUPPORTED if ignores else None
    message = (
        f"{operator.title} looks in {lookup} only: it ignores the ServerConfig {namespace}/{reference}"
        if ignores
        else ""
    )
    step = f"give {namespace} an operator of its own: {run(namespace)}" if ignores else ""
    if config is not None:
        return Actual(State.FOUND, (operator.title,), lookup, config, error, message, step, operator=operator)
    reason = not_found_reason(reference, operator.version) if reference else _NO_NAME
    if not ignores:
        message = f"{operator.title} looks in {lookup} only, and there is none"
        step = (
            f"a run offers it in {namespace}: {run(namespace)}"
            if desired.scope is Scope.PLATFORM and lookup == namespace
            else ""
        )
    return Actual(State.ABSENT, (operator.title,), lookup, None, error, message, step, condition, reason, operator)


def run(namespace: str) -> str:
    """The command that deploys a tenant again."""
    return f"ansible-playbook -i inventory.yml playbooks/seldon-deploy.yml --limit {namespace}"
