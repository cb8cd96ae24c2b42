# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a complete tenant: its objects, their order, and the problems that prevent it."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.objects import identity
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.quantity import parse_quantity
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.resolved_tenant.reference import Source
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import (
    TenantPlan,
    render_tenant,
    unresolved,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import (
    PlatformSnapshot,
    TenantSnapshot,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tenant.builders import (
    MANAGER,
    PLATFORM,
    KubeObject,
    applied_by,
    central,
    platform,
    seldon,
    seldon_config,
    server,
    server_config,
)

SERVER = server("mlserver", "mlserver")


def render(
    *team: KubeObject, live: TenantSnapshot | None = None, on: PlatformSnapshot | None = None, **options: Any
) -> TenantPlan:
    return render_tenant(parse_options({"name": "t", **options}), on or platform(), team, live or TenantSnapshot())


def names(plan: TenantPlan) -> list[str]:
    return [f"{obj['kind']}/{obj['metadata']['name']}" for obj in plan.platform_objects]


def planned_object(plan: TenantPlan, kind: str, name: str | None = None) -> KubeObject:
    [found] = [obj for obj in plan.platform_objects if obj["kind"] == kind and name in (None, obj["metadata"]["name"])]
    return found


def texts(plan: TenantPlan) -> str:
    return "\n".join(as_text(problem) for problem in (*plan.problems, *unresolved(plan)))


def test_the_order_in_which_a_tenant_comes_up() -> None:
    plan = render(SERVER)
    assert plan.problems == () and plan.warnings == ()
    assert names(plan) == [
        "Namespace/t",
        "LimitRange/tenant-limits",
        "ResourceQuota/tenant-quota",
        "ServiceAccount/default",
        "Role/tenant-owner",
        "Role/tenant-deployer",
        "Role/tenant-viewer",
        "NetworkPolicy/tenant-dns",
        "NetworkPolicy/tenant-apiserver",
        "NetworkPolicy/tenant-operator",
        "NetworkPolicy/tenant-agents-ingress",
        "NetworkPolicy/tenant-agents-egress",
        "NetworkPolicy/tenant-routes-ingress",
        "NetworkPolicy/tenant-routes-egress",
        "NetworkPolicy/tenant-inference-ingress",
        "NetworkPolicy/tenant-inference-egress",
        "NetworkPolicy/tenant-mesh-ingress",
        "NetworkPolicy/tenant-mesh-egress",
        "NetworkPolicy/tenant-metrics-server",
        "NetworkPolicy/tenant-metrics-envoy",
        "NetworkPolicy/tenant-default-deny",
        "Secret/seldon-rclone-gs-public",
        "SeldonConfig/default",
        "ServerConfig/mlserver",
        "ServiceAccount/seldon-v2-controller-manager-t",
        "Role/seldon-v2-manager-role",
        "RoleBinding/seldon-v2-manager-rolebinding",
        "Deployment/seldon-v2-controller-manager-t",
        "SeldonRuntime/seldon",
    ]


def test_all_is_in_the_tenants_namespace_but_the_operators_process() -> None:
    places = {obj["metadata"].get("namespace"): obj["kind"] for obj in render(SERVER).platform_objects}
    assert set(places) == {None, "t", PLATFORM}
    outside = [obj["kind"] for obj in render(SERVER).platform_objects if obj["metadata"].get("namespace") != "t"]
    assert outside == ["Namespace", "ServiceAccount", "Deployment"]


def test_the_same_input_gives_the_same_plan_and_changes_nothing() -> None:
    team, on = [deepcopy(SERVER)], platform()
    before = deepcopy((team, on))
    first = render(*team, on=on)
    assert first == render(*team, on=on) and (team, on) == before


def test_no_two_objects_are_the_same_and_none_has_nulls() -> None:
    plan = render(
        SERVER,
        service_accounts=["ci"],
        access={"owners": {"groups": ["a"], "users": ["a"]}, "viewers": {"groups": ["v"]}, "debug": True},
    )
    keys = [(*identity(obj), obj["metadata"].get("namespace")) for obj in plan.platform_objects]
    assert len(keys) == len(set(keys))
    assert "null" not in json.dumps(plan.platform_objects)


def test_pod_security_is_pinned() -> None:
    labels = planned_object(render(labels={"example.com/cost": "a"}), "Namespace")["metadata"]["labels"]
    assert (
        labels["pod-security.kubernetes.io/enforce"] == "baseline"
        and labels["pod-security.kubernetes.io/enforce-version"] == "v1.34"
    )
    assert labels["pod-security.kubernetes.io/audit"] == labels["pod-security.kubernetes.io/warn"] == "restricted"
    assert labels["example.com/cost"] == "a" and "kubernetes.io/metadata.name" not in labels


# ServerConfigs


def test_the_teams_own_config_wins_and_is_not_offered() -> None:
    plan = render(SERVER, server_config("mlserver"))
    assert "ServerConfig/mlserver" not in names(plan)
    [resolution] = plan.resolved.references
    assert resolution.source is Source.OWN and resolution.hides_platform


def test_platform_configs_are_never_offered_as_a_matter_of_course() -> None:
    assert not [name for name in names(render()) if name.startswith("ServerConfig/")]


def test_a_live_config_of_somebody_else_is_the_tenants_own() -> None:
    live = TenantSnapshot(server_configs=[applied_by(server_config("mlserver"), "kubectl-client-side-apply")])
    plan = render(SERVER, live=live)
    assert (
        "ServerConfig/mlserver" not in names(plan)
        and plan.resolved.references[0].source is Source.OWN
        and plan.warnings == ()
    )


def test_a_live_config_of_ours_goes_on_being_offered() -> None:
    live = TenantSnapshot(server_configs=[applied_by(server_config("mlserver"), MANAGER)])
    assert render(SERVER, live=live).platform_objects == render(SERVER).platform_objects


def test_an_offered_config_that_the_team_has_changed_is_handed_over() -> None:
    changed = TenantSnapshot(
        server_configs=[applied_by(server_config("mlserver"), MANAGER, "kubectl-client-side-apply")],
        seldon_configs=[applied_by(seldon_config(), MANAGER, "kubectl-edit")],
    )
    plan = render(SERVER, live=changed)
    assert "ServerConfig/mlserver" not in names(plan) and "SeldonConfig/default" not in names(plan)
    assert [str(warning.subject) for warning in plan.warnings] == ["SeldonConfig default", "ServerConfig mlserver"]


def test_a_changed_config_that_the_manifests_hold_is_no_news() -> None:
    live = TenantSnapshot(server_configs=[applied_by(server_config("mlserver"), MANAGER, "kubectl-edit")])
    assert render(SERVER, server_config("mlserver"), live=live).warnings == ()


def test_a_status_written_by_the_operator_is_no_hand_over() -> None:
    ours = applied_by(server("old", "triton"), MANAGER)
    ours["metadata"]["managedFields"].append(
        {
            "manager": "manager",
            "operation": "Update",
            "subresource": "status",
            "fieldsV1": {"f:status": {}, "f:spec": {}},
        }
    )
    assert "ServerConfig/triton" not in names(render(live=TenantSnapshot(servers=[ours])))


def test_a_foreign_label_alone_is_no_hand_over() -> None:
    config = applied_by(server_config("mlserver"), MANAGER)
    config["metadata"]["managedFields"] += applied_by(config, "labeler", part="f:metadata")["metadata"]["managedFields"]
    assert "ServerConfig/mlserver" in names(render(SERVER, live=TenantSnapshot(server_configs=[config])))


def test_live_servers_count_unless_only_we_applied_them() -> None:
    theirs = TenantSnapshot(servers=[applied_by(server("old", "triton"), "kubectl-client-side-apply")])
    ours = TenantSnapshot(servers=[applied_by(server("old", "triton"), MANAGER)])
    assert "ServerConfig/triton" in names(render(live=theirs))
    # No manifest has it any more, so this run removes it; if its config were offered, the next run would write again.
    assert "ServerConfig/triton" not in names(render(live=ours))
    assert "ServerConfig/triton" not in names(render(server("old", "mlserver"), live=theirs)), (
        "the manifest replaces the live one"
    )


def test_a_typo_is_told_with_where_was_looked_and_what_was_meant() -> None:
    on = platform(server_configs=[server_config("mlserver-config"), server_config("triton")])
    own = render(server("mlserver", "mlserver-confg"), server_config("mlserver-config"), on=on)
    assert texts(own).splitlines() == [
        'Server mlserver: ServerConfig "mlserver-confg" does not exist',
        "  looked in t (own namespace): absent; in seldon-system (platform): absent",
        '  did you mean "mlserver-config"? It exists in t.',
    ]
    platforms = render(server("mlserver", "mlserver-confg"), on=on)
    assert texts(platforms).endswith('did you mean "mlserver-config"? It exists in seldon-system.')
    assert "did you mean" not in texts(render(server("mlserver", "xyz"), on=on))


@pytest.mark.parametrize(
    "reference", [None, "", 5, True, ["mlserver"], "seldon-system/mlserver", "MLServer", "a\nb", "../x"]
)
def test_references_that_are_no_names(reference: object) -> None:
    plan = render(server("s", reference))
    assert [problem.field for problem in (*plan.problems, *unresolved(plan))] == ["spec.serverConfig"]
    assert all(line.isascii() for line in texts(plan).splitlines())


def test_a_copy_carries_no_metadata_of_tools_and_none_of_ours() -> None:
    source = server_config(
        "mlserver",
        namespace=PLATFORM,
        uid="x",
        resourceVersion="1",
        labels={
            "team": "ml",
            "app.kubernetes.io/managed-by": "Helm",
            "helm.sh/chart": "c",
            "applyset.kubernetes.io/part-of": "p",
        },
        annotations={"meta.helm.sh/release-name": "r", "kubectl.kubernetes.io/last-applied-configuration": "{}"},
    )
    copy = planned_object(render(SERVER, on=platform(server_configs=[source])), "ServerConfig")
    assert copy["metadata"] == {"name": "mlserver", "namespace": "t", "labels": {"team": "ml"}}
    assert copy["spec"] == source["spec"]


def test_nulls_of_the_platforms_seldon_config_are_left_out() -> None:
    [component] = planned_object(render(), "SeldonConfig")["spec"]["components"]
    assert set(component) == {"name", "podSpec"}


# LimitRange


def default_limits(plan: TenantPlan) -> KubeObject:
    limits: KubeObject = planned_object(plan, "LimitRange")["spec"]["limits"][0]["default"]
    return limits


def test_defaults_grow_to_the_largest_request_without_a_limit() -> None:
    assert default_limits(render(SERVER)) == {"cpu": "1", "memory": "1Gi"}
    assert default_limits(render(server("s", "big"), server_config("big", {"cpu": 4, "memory": "8Gi"}))) == {
        "cpu": "4",
        "memory": "1Gi",
    }


def test_the_servers_override_counts_together_with_its_config() -> None:
    own = server("s", "mlserver")
    own["spec"]["podSpec"] = {
        "containers": [{"name": "mlserver", "resources": {"requests": {"cpu": "3", "memory": "9Gi"}}}]
    }
    # The config states a memory limit for that container, so only its cpu request needs a default above it.
    assert default_limits(render(own)) == {"cpu": "3", "memory": "1Gi"}


def test_the_runtimes_components_count() -> None:
    config = seldon_config()
    config["spec"]["components"][0]["podSpec"]["initContainers"] = [
        {"name": "i", "resources": {"requests": {"memory": "2Gi"}}}
    ]
    assert default_limits(render(on=platform(seldon_configs=[config])))["memory"] == "2Gi"


def test_a_request_above_the_platforms_maximum_is_a_problem() -> None:
    plan = render(server("s", "big"), server_config("big", {"cpu": "4"}), limit_range={"max": {"cpu": "2"}})
    assert "container mlserver: requests cpu 4 without a limit; at most 2 is allowed" in texts(plan)


@given(st.lists(st.integers(0, 10**5), max_size=4))
def test_no_request_without_a_limit_is_above_the_default(requests: list[int]) -> None:
    team = [
        obj
        for i, r in enumerate(requests)
        for obj in (server(f"s{i}", f"c{i}"), server_config(f"c{i}", {"cpu": f"{r}m"}))
    ]
    default = parse_quantity(default_limits(render(*team))["cpu"])
    assert default == max([Fraction(1), *(Fraction(request, 1000) for request in requests)])


# SeldonRuntime


def overrides(plan: TenantPlan) -> dict[str, KubeObject]:
    return {entry["name"]: entry for entry in planned_object(plan, "SeldonRuntime")["spec"]["overrides"]}


def test_without_pipelines_only_scheduler_and_envoy_run() -> None:
    found = overrides(render(SERVER))
    assert {name for name, entry in found.items() if entry["replicas"]} == {"seldon-scheduler", "seldon-envoy"}
    assert found["seldon-scheduler"]["serviceType"] == found["seldon-envoy"]["serviceType"] == "ClusterIP"
    assert "disable" not in json.dumps(list(found.values()))


@pytest.mark.parametrize(
    ("plan", "running"),
    [
        (render(seldon("Pipeline", "p")), True),
        (render(live=TenantSnapshot(pipelines=[applied_by(seldon("Pipeline", "p"), "kubectl")])), True),
        (render(live=TenantSnapshot(pipelines=[applied_by(seldon("Pipeline", "p"), MANAGER)])), False),
        (render(runtime={"pipelines": True}), True),
        (render(seldon("Pipeline", "p"), runtime={"pipelines": False}), False),
    ],
)
def test_pipelines_bring_their_components_but_never_the_hodometer(plan: TenantPlan, running: bool) -> None:
    found = overrides(plan)
    assert {
        bool(found[name]["replicas"])
        for name in ("seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway")
    } == {running}
    assert found["hodometer"]["replicas"] == 0


def test_a_pipeline_where_none_may_run_is_a_problem() -> None:
    assert "Pipeline p: would never be ready" in texts(render(seldon("Pipeline", "p"), runtime={"pipelines": False}))


def test_options_are_laid_over_the_runtime() -> None:
    plan = render(
        quota={"services.loadbalancers": 1},
        runtime={
            "service_type": "LoadBalancer",
            "tracing": True,
            "overrides": [{"name": "seldon-envoy", "replicas": 2}],
            "rclone_secrets": ["bucket"],
            "config": {"kafkaConfig": {"topicPrefix": "t"}},
        },
    )
    assert overrides(plan)["seldon-envoy"] == {"name": "seldon-envoy", "replicas": 2, "serviceType": "LoadBalancer"}
    assert overrides(plan)["seldon-scheduler"]["serviceType"] == "ClusterIP"
    assert planned_object(plan, "SeldonRuntime")["spec"]["config"] == {
        "tracingConfig": {"disable": False},
        "agentConfig": {"rclone": {"config_secrets": ["bucket"]}},
        "kafkaConfig": {"topicPrefix": "t"},
    }


def test_the_rclone_secret_is_an_anonymous_remote() -> None:
    remote = json.loads(base64.b64decode(planned_object(render(), "Secret")["data"]["gs"]))
    assert remote == {"name": "gs", "type": "google cloud storage", "parameters": {"anonymous": True}}


def test_what_the_team_brings_itself_is_not_rendered() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "seldon-rclone-gs-public"}}
    plan = render(secret, seldon("SeldonRuntime", "own", {"seldonConfig": "default"}), seldon_config())
    assert plan.problems == () and not {"Secret", "SeldonRuntime", "SeldonConfig"} & {
        obj["kind"] for obj in plan.platform_objects
    }


