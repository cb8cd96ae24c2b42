# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's namespace, and whether an existing one may become it."""

from __future__ import annotations

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.resources import NAMESPACE
from ...kube.terminating import until_gone
from ...kube.types import KubeObject
from ...ownership.labels import TENANT, tenant_labels
from ...ownership.managed_fields import CONTROLLERS, ownerships
from ...ownership.owners import owned_by
from ..options.tenant_options import TenantOptions

POD_SECURITY = "pod-security.kubernetes.io/"


def namespace(options: TenantOptions) -> KubeObject:
    """With Pod Security labels, each pinned to a version so that a cluster upgrade changes nothing unasked."""
    levels = options.pod_security
    security: dict[str, str] = {}
    for mode, level in (("enforce", levels.enforce), ("audit", levels.audit), ("warn", levels.warn)):
        security[f"{POD_SECURITY}{mode}"] = level
        security[f"{POD_SECURITY}{mode}-version"] = levels.version
    metadata: KubeObject = {
        "name": options.name,
        "labels": {**options.labels, **tenant_labels(options.name), **security},
    }
    if options.annotations:
        metadata["annotations"] = dict(options.annotations)
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def check_namespace(options: TenantOptions, live: KubeObject | None, field_manager: str) -> list[Diagnostic]:
    """Refuses a namespace that is being deleted, and one that somebody else made, unless adopting it was asked for."""
    if live is None:
        return []
    metadata = live.get("metadata") or {}
    subject = Subject(NAMESPACE.kind, options.name)
    if metadata.get("deletionTimestamp"):
        step = until_gone(options.name)
        return [Diagnostic(subject, "is being deleted", "metadata.deletionTimestamp", next_steps=(step,))]
    owner = (metadata.get("labels") or {}).get(TENANT)
    if owner not in (None, options.name):
        message, field = f"carries {TENANT}={owner}, another tenant's name", f"metadata.labels.{TENANT}"
        return [Diagnostic(subject, message, field, next_steps=("choose another name",))]
    # The label alone proves nothing: anyone with permission to label namespaces could have set it.
    if options.adopt or (owner == options.name and owned_by(live, field_manager)):
        return []
    managers = ", ".join(f'"{name}"' for name in _managers(live)) or "an unknown field manager"
    message = f"exists and was not created for this tenant, but by {managers}"
    step = "to use it for this tenant, set tenant_namespace_adopt: true; its other labels are kept"
    return [Diagnostic(subject, message, "metadata.managedFields", next_steps=(step,))]


def _managers(live: KubeObject) -> list[str]:
    """Field managers that wrote the namespace, without the controllers that keep its status."""
    return sorted(
        {entry.manager for entry in ownerships(live) if not entry.subresource and entry.manager not in CONTROLLERS}
    )
