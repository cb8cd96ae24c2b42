# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What pods may ask of their node: the rules about Pod Security (TA3xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..isolation.pod_security.evaluate import evaluate
from ..isolation.pod_security.policy import NEWEST, Level, Policy, parse_minor
from ..kube.known import CRON_JOB, DEPLOYMENT, JOB, NAMESPACE, POD, SERVICE_ACCOUNT, STATEFUL_SET
from ..kube.objects import mapping, name_of, spec_of
from ..kube.types import KubeObject
from ..tenant.namespace import POD_SECURITY
from ..tenant.rbac import DEFAULT_ACCOUNT
from .finding import Findings, Rule, Severity
from .snapshot import labels_of, title_of
from .world import World

_LABEL = "run the deployment playbook for the tenant again: it restores the labels"
_CHANGE_POD = "change the podSpec of the Server or ServerConfig, or the team's manifest"

NOT_ENFORCED = Rule(
    "TA301",
    Severity.HIGH,
    "no Pod Security level is enforced",
    "a pod of the tenant may take over its node, and with it every tenant on it",
    _LABEL,
    (NAMESPACE,),
)
UNPINNED = Rule(
    "TA302",
    Severity.LOW,
    "the Pod Security level is not pinned to a release",
    "an upgrade of the cluster changes what is allowed, unasked",
    _LABEL,
    (NAMESPACE,),
)
SILENT = Rule(
    "TA303",
    Severity.LOW,
    "Pod Security neither audits nor warns",
    "nobody learns what a stricter level would refuse",
    _LABEL,
    (NAMESPACE,),
)
STANDING = Rule(
    "TA304",
    Severity.HIGH,
    "a running pod breaks the enforced level",
    "it was there before the level, or was admitted by an exemption",
    _CHANGE_POD,
    (NAMESPACE, POD),
)
REFUSED = Rule(
    "TA305",
    Severity.MEDIUM,
    "a workload whose pods are refused",
    "its pods never start again once they are gone",
    _CHANGE_POD,
    (NAMESPACE, DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB),
)
TOKEN = Rule(
    "TA306",
    Severity.MEDIUM,
    "pods get a token that they did not ask for",
    "whatever runs in a pod acts as its ServiceAccount",
    "kubectl patch serviceaccount default -p '{\"automountServiceAccountToken\": false}'",
    (SERVICE_ACCOUNT,),
)
PRIORITY = Rule(
    "TA307",
    Severity.MEDIUM,
    "a pod of the tenant has a system's priority",
    "it evicts other teams' pods when a node is full",
    "remove priorityClassName",
    (POD,),
)

_TEMPLATES = (DEPLOYMENT, STATEFUL_SET, JOB, CRON_JOB)


def rules() -> Iterator[Rule]:
    yield from (NOT_ENFORCED, UNPINNED, SILENT, STANDING, REFUSED, TOKEN, PRIORITY)


def find(world: World) -> Findings:
    """For each tenant whose namespace could be read."""
    for tenant in world.tenants:
        if tenant.namespace is None:
            continue
        policy = enforced(tenant.namespace)
        yield from _of_labels(tenant.name, tenant.namespace, policy)
        if policy is not None:
            yield from _of_workloads(world, tenant.name, policy)
        for pod in world.snapshot.inside(POD, tenant.name):
            priority = spec_of(pod).get("priorityClassName")
            if isinstance(priority, str) and priority.startswith("system-"):
                yield PRIORITY.found(
                    tenant.name, title_of(pod), f"has priorityClassName {priority}", "spec.priorityClassName"
                )
        for account in world.snapshot.inside(SERVICE_ACCOUNT, tenant.name):
            if name_of(account) == DEFAULT_ACCOUNT and account.get("automountServiceAccountToken") is not False:
                yield TOKEN.found(
                    tenant.name,
                    title_of(account),
                    "automountServiceAccountToken is not false",
                    "automountServiceAccountToken",
                )


def enforced(namespace: KubeObject) -> Policy | None:
    """What the namespace's labels enforce; None where that is nothing. An invalid level means restricted to the API server, an invalid release latest."""
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


def _of_labels(tenant: str, namespace: KubeObject, policy: Policy | None) -> Findings:
    labels, title = labels_of(namespace), f"Namespace {tenant}"
    if policy is None or policy.level is Level.PRIVILEGED:
        said = "has no level" if policy is None else "has level privileged"
        yield NOT_ENFORCED.found(tenant, title, said, f"metadata.labels.{POD_SECURITY}enforce")
    elif policy.minor is None:
        yield UNPINNED.found(tenant, title, f"enforces {policy}", f"metadata.labels.{POD_SECURITY}enforce-version")
    missing = [mode for mode in ("audit", "warn") if f"{POD_SECURITY}{mode}" not in labels]
    if missing:
        yield SILENT.found(
            tenant, title, f"has no label for {' and '.join(missing)}", f"metadata.labels.{POD_SECURITY}{missing[0]}"
        )


def _of_workloads(world: World, tenant: str, policy: Policy) -> Findings:
    release = world.snapshot.minor or NEWEST
    for pod in world.snapshot.inside(POD, tenant):
        if mapping(pod.get("status")).get("phase") not in ("Succeeded", "Failed"):
            yield from _judged(STANDING, tenant, pod, pod, policy, release, "")
    for resource in _TEMPLATES:
        for owner in world.snapshot.inside(resource, tenant):
            spec, path = spec_of(owner), "spec.template."
            if resource == CRON_JOB:
                spec, path = mapping(mapping(spec.get("jobTemplate")).get("spec")), "spec.jobTemplate.spec.template."
            yield from _judged(REFUSED, tenant, owner, mapping(spec.get("template")), policy, release, path)


def _judged(
    rule: Rule, tenant: str, owner: KubeObject, pod: Mapping[str, Any], policy: Policy, release: int, path: str
) -> Findings:
    said = evaluate(pod.get("metadata"), pod.get("spec"), policy, release)
    for violation in said.violations:
        place = next(iter(violation.forbidden.places), None)
        evidence = f"{violation.forbidden.reason} ({violation.forbidden.detail}) is not allowed by {policy}"
        yield rule.found(
            tenant, title_of(owner), evidence, f"{path}{place.field}" if place else "", place.next_step if place else ""
        )
