# SPDX-License-Identifier: GPL-3.0-or-later
"""Random RBAC objects, subjects and questions. The questions use names from the objects, so that answers differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.access import (
    Question,
    Subject,
    service_account,
)

Json = dict[str, Any]
GROUP = "rbac.authorization.k8s.io"
NAMESPACES = ("rbac-a", "rbac-b", "rbac-c")
ACCOUNTS = ("default", "runner", "seldon-server")
USERS = ("ann", "bob", "eve@example.com")
GROUPS = (
    "team-a",
    "team-b",
    "team",
    "system:authenticated",
    "system:serviceaccounts",
    *(f"system:serviceaccounts:{name}" for name in NAMESPACES),
)
RESOURCES = (
    ("", "secrets"), ("", "pods"), ("", "pods/exec"), ("", "pods/log"), ("", "serviceaccounts"), ("", "serviceaccounts/token"), ("", "services/status"), ("", "nodes/proxy"),
    ("apps", "deployments"), ("apps", "deployments/scale"), ("mlops.seldon.io", "models"), ("mlops.seldon.io", "models/scale"), (GROUP, "roles"), (GROUP, "rolebindings"),
    ("networking.k8s.io", "networkpolicies"), ("", "resourcequotas"),
)  # fmt: skip
VERBS = (
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "impersonate",
    "escalate",
    "bind",
    "use",
)
NAMES = ("", "one", "two", "one-more")
PATHS = ("/metrics", "/logs/", "/logs/kubelet.log", "/healthz", "/healthz/etcd", "/", "/api", "/apis/apps")
URLS = ("*", "/logs/*", "/healthz*", "/metrics", "/", "/apis/*", "/logs/**")
LABEL = "rbac.conformance/part"


@dataclass(frozen=True)
class World:
    """Objects in the order in which they can be created."""

    objects: list[tuple[str, Json]]
    questions: list[tuple[Subject, Question]]


def world(random: Random, roles: int, bindings: int, questions: int) -> World:
    """A random world. ``roles`` is the number of each of the two kinds."""
    objects = [("roles", _role(random, number)) for number in range(roles)]
    objects += [("clusterroles", _cluster_role(random, number)) for number in range(roles)]
    objects.append(("clusterroles", _aggregated()))
    objects += [_binding(random, number, roles) for number in range(bindings)]
    return World(objects, [(_subject(random), _question(random)) for _ in range(questions)])


def _some(random: Random, values: tuple[Any, ...], most: int = 3) -> list[Any]:
    return random.sample(values, random.randint(1, min(most, len(values))))


def _rule(random: Random) -> Json:
    chosen = _some(random, RESOURCES)
    resources = [plural for _group, plural in chosen]
    for wild in ("*", "*/scale", "*/exec", "*/status", "*/*"):
        if random.random() < 0.05:
            resources.append(wild)
    groups = ["*"] if random.random() < 0.1 else sorted({group for group, _plural in chosen})
    verbs = ["*"] if random.random() < 0.1 else _some(random, VERBS, 5)
    rule: Json = {"apiGroups": groups, "resources": resources, "verbs": verbs}
    if random.random() < 0.3:
        rule["resourceNames"] = _some(random, NAMES[1:], 2)
    return rule


def _role(random: Random, number: int) -> Json:
    return {
        "metadata": {"name": f"role-{number}", "namespace": random.choice(NAMESPACES)},
        "rules": [_rule(random) for _ in range(random.randint(0, 3))],
    }


def _cluster_role(random: Random, number: int) -> Json:
    rules = [_rule(random) for _ in range(random.randint(0, 2))]
    if random.random() < 0.4:
        rules.append(
            {
                "nonResourceURLs": _some(random, URLS, 2),
                "verbs": ["*"] if random.random() < 0.2 else _some(random, ("get", "head", "post"), 2),
            }
        )
    labels = {LABEL: "yes"} if random.random() < 0.3 else {}
    return {"metadata": {"name": f"rbac-role-{number}", "labels": labels}, "rules": rules}


def _aggregated() -> Json:
    return {
        "metadata": {"name": "rbac-role-all"},
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {LABEL: "yes"}}]},
        "rules": [],
    }


def _binding(random: Random, number: int, roles: int) -> tuple[str, Json]:
    clusterwide = random.random() < 0.3
    kind = "ClusterRole" if clusterwide or random.random() < 0.4 else "Role"
    name = (
        "rbac-role-all"
        if kind == "ClusterRole" and random.random() < 0.1
        else f"{'rbac-role' if kind == 'ClusterRole' else 'role'}-{random.randrange(roles + 1)}"
    )
    metadata: Json = {"name": f"rbac-binding-{number}"}
    if not clusterwide:
        metadata["namespace"] = random.choice(NAMESPACES)
    reference = {"apiGroup": GROUP, "kind": kind, "name": name}
    subjects = [_named(random) for _ in range(random.randint(0, 3))]
    return "clusterrolebindings" if clusterwide else "rolebindings", {
        "metadata": metadata,
        "roleRef": reference,
        "subjects": subjects,
    }


def _named(random: Random) -> Json:
    roll = random.random()
    if roll < 0.4:
        return {"kind": "ServiceAccount", "name": random.choice(ACCOUNTS), "namespace": random.choice(NAMESPACES)}
    if roll < 0.7:
        return {
            "apiGroup": GROUP,
            "kind": "User",
            "name": random.choice((*USERS, "system:serviceaccount:rbac-a:runner")),
        }
    return {"apiGroup": GROUP, "kind": "Group", "name": random.choice(GROUPS)}


def _subject(random: Random) -> Subject:
    if random.random() < 0.5:
        return service_account(random.choice(NAMESPACES), random.choice(ACCOUNTS))
    groups = tuple(
        _some(
            random,
            (
                "team-a",
                "team-b",
                "team",
                "system:authenticated",
                "system:masters" if random.random() < 0.05 else "team-c",
            ),
        )
    )
    return Subject(random.choice(USERS), groups)


def _question(random: Random) -> Question:
    if random.random() < 0.1:
        return Question(random.choice(("get", "head", "post")), path=random.choice(PATHS))
    group, resource = random.choice(RESOURCES) if random.random() < 0.95 else ("", "resourcequotas/status")
    return Question(
        random.choice(VERBS),
        group,
        resource,
        random.choice((*NAMESPACES, *NAMESPACES, "rbac-absent", "")),
        random.choice(NAMES),
    )


def review(subject: Subject, question: Question) -> Iterator[tuple[str, Json]]:
    """The fields of a SubjectAccessReview's spec."""
    yield "user", subject.user
    yield "groups", list(subject.groups)
    if question.path:
        yield "nonResourceAttributes", {"path": question.path, "verb": question.verb}
        return
    plural, _slash, subresource = question.resource.partition("/")
    asked = {
        "verb": question.verb,
        "group": question.group,
        "resource": plural,
        "subresource": subresource,
        "namespace": question.namespace,
        "name": question.name,
    }
    yield "resourceAttributes", {key: value for key, value in asked.items() if value}