@pytest.mark.parametrize(
    ("managers", "offered"), [((), True), ((MANAGER,), True), (("kubectl",), False), ((MANAGER, "kubectl-edit"), False)]
)
def test_a_rclone_secret_that_the_team_made_by_hand_is_not_written(managers: tuple[str, ...], offered: bool) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "seldon-rclone-gs-public"}}
    live = TenantSnapshot(rclone_secret=applied_by(secret, *managers, part="f:data") if managers else None)
    assert ("Secret/seldon-rclone-gs-public" in names(render(live=live))) is offered


def test_a_default_service_account_that_gives_its_token_is_only_warned_of() -> None:
    for manager, fields, warned in (
        ("kubectl-patch", {"automountServiceAccountToken": True}, True),
        ("kubectl-patch", {"imagePullSecrets": [{"name": "pull"}]}, False),
        ("kubectl-patch", {"automountServiceAccountToken": False}, False),
        ("kube-controller-manager", {"secrets": []}, False),
    ):
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}, **fields}
        plan = render(live=TenantSnapshot(default_account=applied_by(account, manager, part=f"f:{next(iter(fields))}")))
        assert plan.problems == ()
        assert [str(problem.subject) for problem in plan.warnings] == (["ServiceAccount default"] if warned else [])


@pytest.mark.parametrize(
    ("new", "status", "noted"),
    [
        ("StatefulSetOrDeploymentReady", "False", True),
        ("StatefulSetOrDeploymentReady", "True", False),
        ("StatefulSetOrDeploymentReady", "Unknown", False),
        # A condition of the old operator, which corrects it itself.
        ("Ready", "False", False),
    ],
)
def test_a_condition_that_an_old_operator_left_is_noted_with_the_command_that_removes_it(
    new: str, status: str, noted: bool
) -> None:
    conditions = [{"type": new, "status": "True"}, {"type": "StatefulSetReady", "status": status}]
    live = TenantSnapshot(servers=[{**deepcopy(SERVER), "status": {"conditions": conditions}}])
    plan = render(SERVER, live=live)
    found = [as_text(problem) for problem in plan.warnings]
    assert len(found) == int(noted)
    for text in found:
        assert "kubectl patch server mlserver" in text and '"remove", "path": "/status/conditions/1"' in text


