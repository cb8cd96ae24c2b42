# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds that occur in team folders, and whether they are applied. docs/team-manifests.md documents them."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube.resources import RBAC_GROUP, SELDON_GROUP

MONITORING_GROUP = "monitoring.coreos.com"


@dataclass(frozen=True)
class TeamKind:
    """A kind that a rule names. ``versions``: the newest last; any of them that the cluster serves may be used."""

    group: str
    kind: str
    versions: tuple[str, ...]

    @property
    def group_kind(self) -> str:
        """``Deployment.apps`` or, in the core group, ``Service``."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def api_version(self) -> str:
        """The newest apiVersion."""
        return f"{self.group}/{self.versions[-1]}" if self.group else self.versions[-1]


@dataclass(frozen=True)
class LeftKind(TeamKind):
    """A kind that the platform manages: the reason why it is not applied, and the next step for a team."""

    reason: str
    next_step: str


APPLIED = (
    TeamKind(SELDON_GROUP, "ServerConfig", ("v1alpha1",)),
    TeamKind(SELDON_GROUP, "Server", ("v1alpha1",)),
    TeamKind(SELDON_GROUP, "Model", ("v1alpha1",)),
    TeamKind(SELDON_GROUP, "Experiment", ("v1alpha1",)),
    TeamKind(SELDON_GROUP, "Pipeline", ("v1alpha1",)),
    TeamKind("", "ConfigMap", ("v1",)),
    TeamKind("", "Secret", ("v1",)),
    TeamKind("", "ServiceAccount", ("v1",)),
    TeamKind("", "PersistentVolumeClaim", ("v1",)),
    TeamKind("", "Service", ("v1",)),
    TeamKind("networking.k8s.io", "Ingress", ("v1",)),
    TeamKind("apps", "Deployment", ("v1",)),
    TeamKind("apps", "StatefulSet", ("v1",)),
    TeamKind("batch", "Job", ("v1",)),
    TeamKind("batch", "CronJob", ("v1",)),
    TeamKind("policy", "PodDisruptionBudget", ("v1",)),
    TeamKind("autoscaling", "HorizontalPodAutoscaler", ("v1", "v2")),
)

_ASK = "remove it, or ask the platform team to change the tenant's"
_MONITORING = "the platform scrapes, alerts and routes for every tenant itself"

NAMESPACE_REASON = "the platform creates the namespace, with its labels and pod security level"
NAMESPACE_STEP = f"{_ASK} namespace settings"

LEFT = (
    LeftKind("", "ResourceQuota", ("v1",), "the platform sets the quota", f"{_ASK} quota"),
    LeftKind("", "LimitRange", ("v1",), "the platform computes the limits from the ServerConfigs", f"{_ASK} limits"),
    LeftKind(RBAC_GROUP, "Role", ("v1",), "the platform decides who may do what", f"{_ASK} access"),
    LeftKind(RBAC_GROUP, "RoleBinding", ("v1",), "the platform decides who may do what", f"{_ASK} access"),
    LeftKind(
        "networking.k8s.io",
        "NetworkPolicy",
        ("v1",),
        "policies add up, so one more could open what the platform closes",
        f"{_ASK} network flows",
    ),
    LeftKind(
        SELDON_GROUP, "SeldonRuntime", ("v1alpha1",), "the platform runs the tenant's one runtime", f"{_ASK} runtime"
    ),
    LeftKind(
        SELDON_GROUP, "SeldonConfig", ("v1alpha1",), "the platform offers its own to the tenant", f"{_ASK} runtime"
    ),
    LeftKind(MONITORING_GROUP, "ServiceMonitor", ("v1",), _MONITORING, f"{_ASK} monitoring"),
    LeftKind(MONITORING_GROUP, "PodMonitor", ("v1",), _MONITORING, f"{_ASK} monitoring"),
    LeftKind(MONITORING_GROUP, "PrometheusRule", ("v1",), _MONITORING, f"{_ASK} alerts"),
    LeftKind(MONITORING_GROUP, "AlertmanagerConfig", ("v1alpha1", "v1beta1"), _MONITORING, f"{_ASK} alert routing"),
)

# Kinds without a namespace, for checks without a cluster.
CLUSTER_SCOPED = frozenset(
    {
        "APIService.apiregistration.k8s.io",
        "CertificateSigningRequest.certificates.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io",
        "CSIDriver.storage.k8s.io",
        "CustomResourceDefinition.apiextensions.k8s.io",
        "IngressClass.networking.k8s.io",
        "MutatingAdmissionPolicy.admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "Node",
        "PersistentVolume",
        "PriorityClass.scheduling.k8s.io",
        "RuntimeClass.node.k8s.io",
        "StorageClass.storage.k8s.io",
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
    }
)
