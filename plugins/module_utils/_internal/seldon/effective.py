# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects that the operator makes of a Server and a ServerConfig: StatefulSet, Services and claims (StatefulSet mode,
2.9 and 2.10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..kube.json_values import json_mapping, texts, whole
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from .capabilities import with_capabilities
from .image import Version
from .merge import merge_over
from .release import validates_scaling

NOT_TRAVELLING = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "meta.helm.sh/release-name",
    "meta.helm.sh/release-namespace",
)
"""Labels and annotations that the operator does not hand on to the pods."""
_NAME = ("app.kubernetes.io/name", "seldon-server")
SERVER_LABEL = "seldon-server-name"
MOST_SERVICES = 1000
"""The largest number of replicas for which Services are listed."""


@dataclass(frozen=True)
class Effective:
    """``labels`` and ``annotations`` are the StatefulSet's; the pod template has the same annotations.

    ``refused``: why the operator does not reconcile this Server at all (2.10 checks the replicas first); empty if it
    does.
    """

    name: str
    namespace: str
    replicas: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    template_labels: Mapping[str, str]
    pod_spec: KubeObject
    volume_claim_templates: tuple[KubeObject, ...]
    refused: str = ""

    @property
    def services(self) -> tuple[str, ...]:
        """The headless Services, one per replica; none has the Server's own name."""
        return tuple(f"{self.name}-{number}" for number in range(min(self.replicas, MOST_SERVICES)))

    @property
    def claims(self) -> tuple[str, ...]:
        """The PersistentVolumeClaims, one per replica and template."""
        templates = [str(template.get("name", "")) for template in self.volume_claim_templates]
        return tuple(f"{template}-{replica}" for template in templates for replica in self.services)

    def template(self) -> KubeObject:
        """``spec.template`` of the StatefulSet."""
        metadata: KubeObject = {"labels": dict(self.template_labels)}
        if self.annotations:
            metadata["annotations"] = dict(self.annotations)
        return {"metadata": metadata, "spec": self.pod_spec}


def effective_over(
    server: KubeObject,
    config: KubeObject,
    pod_spec: KubeObject,
    claims: tuple[KubeObject, ...],
    release: Version | None,
) -> Effective:
    """The objects of a Server. Never raises: parts of a wrong type count as absent. Without a ``release`` the newest is
    assumed.

    ``pod_spec`` and ``claims`` are the ServerConfig's as plain objects, and may become parts of the result.
    """
    wanted = spec_of(server)
    name, metadata = name_of(server), mapping(server.get("metadata"))
    labels = {**travelling(metadata.get("labels"), mapping(config.get("metadata")).get("labels")), _NAME[0]: _NAME[1]}
    return Effective(
        name=name,
        namespace=str(metadata.get("namespace") or ""),
        replicas=replicas_of(server),
        labels=labels,
        annotations=travelling(metadata.get("annotations"), mapping(config.get("metadata")).get("annotations")),
        template_labels={**labels, SERVER_LABEL: name},
        pod_spec=with_capabilities(merge_over(pod_spec, wanted.get("podSpec")), wanted),
        volume_claim_templates=claims,
        refused=_refused(wanted) if validates_scaling(release) else "",
    )


def travelling(server: object, config: object) -> dict[str, str]:
    """Labels or annotations of both objects, as the pods get them: the Server's take precedence, and those of Helm and
    kubectl are removed.
    """
    united = {**texts(config), **texts(server)}
    return {key: value for key, value in sorted(united.items()) if key not in NOT_TRAVELLING}


def replicas_of(server: KubeObject) -> int:
    """spec.replicas; 1 where it is not set."""
    replicas = whole(spec_of(server).get("replicas"))
    return 1 if replicas is None else max(replicas, 0)


def claims_of(spec: Mapping[str, Any]) -> tuple[KubeObject, ...]:
    """The volumeClaimTemplates of a ServerConfig's spec."""
    return tuple(_claim(template) for template in mappings(spec.get("volumeClaimTemplates")))


def _claim(template: Mapping[str, Any]) -> KubeObject:
    return {"name": str(template.get("name") or ""), "spec": json_mapping(template.get("spec"))}


def _refused(spec: Mapping[str, Any]) -> str:
    replicas = whole(spec.get("replicas"))
    least, most = whole(spec.get("minReplicas")), whole(spec.get("maxReplicas"))
    wanted = 1 if replicas is None else replicas
    if least is not None and least > wanted:
        return f"minReplicas {least} is more than replicas {wanted}"
    if most is not None and 0 < most < wanted:
        return f"maxReplicas {most} is less than replicas {wanted}"
    return ""