def test_labels_that_would_flow_to_pods_are_left_out() -> None:
    for obj in render(SERVER).platform_objects:
        flows = obj["kind"] in ("SeldonRuntime", "SeldonConfig", "ServerConfig")
        assert ("labels" in obj["metadata"]) is not flows


# Problems that prevent the tenant


def test_two_runtimes_in_a_namespace_are_a_problem() -> None:
    assert "SeldonRuntime a: is one of 2" in texts(render(seldon("SeldonRuntime", "a"), seldon("SeldonRuntime", "b")))
    theirs = TenantSnapshot(seldon_runtimes=[applied_by(seldon("SeldonRuntime", "other"), "helm")])
    assert "(other, seldon)" in texts(render(live=theirs))


def test_a_central_operator_that_watches_the_tenant_is_a_problem() -> None:
    plan = render(on=platform(central=central(args=["--clusterwide", "--namespace=seldon-system"])))
    assert "watches every namespace, t among them" in texts(plan)


def test_without_a_platform_the_next_step_is_told() -> None:
    plan = render(on=PlatformSnapshot(PLATFORM, None))
    assert "does not exist" in texts(plan) and "seldon_deploy.yml" in texts(plan)
    assert "SeldonConfig default: does not exist" in texts(render(on=platform(seldon_configs=[])))


