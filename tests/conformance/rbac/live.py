# SPDX-License-Identifier: GPL-3.0-or-later
"""Creates a world in a real API server, and asks it and the evaluator the same questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic, sleep

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    NAMESPACE,
    ROLE,
    ROLE_BINDING,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.snapshot import RbacSnapshot
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.access import (
    Access,
    Question,
    Subject,
)

from .worlds import GROUP, NAMESPACES, World, review

THREADS = 6
_KINDS = {resource.plural: resource for resource in (ROLE, CLUSTER_ROLE, ROLE_BINDING, CLUSTER_ROLE_BINDING)}
_REVIEW = Resource("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", False)
_SENTINEL = "rbac-sentinel"
_PATIENCE = 20.0


@dataclass
class Tally:
    """The result of a comparison."""

    answers: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def text(self) -> str:
        counts = ", ".join(f"{count} {answer}" for answer, count in sorted(self.answers.items()))
        return f"{sum(self.answers.values())} questions ({counts}): {len(self.disagreements)} disagreements"


def ask(client: KubeClient, subject: Subject, question: Question) -> bool:
    """The API server's own answer."""
    answer = client.create(
        _REVIEW,
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": dict(review(subject, question)),
        },
    )
    return bool(answer["status"]["allowed"])


def snapshot(client: KubeClient) -> RbacSnapshot:
    """All RBAC objects of the cluster."""
    return RbacSnapshot(
        *(client.list(resource) for resource in (ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING))
    )


def create(client: KubeClient, world: World) -> None:
    """Creates the world; returns once the API server's authorizer has all of it."""
    for name in NAMESPACES:
        _made(client, NAMESPACE, {"metadata": {"name": name}})
    for plural, obj in world.objects:
        resource = _KINDS[plural]
        _made(client, resource, {"apiVersion": resource.api_version, "kind": resource.kind, **obj})
    role = {
        "metadata": {"name": _SENTINEL, "labels": {"rbac.conformance/part": "yes"}},
        "rules": [{"apiGroups": [""], "resources": ["sentinels"], "verbs": ["get"]}],
    }
    _made(client, CLUSTER_ROLE, role)
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "rbac-role-all"}
    subjects = [{"apiGroup": GROUP, "kind": "User", "name": _SENTINEL}]
    _made(client, CLUSTER_ROLE_BINDING, {"metadata": {"name": _SENTINEL}, "roleRef": reference, "subjects": subjects})
    _settle(client)


def _settle(client: KubeClient) -> None:
    """Waits for a last object, which reaches the authorizer only through the controller of aggregated ClusterRoles."""
    end = monotonic() + _PATIENCE
    while not ask(client, Subject(_SENTINEL), Question("get", "", "sentinels")):
        assert monotonic() < end, "the API server does not aggregate ClusterRoles"
        sleep(0.2)


def compare(client: KubeClient, questions: Sequence[tuple[Subject, Question]]) -> Tally:
    """Compares the evaluator's answers with the API server's."""
    access, tally = Access(snapshot(client)), Tally()
    with ThreadPoolExecutor(THREADS) as threads:
        answers = threads.map(lambda pair: ask(client, *pair), questions)
        for (subject, question), allowed in zip(questions, answers, strict=True):
            said = access.decide(subject, question)
            tally.answers["allowed" if allowed else "denied"] += 1
            if said.allowed is not allowed:
                tally.disagreements.append(f"{subject} {question}: the API server says {allowed}, the evaluator {said}")
    return tally


def remove(client: KubeClient, world: World) -> None:
    """Deletes the world's objects."""
    for name in NAMESPACES:
        client.delete(NAMESPACE, None, name)
    for plural, obj in world.objects:
        if plural.startswith("cluster"):
            client.delete(_KINDS[plural], None, obj["metadata"]["name"])
    client.delete(CLUSTER_ROLE_BINDING, None, _SENTINEL)
    client.delete(CLUSTER_ROLE, None, _SENTINEL)


def _made(client: KubeClient, resource: object, obj: dict[str, object]) -> None:
    try:
        client.create(resource, obj)  # type: ignore[arg-type]
    except KubeError as problem:
        raise AssertionError(f"{obj}: {problem}") from problem
