# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects that Kubernetes itself creates, so that nobody has applied them.

https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ (ServiceAccount controller),
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#auto-reconciliation, and
https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#maintenance-of-the-mandatory-and-suggested-configuration-objects.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.resource import Resource
from ..kube.resources import CONFIG_MAP, SERVICE, SERVICE_ACCOUNT
from ..kube.types import KubeObject

_DEFAULT_ACCOUNT = "default"
_ROOT_CA = "kube-root-ca.crt"
_RESTORED: Mapping[str, tuple[str, str]] = {
    "rbac.authorization.k8s.io": ("kubernetes.io/bootstrapping", "rbac-defaults"),
    "flowcontrol.apiserver.k8s.io": ("apf.kubernetes.io/autoupdate-spec", "true"),
}
"""The label or annotation, by group, of objects that the API server writes again at each start."""


def is_nobodys(resource: Resource, live: KubeObject) -> bool:
    """Whether Kubernetes created the object empty for anybody to fill, and nobody has."""
    if resource != SERVICE_ACCOUNT or live["metadata"]["name"] != _DEFAULT_ACCOUNT:
        return False
    # Its content decides: the API server does not record who changes an object that began without managedFields.
    return not {*live, *live["metadata"]} & {
        "labels",
        "annotations",
        "imagePullSecrets",
        "secrets",
        "automountServiceAccountToken",
    }


def is_restored(resource: Resource, namespace: str, name: str, live: KubeObject | None) -> bool:
    """Whether Kubernetes writes the object's content, and restores it after a change."""
    if resource == CONFIG_MAP:
        return name == _ROOT_CA
    if resource == SERVICE:
        return (namespace, name) == ("default", "kubernetes")
    if live is None or resource.group not in _RESTORED:
        return False
    key, value = _RESTORED[resource.group]
    metadata = live["metadata"]
    return {**(metadata.get("annotations") or {}), **(metadata.get("labels") or {})}.get(key) == value