def namespace_object(manager: str, **metadata: Any) -> KubeObject:
    live = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "t", **metadata}}
    return applied_by(live, manager, part="f:metadata")


@pytest.mark.parametrize(
    ("live", "adopt", "words"),
    [
        (namespace_object(MANAGER, labels={"ml-platform.seldon/tenant": "t"}), False, ""),
        (namespace_object("kubectl"), False, "was not created for this tenant"),
        (namespace_object(MANAGER), False, "was not created for this tenant"),
        (namespace_object("kubectl"), True, ""),
        # Every user who may label a namespace can set our label, so the label proves nothing.
        (
            namespace_object("kubectl", labels={"ml-platform.seldon/tenant": "t"}),
            False,
            "was not created for this tenant",
        ),
        (namespace_object("kubectl", labels={"ml-platform.seldon/tenant": "u"}), True, "another tenant"),
        (namespace_object(MANAGER, deletionTimestamp="2026-01-01T00:00:00Z"), True, "is being deleted"),
    ],
)
def test_which_existing_namespace_may_become_the_tenants(live: KubeObject, adopt: bool, words: str) -> None:
    plan = render(live=TenantSnapshot(namespace=live), adopt=adopt)
    assert words in texts(plan) and bool(plan.problems) is bool(words)


KEYS = ["name", "serverConfig", "components", "podSpec", "containers", "resources"]
ANY_VALUE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["Server", "ServerConfig", "Pipeline", "SeldonRuntime", "SeldonConfig"]), ANY_VALUE, ANY_VALUE)
def test_team_objects_of_any_shape_never_raise(kind: str, metadata: Any, spec: Any) -> None:
    render(
        {"apiVersion": "mlops.seldon.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec},
        server("s", "mlserver"),
    )
