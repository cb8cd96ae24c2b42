# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks the permissions for the changes of the run."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.client import KubeClient
from ..kube.permissions import NEXT_STEP, WRITE, Need, missing_permissions
from ..kube.resources import RBAC_GROUP, SELDON_GROUP


def needs_of_crds(namespace: str) -> list[Need]:
    """Permissions to install or upgrade the release of the CRDs."""
    return [
        Need(("create", "get", "patch"), "apiextensions.k8s.io", "customresourcedefinitions"),
        Need(("create", "delete", "get", "list", "update"), "", "secrets", namespace),
    ]


def needs_of_setup(namespace: str) -> list[Need]:
    """Permissions to install or upgrade the release of the central operator."""
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
    """Permissions to restrict the network of the operators; ``endpoints``: also to read those of the API server."""
    read = [Need(("list",), "discovery.k8s.io", "endpointslices", "default")] if endpoints else []
    return [Need(WRITE, "networking.k8s.io", "networkpolicies", namespace), *read]


def needs_of_namespace() -> list[Need]:
    """Permissions to create the platform namespace."""
    return [Need(("create",), "", "namespaces")]


def check_permissions(client: KubeClient, needs: Sequence[Need], executor: Executor) -> list[Diagnostic]:
    """One problem for each resource with verbs that are refused."""
    refused = missing_permissions(client, needs, executor)
    return [
        Diagnostic(Subject(name=words), f"no permission to {', '.join(verbs)}", next_steps=(NEXT_STEP,))
        for words, verbs in refused.items()
    ]
