# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the user may do what follows."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from ..kube.client import KubeClient
from ..kube.known import RBAC_GROUP, SELDON_GROUP
from ..kube.rights import NEXT_STEP, WRITE, Need, missing_rights
from .problem import Problem


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


def needs_of_network(namespace: str, endpoints: bool) -> list[Need]:
    """To restrict the network of the operators; ``endpoints``: and to find the API server's."""
    read = [Need(("list",), "discovery.k8s.io", "endpointslices", "default")] if endpoints else []
    return [Need(WRITE, "networking.k8s.io", "networkpolicies", namespace), *read]


def needs_of_namespace() -> list[Need]:
    """To create the platform namespace."""
    return [Need(("create",), "", "namespaces")]


def check_rights(client: KubeClient, needs: Sequence[Need], executor: Executor) -> list[Problem]:
    """One problem for each resource with verbs that are refused."""
    refused = missing_rights(client, needs, executor)
    return [
        Problem(words, f"may not {', '.join(verbs)}", "the right to", NEXT_STEP) for words, verbs in refused.items()
    ]
