# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about Pod Security (TA3xx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..isolation.pod_security.evaluate import evaluate
from ..isolation.pod_security.policy import NEWEST, Level, Policy, parse_minor
from ..kube.objects import mapping, name_of, spec_of
from ..kube.resources import CRON_JOB, DEPLOYMENT, JOB, NAMESPACE, POD, SERVICE_ACCOUNT, STATEFUL_SET
from ..kube.types import KubeObject
from ..tenant.access.team_rbac import DEFAULT_ACCOUNT
from ..tenant.guard_rails.namespace import POD_SECURITY
from .rule import DEPLOY_AGAIN, Finder, Observation, Observations, Rule, Severity, rule
from .snapshot import labels_of, title_of
from .world import World

_CHANGE_POD = "change the podSpec of the Server or ServerConfig, or the team's manifest"
_TEMPLATES = (DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB)


def _label_rule(id: str, severity: Severity, *, title: str, why: str) -> Callable[[Finder[World]], Rule[World]]:
    repair = f"{DEPLOY_AGAIN}: it restores the labels"
    return rule(id, severity, title=title, why=why, repair=repair, kinds=(NAMESPACE,))


@_label_rule(
    "TA301",
    Severity.HIGH,
    title="no Pod Security level is enforced",
    why="a pod of the tenant may take over its node, and with it every tenant on it",
)
def level_not_enforced(world: World) -> Observations:
    for tenant, namespace in world.existing:
        policy = enforced(namespace)
        if policy is None or policy.level is Level.PRIVILEGED:
            evidence = "has no level" if policy is None else "has level privileged"
            yield _of_label(tenant, evidence, "enforce")


@_label_rule(
    "TA302",
    Severity.LOW,
    title="the Pod Security level is not pinned to a release",
    why="an upgrade of the cluster changes without notice which pods are allowed",
)
def level_not_pinned(world: World) -> Observations:
    for tenant, namespace in world.existing:
        policy = enforced(namespace)
        if policy is not None and policy.level is not Level.PRIVILEGED and policy.minor is None:
            yield _of_label(tenant, f"enforces {policy}", "enforce-version")


@_label_rule(
    "TA303",
    Severity.LOW,
    title="Pod Security neither audits nor warns",
    why="nobody learns what a stricter level would refuse",
)
def level_is_silent(world: World) -> Observations:
    for tenant, namespace in world.existing:
        missing = [mode for mode in ("audit", "warn") if f"{POD_SECURITY}{mode}" not in labels_of(namespace)]
        if missing:
            yield _of_label(tenant, f"has no label for {' and '.join(missing)}", missing[0])


@rule(
    "TA304",
    Severity.HIGH,
    title="a running pod breaks the enforced level",
    why="it was created before the level was set, or an exemption admitted it",
    repair=_CHANGE_POD,
    kinds=(NAMESPACE, POD),
)
def running_pod_breaks_level(world: World) -> Observations:
    for tenant, policy in _enforced(world):
        for pod in world.snapshot.inside(POD, tenant):
            if mapping(pod.get("status")).get("phase") not in ("Succeeded", "Failed"):
                yield from _violations(world, tenant, pod, pod, policy, "")


@rule(
    "TA305",
    Severity.MEDIUM,
    title="a workload whose pods are refused",
    why="its pods are not created again after they are deleted",
    repair=_CHANGE_POD,
    kinds=(NAMESPACE, *_TEMPLATES),
)
def refused_workload(world: World) -> Observations:
    for tenant, policy in _enforced(world):
        for resource in _TEMPLATES:
            for owner in world.snapshot.inside(resource, tenant):
                spec, path = spec_of(owner), "spec.template."
                if resource == CRON_JOB:
                    spec = mapping(mapping(spec.get("jobTemplate")).get("spec"))
                    path = "spec.jobTemplate.spec.template."
                yield from _violations(world, tenant, owner, mapping(spec.get("template")), policy, path)


@rule(
    "TA306",
    Severity.MEDIUM,
    title="pods get a token that they did not ask for",
    why="any code in a pod can act as its ServiceAccount",
    repair="kubectl patch serviceaccount default -p '{\"automountServiceAccountToken\": false}'",
    kinds=(SERVICE_ACCOUNT,),
)
def unasked_token(world: World) -> Observations:
    field = "automountServiceAccountToken"
    for tenant, _namespace in world.existing:
        for account in world.snapshot.inside(SERVICE_ACCOUNT, tenant):
            if name_of(account) == DEFAULT_ACCOUNT and account.get(field) is not False:
                yield Observation(tenant, title_of(account), f"{field} is not false", field)


@rule(
    "TA307",
    Severity.MEDIUM,
    title="a pod of the tenant has a system's priority",
    why="it evicts other teams' pods when a node is full",
    repair="remove priorityClassName",
    kinds=(POD,),
)
def system_priority(world: World) -> Observations:
    for tenant, _namespace in world.existing:
        for pod in world.snapshot.inside(POD, tenant):
            priority = spec_of(pod).get("priorityClassName")
            if isinstance(priority, str) and priority.startswith("system-"):
                evidence = f"has priorityClassName {priority}"
                yield Observation(tenant, title_of(pod), evidence, "spec.priorityClassName")


def enforced(namespace: KubeObject) -> Policy | None:
    """The policy that the namespace's labels enforce; None where they enforce nothing. The API server reads an invalid
    level as restricted, and an invalid release as latest.
    """
    labels = labels_of(namespace)
    level = labels.get(f"{POD_SECURITY}enforce")
    if level is None:
        return None
    try:
        minor = parse_minor(str(labels.get(f"{POD_SECURITY}enforce-version", "latest")))
    except ValueError:
        minor = None
    try:
        return Policy(Level(str(level)), minor)
    except ValueError:
        return Policy(Level.RESTRICTED, minor)


def _of_label(tenant: str, evidence: str, mode: str) -> Observation:
    return Observation(tenant, f"Namespace {tenant}", evidence, f"metadata.labels.{POD_SECURITY}{mode}")


def _enforced(world: World) -> Iterator[tuple[str, Policy]]:
    for tenant, namespace in world.existing:
        policy = enforced(namespace)
        if policy is not None:
            yield tenant, policy


def _violations(
    world: World, tenant: str, owner: KubeObject, pod: Mapping[str, Any], policy: Policy, path: str
) -> Observations:
    """``path`` is that of ``pod`` in ``owner``, with a dot at its end."""
    answer = evaluate(pod.get("metadata"), pod.get("spec"), policy, world.snapshot.minor or NEWEST)
    for violation in answer.violations:
        place = next(iter(violation.forbidden.places), None)
        evidence = f"{violation.forbidden.reason} ({violation.forbidden.detail}) is not allowed by {policy}"
        field, next_step = (f"{path}{place.field}", place.next_step) if place else ("", "")
        yield Observation(tenant, title_of(owner), evidence, field, next_step)
