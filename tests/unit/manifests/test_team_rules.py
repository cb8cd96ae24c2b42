# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of docs/team-manifests.md: kinds that are applied, left to the platform or refused."""

from __future__ import annotations

import copy

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import SELDON_RESOURCES
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.load import load_manifests
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.manifest import Manifest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.team_kinds import (
    APPLIED,
    CLUSTER_SCOPED,
    LEFT,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.team_rules import (
    RuleOptionError,
    TeamObjects,
    sort_team_objects,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.runtime_objects import RUNTIME_OBJECTS
from hypothesis import given
from hypothesis import strategies as st
from manifest_cases import EXAMPLES, FOLDERS, ROOT, builder, manifest

TENANT = "fraud-detection"
ALPHA = "mlops.seldon.io/v1alpha1"
BUILT_IN = [
    Resource("", "v1", "configmaps", "ConfigMap", True),
    Resource("", "v1", "secrets", "Secret", True),
    Resource("", "v1", "services", "Service", True),
    Resource("", "v1", "serviceaccounts", "ServiceAccount", True),
    Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True),
    Resource("", "v1", "pods", "Pod", True),
    Resource("", "v1", "namespaces", "Namespace", False),
    Resource("", "v1", "nodes", "Node", False),
    Resource("", "v1", "resourcequotas", "ResourceQuota", True),
    Resource("", "v1", "limitranges", "LimitRange", True),
    Resource("apps", "v1", "deployments", "Deployment", True),
    Resource("apps", "v1", "statefulsets", "StatefulSet", True),
    Resource("batch", "v1", "jobs", "Job", True),
    Resource("batch", "v1", "cronjobs", "CronJob", True),
    Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", True),
    Resource("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True),
    Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True),
    Resource("networking.k8s.io", "v1", "ingresses", "Ingress", True),
    Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", True),
    Resource("rbac.authorization.k8s.io", "v1", "roles", "Role", True),
    Resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", True),
    Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", False),
    Resource("networking.istio.io", "v1", "virtualservices", "VirtualService", True),
    Resource("example.com", "v1", "tenants", "Tenant", False),
    Resource("serving.knative.dev", "v1", "services", "Service", True),
]
CLUSTER = Discovery([*BUILT_IN, *SELDON_RESOURCES])


def sort(*manifests: Manifest, **options: object) -> TeamObjects:
    numbered = [Manifest(m.object, m.file, m.line, index) for index, m in enumerate(manifests)]
    return sort_team_objects(numbered, TENANT, CLUSTER, **options)  # type: ignore[arg-type]


def refusals(*manifests: Manifest, **options: object) -> list[str]:
    verdict = sort(*manifests, **options)
    return [as_line(ruling.diagnostic) for ruling in verdict.refused]


@pytest.mark.parametrize("kind", APPLIED, ids=lambda kind: kind.group_kind)
def test_applied_kinds(kind: object) -> None:
    for api_version in CLUSTER.versions_of(kind.kind):  # type: ignore[attr-defined]
        if api_version.rpartition("/")[0] == kind.group:  # type: ignore[attr-defined]
            verdict = sort(manifest(api_version, kind.kind, "mine"))  # type: ignore[attr-defined]
            assert [m.namespace for m in verdict.applied] == [TENANT]
            assert not verdict.left + verdict.refused


@pytest.mark.parametrize("kind", LEFT, ids=lambda kind: kind.group_kind)
@pytest.mark.parametrize("cluster", [CLUSTER, Discovery([])], ids=["served", "not served"])
def test_left_kinds(kind: object, cluster: Discovery) -> None:
    """The rule does not depend on the CRD: the platform never applies these kinds."""
    verdict = sort_team_objects([manifest(kind.api_version, kind.kind, "mine", TENANT)], TENANT, cluster)  # type: ignore[attr-defined]
    (ruling,) = verdict.left
    assert not verdict.applied + verdict.refused
    assert ruling.diagnostic.message and ruling.diagnostic.next_step


def test_the_tenants_own_namespace_is_left() -> None:
    assert (
        sort(manifest("v1", "Namespace", TENANT))
        .left[0]
        .diagnostic.message.startswith("the platform creates the namespace")
    )


@pytest.mark.parametrize(
    ("given_manifest", "said"),
    [
        (manifest("v1", "Namespace", "fraud-detection-dev"), "may define no namespace except fraud-detection"),
        (manifest("v1", "Namespace", "fraud-detection\n"), "may define no namespace except fraud-detection"),
        (manifest("rbac.authorization.k8s.io/v1", "ClusterRole", "a"), "belongs to the whole cluster"),
        (manifest("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "a", TENANT), "belongs to the whole cluster"),
        (manifest("example.com/v1", "Tenant", "a"), "belongs to the whole cluster"),
        (manifest("v1", "Node", "a"), "belongs to the whole cluster"),
        (
            manifest("v1", "ConfigMap", "a", "recommendation-engine"),
            '"recommendation-engine" is not the tenant\'s namespace',
        ),
        (manifest("v1", "ConfigMap", "a", "fraud-detection-2"), "is not the tenant's namespace"),
        (manifest("v1", "ConfigMap", "a", ""), "is not the tenant's namespace"),
        (manifest("rbac.authorization.k8s.io/v1", "Role", "a", "kube-system"), "is not the tenant's namespace"),
        (manifest("monitoring.coreos.com/v1", "ServiceMonitor", "a", "monitoring"), "is not the tenant's namespace"),
        (manifest(ALPHA, "Modle", "a"), "did you mean Model (mlops.seldon.io/v1alpha1)?"),
        (manifest(ALPHA, "serverconfig", "a"), "did you mean ServerConfig (mlops.seldon.io/v1alpha1)?"),
        (
            manifest("networking.istio.io/v1", "VirtualServices", "a"),
            "did you mean VirtualService (networking.istio.io/v1)?",
        ),
        (
            manifest("kafka.strimzi.io/v1beta2", "KafkaTopic", "a"),
            "ask the platform team to install its CRD, or remove it",
        ),
        (manifest("v1", "Pod", "a"), 'add "Pod" to tenant_namespace_extra_kinds'),
        (
            manifest("networking.istio.io/v1", "VirtualService", "a"),
            'add "VirtualService.networking.istio.io" to tenant_namespace_extra_kinds',
        ),
        (
            manifest("serving.knative.dev/v1", "Service", "a"),
            'add "Service.serving.knative.dev" to tenant_namespace_extra_kinds',
        ),
        (manifest("extensions/v1beta1", "Deployment", "a"), 'not a kind of "extensions/v1beta1"; expected apps/v1'),
        (manifest("v1", "Deployment", "a"), "write apiVersion: apps/v1"),
        (manifest("apps/v1beta2", "Deployment", "a"), '"apps/v1beta2" is not served; expected apps/v1'),
        (manifest("batch/v1beta1", "CronJob", "a"), "expected batch/v1"),
        (manifest("autoscaling/v2beta2", "HorizontalPodAutoscaler", "a"), "expected autoscaling/v1 or autoscaling/v2"),
        (manifest("mlops.seldon.io/v1", "Server", "a"), "expected mlops.seldon.io/v1alpha1"),
        (manifest("mlops.seldn.io/v1alpha1", "Server", "a"), "expected mlops.seldon.io/v1alpha1"),
        (manifest("apps/v1", "Namespace", "a"), "write apiVersion: v1"),
        (manifest(ALPHA, "Server", "ml.server"), "is not a valid Server name: each replica gets a Service"),
        (manifest(ALPHA, "Server", "1server"), "is not a valid Server name"),
        (manifest(ALPHA, "Server", "a" * 53), "has 53 characters"),
        (manifest(ALPHA, "Server", "seldon-scheduler"), "for the tenant's SeldonRuntime"),
        (manifest("v1", "Service", "9lives"), "is not a Service name"),
        (manifest("v1", "Service", "a.b"), "is not a Service name"),
        (manifest(ALPHA, "Model", "Fraud"), "is not a DNS name"),
        (manifest(ALPHA, "Model", "fraud\n"), "is not a DNS name"),
        (manifest(ALPHA, "Model", "a" * 254), "is not a DNS name"),
        (manifest("v1", "Secret", "seldon-server"), "is reserved"),
        (manifest("v1", "ConfigMap", "hodometer"), "is reserved"),
        (manifest("v1", "ConfigMap", "kube-root-ca.crt"), "Kubernetes creates it"),
    ],
    ids=lambda value: value.title if isinstance(value, Manifest) else "",
)
def test_refused(given_manifest: Manifest, said: str) -> None:
    (line,) = refusals(given_manifest)
    assert said in line


@pytest.mark.parametrize("kind", sorted(RUNTIME_OBJECTS))
def test_what_the_runtime_makes_is_refused(kind: str) -> None:
    for name in RUNTIME_OBJECTS[kind]:
        (api_version,) = {"": ["v1"], "apps": ["apps/v1"]}[kind.partition(".")[2]]
        assert "is reserved" in refusals(manifest(api_version, kind.partition(".")[0], name))[0]


@pytest.mark.parametrize("group_kind", sorted(CLUSTER_SCOPED))
def test_cluster_scoped_kinds_are_known_without_a_cluster(group_kind: str) -> None:
    kind, _dot, group = group_kind.partition(".")
    verdict = sort_team_objects([manifest(f"{group}/v1" if group else "v1", kind, "a", TENANT)], TENANT, Discovery([]))
    assert "belongs to the whole cluster" in verdict.refused[0].diagnostic.message


def test_longest_server_name() -> None:
    assert not sort(manifest(ALPHA, "Server", "a" * 52)).refused


def server(name: str, **spec: object) -> Manifest:
    return manifest(ALPHA, "Server", name, spec=spec)


@pytest.mark.parametrize(
    ("set_of", "titles"),
    [
        ((server("a", replicas=2), manifest("v1", "Service", "a-1")), ["Service a-1"]),
        ((server("a"), manifest("v1", "Service", "a-0")), ["Service a-0"]),
        ((server("a", replicas=1, maxReplicas=3), server("a-2")), ["Server a-2"]),
        ((server("a"), manifest("apps/v1", "StatefulSet", "a")), ["StatefulSet a"]),
        ((server("a", replicas=2), server("a-2"), manifest("v1", "Service", "a-01")), []),
        ((server("a"), manifest("v1", "Service", "a")), []),
        ((server("a"), manifest("v1", "Service", "b-0"), manifest("v1", "ConfigMap", "a-0")), []),
        ((server("a", replicas="2"), manifest("v1", "Service", "a-1")), []),
    ],
)
def test_replica_services_collide(set_of: tuple[Manifest, ...], titles: list[str]) -> None:
    verdict = sort(*set_of)
    assert [ruling.manifest.title for ruling in verdict.refused] == titles


def test_the_same_object_with_and_without_namespace() -> None:
    (line,) = refusals(manifest("v1", "ConfigMap", "a"), manifest("v1", "ConfigMap", "a", TENANT))
    assert "is already given at team.yaml:1" in line


def test_a_copy_of_a_live_object_is_refused() -> None:
    live = manifest("v1", "ConfigMap", "a")
    live.object["metadata"].update(uid="1", resourceVersion="2", managedFields=[{}], creationTimestamp=None)
    assert len(refusals(live)) == 3


def test_extra_kinds() -> None:
    service = manifest("networking.istio.io/v1", "VirtualService", "a")
    verdict = sort(service, extra_kinds=["VirtualService.networking.istio.io"])
    assert [m.title for m in verdict.applied] == ["VirtualService a"]
    elsewhere = manifest("networking.istio.io/v1", "VirtualService", "a", "other")
    assert refusals(elsewhere, extra_kinds=["VirtualService.networking.istio.io"])
    assert refusals(manifest("example.com/v1", "Tenant", "a"), extra_kinds=["Tenant.example.com"])


@pytest.mark.parametrize(
    "name",
    [
        "RoleBinding.rbac.authorization.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io",
        "Namespace",
        "networking.istio.io/VirtualService",
        "",
    ],
)
def test_extra_kinds_that_are_never_a_teams(name: str) -> None:
    with pytest.raises(RuleOptionError, match="tenant_namespace_extra_kinds"):
        sort(extra_kinds=[name])


def test_what_the_platform_writes_itself_is_left() -> None:
    secret = manifest("v1", "Secret", "seldon-rclone-gs-public")
    reasons = {("Secret", "seldon-rclone-gs-public"): "the platform writes this Secret"}
    verdict = sort(secret, manifest("v1", "ConfigMap", "seldon-rclone-gs-public"), platform_objects=reasons)
    assert [ruling.diagnostic.message for ruling in verdict.left] == ["the platform writes this Secret"]
    assert [m.title for m in verdict.applied] == ["ConfigMap seldon-rclone-gs-public"]


@pytest.mark.parametrize(
    ("kind", "name", "option"),
    [
        ("ConfigMap", "seldon-agent", "tenant_namespace_runtime.rclone_secrets"),
        ("ConfigMap", "seldon-kafka", "tenant_namespace_runtime.config.kafkaConfig"),
        ("ConfigMap", "seldon-scaling", "tenant_namespace_runtime.config.scalingConfig"),
        ("ConfigMap", "seldon-tracing", "tenant_namespace_runtime.tracing"),
        ("Service", "seldon-mesh", "tenant_namespace_runtime.service_type"),
        ("Deployment", "seldon-envoy", "tenant_namespace_runtime.overrides"),
        ("StatefulSet", "seldon-scheduler", "tenant_namespace_runtime.overrides"),
        ("ServiceAccount", "seldon-server", "spec.podSpec.imagePullSecrets of the Server"),
    ],
)
def test_a_reserved_name_leads_to_the_tenants_own_option(kind: str, name: str, option: str) -> None:
    api_version = "apps/v1" if kind in ("Deployment", "StatefulSet") else "v1"
    assert option in refusals(manifest(api_version, kind, name))[0]


def test_a_pull_secret_of_the_platforms_account_leads_to_the_pod_specs() -> None:
    reasons = {("ServiceAccount", "default"): "the platform keeps it without a token and without permissions"}
    (plain,) = sort(manifest("v1", "ServiceAccount", "default"), platform_objects=reasons).left
    assert plain.diagnostic.next_step.endswith("choose another name and set it as serviceAccountName in the pod specs")
    account = manifest("v1", "ServiceAccount", "default", imagePullSecrets=[{"name": "registry"}])
    (left,) = sort(account, platform_objects=reasons).left
    assert (
        "set imagePullSecrets in the pod specs (of a Server: spec.podSpec.imagePullSecrets)"
        in left.diagnostic.next_step
    )


def test_first_run_check_knows_seldons_kinds() -> None:
    before = Discovery(BUILT_IN)
    model = [manifest(ALPHA, "Model", "a")]
    assert "install its CRD" in sort_team_objects(model, TENANT, before).refused[0].diagnostic.next_step
    assert not sort_team_objects(model, TENANT, before.with_seldon()).refused


def test_the_manifests_are_not_changed() -> None:
    given_manifest = manifest("v1", "ConfigMap", "a")
    before = copy.deepcopy(given_manifest.object)
    sort(given_manifest).applied[0].object["metadata"]["labels"] = {"a": "b"}
    assert given_manifest.object == before


def test_every_refusal_is_a_problem_of_its_object() -> None:
    verdict = sort(manifest("v1", "ConfigMap", "a"), manifest("v1", "Node", "b"), manifest("v1", "Pod", "c"))
    assert [str(ruling.diagnostic.subject) for ruling in verdict.refused] == ["Node b", "Pod c"]
    assert not sort(manifest("v1", "ConfigMap", "a")).refused


def test_a_real_team_folder() -> None:
    manifests = load_manifests([str(FOLDERS / "full" / "k8s" / "overlays" / "production")], kustomize=builder())
    verdict = sort_team_objects(manifests, TENANT, CLUSTER)
    assert not verdict.refused
    assert sorted(m.kind for m in verdict.applied) == [
        "ConfigMap",
        "Deployment",
        "Experiment",
        "Model",
        "Model",
        "PodDisruptionBudget",
        "Server",
        "ServerConfig",
        "Service",
        "ServiceAccount",
    ]
    assert sorted(ruling.manifest.kind for ruling in verdict.left) == [
        "LimitRange",
        "Namespace",
        "NetworkPolicy",
        "PrometheusRule",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "SeldonRuntime",
        "ServiceMonitor",
    ]


def test_a_folder_that_reaches_out_of_its_namespace() -> None:
    manifests = load_manifests([str(FOLDERS / "another-namespace")], relative_to=str(FOLDERS))
    verdict = sort_team_objects(manifests, TENANT, CLUSTER)
    assert [as_line(ruling.diagnostic) for ruling in verdict.refused] == [
        'another-namespace/server.yaml:9  ServerConfig mlserver: metadata.namespace: "recommendation-engine" is not the tenant\'s namespace '
        'fraud-detection; remove the line, or "namespace" from the kustomization, or move the object to that tenant\'s folder',
        "another-namespace/server.yaml:18  Namespace fraud-detection-dev: metadata.name: a tenant's folder may define no namespace "
        "except fraud-detection; remove it, or ask the platform team for a tenant of that name",
        "another-namespace/server.yaml:23  ClusterRoleBinding fraud-admins: kind: ClusterRoleBinding belongs to the whole cluster, "
        "not to a tenant; remove it, or ask the platform team to install it",
        "another-namespace/server.yaml:36  Modle fraud-v1-baseline: kind: the cluster has no kind Modle in mlops.seldon.io/v1alpha1; "
        "did you mean Model (mlops.seldon.io/v1alpha1)?",
    ]


@pytest.mark.parametrize("tenant", ["fraud-detection", "recommendation-engine"])
def test_everything_of_the_examples_is_applied(tenant: str) -> None:
    manifests = load_manifests([str(EXAMPLES / tenant / "k8s" / "base")], kustomize=builder())
    verdict = sort_team_objects(manifests, tenant, CLUSTER)
    assert len(verdict.applied) == len(manifests)


def test_the_documentation_names_every_rule() -> None:
    text = (ROOT / "docs" / "team-manifests.md").read_text(encoding="utf-8")
    names = [kind.kind for kind in (*APPLIED, *LEFT)] + [name for names in RUNTIME_OBJECTS.values() for name in names]
    assert not [name for name in names if f"`{name}`" not in text]


kinds = st.sampled_from(
    [(r.api_version, r.kind) for r in [*BUILT_IN, *SELDON_RESOURCES]] + [(ALPHA, "Modle"), ("a.b/v1", "C")]
)
namespaces = st.sampled_from([None, TENANT, "other", "kube-system", f"{TENANT}-2"])


@given(st.lists(st.tuples(kinds, st.sampled_from(["a", "a-0", "B", "seldon-mesh", TENANT]), namespaces), max_size=8))
def test_nothing_escapes_and_nothing_is_lost(rows: list[tuple[tuple[str, str], str, str | None]]) -> None:
    """For any objects: each gets one verdict, and applied ones are in the tenant's namespace and of a kind with a rule."""
    manifests = [
        manifest(version, kind, name, namespace, index) for index, ((version, kind), name, namespace) in enumerate(rows)
    ]
    verdict = sort_team_objects(manifests, TENANT, CLUSTER)
    ruled = {kind.group_kind for kind in APPLIED}
    assert all(m.namespace == TENANT and m.group_kind in ruled for m in verdict.applied)
    applied = {m.index for m in verdict.applied}
    left = {ruling.manifest.index for ruling in verdict.left}
    refused = {ruling.manifest.index for ruling in verdict.refused}
    assert applied | left | refused == set(range(len(rows)))
    assert not (applied & left or applied & refused or left & refused)
