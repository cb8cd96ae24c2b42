# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The resources that this collection uses by name; all others come from discovery."""

from __future__ import annotations

from .resource import Resource

RBAC_GROUP = "rbac.authorization.k8s.io"
SELDON_GROUP = "mlops.seldon.io"

NAMESPACE = Resource("", "v1", "namespaces", "Namespace", False)
CONFIG_MAP = Resource("", "v1", "configmaps", "ConfigMap", True)
SECRET = Resource("", "v1", "secrets", "Secret", True)
SERVICE = Resource("", "v1", "services", "Service", True)
SERVICE_ACCOUNT = Resource("", "v1", "serviceaccounts", "ServiceAccount", True)
POD = Resource("", "v1", "pods", "Pod", True)
PERSISTENT_VOLUME = Resource("", "v1", "persistentvolumes", "PersistentVolume", False)
PERSISTENT_VOLUME_CLAIM = Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True)
EVENT = Resource("", "v1", "events", "Event", True)
STORAGE_CLASS = Resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", False)
PRIORITY_CLASS = Resource("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", False)
RUNTIME_CLASS = Resource("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", False)
INGRESS_CLASS = Resource("networking.k8s.io", "v1", "ingressclasses", "IngressClass", False)
INGRESS = Resource("networking.k8s.io", "v1", "ingresses", "Ingress", True)
HORIZONTAL_POD_AUTOSCALER = Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True)
RESOURCE_QUOTA = Resource("", "v1", "resourcequotas", "ResourceQuota", True)
LIMIT_RANGE = Resource("", "v1", "limitranges", "LimitRange", True)
DEPLOYMENT = Resource("apps", "v1", "deployments", "Deployment", True)
STATEFUL_SET = Resource("apps", "v1", "statefulsets", "StatefulSet", True)
JOB = Resource("batch", "v1", "jobs", "Job", True)
CRON_JOB = Resource("batch", "v1", "cronjobs", "CronJob", True)
ROLE = Resource(RBAC_GROUP, "v1", "roles", "Role", True)
ROLE_BINDING = Resource(RBAC_GROUP, "v1", "rolebindings", "RoleBinding", True)
CLUSTER_ROLE = Resource(RBAC_GROUP, "v1", "clusterroles", "ClusterRole", False)
CLUSTER_ROLE_BINDING = Resource(RBAC_GROUP, "v1", "clusterrolebindings", "ClusterRoleBinding", False)
CUSTOM_RESOURCE_DEFINITION = Resource(
    "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", False
)
VALIDATING_ADMISSION_POLICY = Resource(
    "admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", False
)
VALIDATING_ADMISSION_POLICY_BINDING = Resource(
    "admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", False
)
NETWORK_POLICY = Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", True)
ENDPOINT_SLICE = Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", True)
SELF_SUBJECT_ACCESS_REVIEW = Resource(
    "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", False
)

SERVER = Resource(SELDON_GROUP, "v1alpha1", "servers", "Server", True)
SERVER_CONFIG = Resource(SELDON_GROUP, "v1alpha1", "serverconfigs", "ServerConfig", True)
MODEL = Resource(SELDON_GROUP, "v1alpha1", "models", "Model", True)
EXPERIMENT = Resource(SELDON_GROUP, "v1alpha1", "experiments", "Experiment", True)
PIPELINE = Resource(SELDON_GROUP, "v1alpha1", "pipelines", "Pipeline", True)
SELDON_RUNTIME = Resource(SELDON_GROUP, "v1alpha1", "seldonruntimes", "SeldonRuntime", True)
SELDON_CONFIG = Resource(SELDON_GROUP, "v1alpha1", "seldonconfigs", "SeldonConfig", True)

SELDON_RESOURCES = (SERVER, SERVER_CONFIG, MODEL, EXPERIMENT, PIPELINE, SELDON_RUNTIME, SELDON_CONFIG)
