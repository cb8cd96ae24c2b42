# SPDX-License-Identifier: GPL-3.0-or-later
"""The API resources that the operator reads and writes."""

from __future__ import annotations

from typing import NamedTuple

SELDON = "mlops.seldon.io"


class Resource(NamedTuple):
    kind: str
    group: str
    version: str
    plural: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def go_type(self) -> str:
        return f"*{self.version}.{self.kind}"

    def path(self, namespace: str, name: str = "", subresource: str = "") -> str:
        """URL path; an empty namespace is the collection of all namespaces."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        parts = [root, f"namespaces/{namespace}" if namespace else "", self.plural, name, subresource]
        return "/".join(part for part in parts if part)


MODEL = Resource("Model", SELDON, "v1alpha1", "models")
SERVER = Resource("Server", SELDON, "v1alpha1", "servers")
SERVER_CONFIG = Resource("ServerConfig", SELDON, "v1alpha1", "serverconfigs")
EXPERIMENT = Resource("Experiment", SELDON, "v1alpha1", "experiments")
PIPELINE = Resource("Pipeline", SELDON, "v1alpha1", "pipelines")
RUNTIME = Resource("SeldonRuntime", SELDON, "v1alpha1", "seldonruntimes")
SELDON_CONFIG = Resource("SeldonConfig", SELDON, "v1alpha1", "seldonconfigs")
STATEFUL_SET = Resource("StatefulSet", "apps", "v1", "statefulsets")
DEPLOYMENT = Resource("Deployment", "apps", "v1", "deployments")
SERVICE = Resource("Service", "", "v1", "services")
CONFIG_MAP = Resource("ConfigMap", "", "v1", "configmaps")
SERVICE_ACCOUNT = Resource("ServiceAccount", "", "v1", "serviceaccounts")
ROLE = Resource("Role", "rbac.authorization.k8s.io", "v1", "roles")
ROLE_BINDING = Resource("RoleBinding", "rbac.authorization.k8s.io", "v1", "rolebindings")
EVENT = Resource("Event", "", "v1", "events")
LEASE = Resource("Lease", "coordination.k8s.io", "v1", "leases")

# Watched from the start: the kinds of the controllers and what they own.
WATCHED = (
    MODEL,
    SERVER,
    SERVER_CONFIG,
    EXPERIMENT,
    PIPELINE,
    RUNTIME,
    SELDON_CONFIG,
    STATEFUL_SET,
    DEPLOYMENT,
    SERVICE,
)
# A cached client starts watching a kind when it is first read: these wait for the first SeldonRuntime.
WATCHED_ON_READ = (CONFIG_MAP, SERVICE_ACCOUNT, ROLE, ROLE_BINDING)
