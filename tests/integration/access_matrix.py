# SPDX-License-Identifier: GPL-3.0-or-later
"""All permissions of a persona: each verb on each resource that the API server serves, requested with the persona's
credential.
"""

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
    """A verb on a resource (``pods/exec``); an empty ``group`` is the core group."""

    group: str
    resource: str
    verb: str

    @property
    def target(self) -> str:
        """``pods/exec`` or ``models.mlops.seldon.io/scale``, as kubectl writes it."""
        plural, slash, subresource = self.resource.partition("/")
        return f"{plural}.{self.group}{slash}{subresource}" if self.group else self.resource


class Served(NamedTuple):
    """The actions of one cluster, by the scope of their resources."""

    namespaced: frozenset[Action]
    cluster_scoped: frozenset[Action]


# Verbs that the API server authorizes and its discovery does not list.
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
    """The actions from discovery, the special verbs, and the subresource finalizers of kinds with controllers."""
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
    """The allowed actions by namespace, and under CLUSTER for the whole cluster: all namespaces at once, and
    cluster-scoped resources.
    """
    found: dict[str, set[Action]] = {place: set() for place in (*namespaces, CLUSTER)}
    paths = [Action("", path, "get") for path in _PATHS]
    with ThreadPoolExecutor(THREADS) as threads:

        def ask(questions: Sequence[tuple[str, Action]]) -> None:
            parts = [questions[first::THREADS] for first in range(THREADS)]
            for part in threads.map(lambda part: _allowed(asking, part), parts):
                for place, action in part:
                    found[place].add(action)

        ask([(namespace, action) for namespace in namespaces for action in sorted(served.namespaced)])
        # Actions that are allowed in all namespaces at once are allowed in each: only the others are asked there.
        everywhere = served.namespaced.intersection(*(found[namespace] for namespace in namespaces))
        ask([(CLUSTER, action) for action in (*sorted(everywhere), *sorted(served.cluster_scoped), *paths)])
    return found


def rules_of(asking: Persona, namespace: str) -> set[Action]:
    """The actions in a SelfSubjectRulesReview of the API server: its rules that name resources, expanded."""
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
    listed: dict[tuple[str, ...], str],
    name: str = "",
) -> list[str]:
    """Lines ``resource: verbs`` by place, without the actions in ``common``, which everybody may do.

    ``listed`` holds earlier rows and their owner, so that long lists are not repeated.
    """
    lines = []
    for place, actions in access.items():
        verbs: dict[str, list[str]] = defaultdict(list)
        for action in sorted(actions - common.get(place, set())):
            verbs[action.target].append(action.verb)
        rows = [f"    {target}: {' '.join(words)}" for target, words in sorted(verbs.items())]
        if not rows:
            lines.append(f"  {place}: nothing")
        elif tuple(rows) in listed:
            lines.append(f"  {place}: as {listed[tuple(rows)]}")
        else:
            listed[tuple(rows)] = f"{name} in {place}"
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
