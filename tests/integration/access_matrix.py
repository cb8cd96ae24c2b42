# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that somebody may do: each verb on each resource that the API server serves, asked with that somebody's credential."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from tests.integration.personas import Persona

CLUSTER = "cluster"
THREADS = 4
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class Action(NamedTuple):
    """A verb on a resource (``pods/exec``); of the core group where ``group`` is empty."""

    group: str
    resource: str
    verb: str

    @property
    def target(self) -> str:
        """``pods/exec`` or ``models.mlops.seldon.io/scale``, as kubectl writes it."""
        plural, slash, subresource = self.resource.partition("/")
        return f"{plural}.{self.group}{slash}{subresource}" if self.group else self.resource


class Served(NamedTuple):
    """The actions of one cluster by where they can be asked for."""

    namespaced: frozenset[Action]
    cluster_scoped: frozenset[Action]


# What the API server authorizes beyond what its discovery lists.
_ESCALATION = {
    Action("rbac.authorization.k8s.io", "roles", "escalate"): True,
    Action("rbac.authorization.k8s.io", "roles", "bind"): True,
    Action("", "serviceaccounts", "impersonate"): True,
    Action("rbac.authorization.k8s.io", "clusterroles", "escalate"): False,
    Action("rbac.authorization.k8s.io", "clusterroles", "bind"): False,
    Action("", "users", "impersonate"): False,
    Action("", "groups", "impersonate"): False,
    Action("authentication.k8s.io", "uids", "impersonate"): False,
    Action("certificates.k8s.io", "signers", "approve"): False,
    Action("certificates.k8s.io", "signers", "sign"): False,
    Action("", "nodes/log", "get"): False,
    Action("", "nodes/metrics", "get"): False,
    Action("", "nodes/stats", "get"): False,
}
_FINALIZED = ("mlops.seldon.io", "apps", "batch", "")
_PATHS = ("/metrics", "/logs/", "/debug/pprof/", "/configz", "/flagz", "/statusz")


def served_actions(asking: Persona) -> Served:
    """From discovery, with the special verbs, and with the finalizers of what controllers work on."""
    namespaced = {action for action, inside in _ESCALATION.items() if inside}
    cluster_scoped = {action for action, inside in _ESCALATION.items() if not inside}
    for group, item in _resources(asking):
        actions = namespaced if item["scope"] == "Namespaced" else cluster_scoped
        plural = item["resource"]
        actions |= {Action(group, plural, verb) for verb in item["verbs"]}
        actions |= {
            Action(group, f"{plural}/{sub['subresource']}", verb)
            for sub in item.get("subresources", [])
            for verb in sub["verbs"]
        }
        if group in _FINALIZED:
            actions.add(Action(group, f"{plural}/finalizers", "update"))
    return Served(frozenset(namespaced), frozenset(cluster_scoped))


def access_of(asking: Persona, served: Served, namespaces: Sequence[str]) -> dict[str, set[Action]]:
    """What is allowed, by namespace, and under CLUSTER for the whole cluster: every namespace at once, and what is in none."""
    found: dict[str, set[Action]] = {place: set() for place in (*namespaces, CLUSTER)}
    paths = [Action("", path, "get") for path in _PATHS]
    with ThreadPoolExecutor(THREADS) as threads:

        def ask(questions: Sequence[tuple[str, Action]]) -> None:
            parts = [questions[first::THREADS] for first in range(THREADS)]
            for part in threads.map(lambda part: _allowed(asking, part), parts):
                for place, action in part:
                    found[place].add(action)

        ask([(namespace, action) for namespace in namespaces for action in sorted(served.namespaced)])
        # What is granted for every namespace at once is granted in each of them: only that is asked again.
        everywhere = served.namespaced.intersection(*(found[namespace] for namespace in namespaces))
        ask([(CLUSTER, action) for action in (*sorted(everywhere), *sorted(served.cluster_scoped), *paths)])
    return found


def rules_of(asking: Persona, namespace: str) -> set[Action]:
    """What the API server lists in one answer of its own: rules that name resources, spelt out."""
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    status = asking.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review).body["status"]
    assert not status.get("incomplete")
    return {
        Action(group, resource, verb)
        for rule in status["resourceRules"]
        if not rule.get("resourceNames")
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def table(
    access: Mapping[str, set[Action]],
    common: Mapping[str, set[Action]],
    said: dict[tuple[str, ...], str],
    name: str = "",
) -> list[str]:
    """Lines for people: ``resource: verbs`` by place, without what is common to everybody.

    ``said`` remembers what was listed and for whom, so that nothing long is listed twice.
    """
    lines = []
    for place, actions in access.items():
        verbs: dict[str, list[str]] = defaultdict(list)
        for action in sorted(actions - common.get(place, set())):
            verbs[action.target].append(action.verb)
        rows = [f"    {target}: {' '.join(words)}" for target, words in sorted(verbs.items())]
        if not rows:
            lines.append(f"  {place}: nothing")
        elif tuple(rows) in said:
            lines.append(f"  {place}: as {said[tuple(rows)]}")
        else:
            said[tuple(rows)] = f"{name} in {place}"
            lines += [f"  {place}", *rows]
    return lines


def _allowed(asking: Persona, questions: Sequence[tuple[str, Action]]) -> list[tuple[str, Action]]:
    if not questions:
        return []
    connection, headers = (
        asking.connection(),
        {**asking.headers, "Content-Type": "application/json", "Accept": "application/json"},
    )
    found = []
    for place, action in questions:
        connection.request("POST", _REVIEWS, json.dumps(_review(place, action)), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert response.status == 201, answer
        assert not answer["status"].get("evaluationError"), answer
        if answer["status"]["allowed"]:
            found.append((place, action))
    connection.close()
    return found


def _review(place: str, action: Action) -> dict[str, Any]:
    if action.resource.startswith("/"):
        return _reviewed({"nonResourceAttributes": {"path": action.resource, "verb": action.verb}})
    plural, _, subresource = action.resource.partition("/")
    attributes = {"group": action.group, "resource": plural, "subresource": subresource, "verb": action.verb}
    return _reviewed({"resourceAttributes": {**attributes, "namespace": "" if place == CLUSTER else place}})


def _reviewed(spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec}


def _resources(asking: Persona) -> Iterator[tuple[str, dict[str, Any]]]:
    connection = asking.connection()
    for path in ("/api", "/apis"):
        connection.request("GET", path, headers={**asking.headers, "Accept": _DISCOVERY})
        document = json.loads(connection.getresponse().read())
        for group in document["items"]:
            for version in group["versions"]:
                for item in version["resources"]:
                    yield (group.get("metadata") or {}).get("name", ""), item
