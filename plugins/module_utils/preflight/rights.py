# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the user may do what follows."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ..kube.client import KubeClient
from ..kube.known import RBAC_GROUP, SELDON_GROUP, SELF_SUBJECT_ACCESS_REVIEW
from .problem import Problem

WRITE = ("create", "get", "patch")


@dataclass(frozen=True)
class Need:
    """Verbs on a resource, in ``namespace`` or, where that is empty, in the whole cluster."""

    verbs: tuple[str, ...]
    group: str
    resource: str
    namespace: str = ""

    @property
    def words(self) -> str:
        """Such as ``deployments.apps in namespace seldon-system``."""
        name = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{name} in namespace {self.namespace}" if self.namespace else name


def needs_of_crds(namespace: str) -> list[Need]:
    """To install or upgrade the release of the CRDs."""
    return [
        Need(("create", "get", "patch"), "apiextensions.k8s.io", "customresourcedefinitions"),
        Need(("create", "delete", "get", "list", "update"), "", "secrets", namespace),
    ]


def needs_of_setup(namespace: str) -> list[Need]:
    """To install or upgrade the release of the central operator."""
    return [
        Need(("create", "delete", "get", "list", "update"), "", "secrets", namespace),
        Need(WRITE, "", "serviceaccounts", namespace),
        Need(WRITE, "", "configmaps", namespace),
        Need(WRITE, "apps", "deployments", namespace),
        Need(WRITE, RBAC_GROUP, "roles", namespace),
        Need(WRITE, RBAC_GROUP, "rolebindings", namespace),
        Need(WRITE, SELDON_GROUP, "seldonconfigs", namespace),
        Need(WRITE, SELDON_GROUP, "serverconfigs", namespace),
    ]


def needs_of_guard() -> list[Need]:
    """To create the admission policy that refuses the deletion of Seldon's CRDs."""
    group = "admissionregistration.k8s.io"
    return [Need(WRITE, group, "validatingadmissionpolicies"), Need(WRITE, group, "validatingadmissionpolicybindings")]


def needs_of_network(namespace: str, endpoints: bool) -> list[Need]:
    """To restrict the network of the operators; ``endpoints``: and to find the API server's."""
    read = [Need(("list",), "discovery.k8s.io", "endpointslices", "default")] if endpoints else []
    return [Need(WRITE, "networking.k8s.io", "networkpolicies", namespace), *read]


def needs_of_namespace() -> list[Need]:
    """To create the platform namespace."""
    return [Need(("create",), "", "namespaces")]


def check_rights(client: KubeClient, needs: Sequence[Need], executor: Executor) -> list[Problem]:
    """One problem for each resource with verbs that are refused. A cluster administrator costs one review."""
    questions = sorted({(need, verb) for need in needs for verb in need.verbs}, key=lambda item: (item[0].words, item[1]))
    if not questions or _is_allowed(client, Need(("*",), "*", "*"), "*"):
        return []
    answers = executor.map(lambda item: _is_allowed(client, *item), questions)
    refused: dict[str, list[str]] = {}
    for (need, verb), allowed in zip(questions, answers, strict=True):
        if not allowed:
            refused.setdefault(need.words, []).append(verb)
    step = "grant it to the user of the kubeconfig, or use another context"
    return [Problem(words, f"may not {', '.join(verbs)}", "the right to", step) for words, verbs in refused.items()]


def _is_allowed(client: KubeClient, need: Need, verb: str) -> bool:
    attributes = {"verb": verb, "group": need.group, "resource": need.resource, "namespace": need.namespace}
    review = {
        "apiVersion": SELF_SUBJECT_ACCESS_REVIEW.api_version,
        "kind": SELF_SUBJECT_ACCESS_REVIEW.kind,
        "spec": {"resourceAttributes": attributes},
    }
    answer = client.create(SELF_SUBJECT_ACCESS_REVIEW, review)
    return bool((answer.get("status") or {}).get("allowed"))
