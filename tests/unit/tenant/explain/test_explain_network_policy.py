# SPDX-License-Identifier: GPL-3.0-or-later
"""The explanation of a team's NetworkPolicy: each statement appears if it is true, and only then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tenant.explain.explain_world import (
    PART_OF,
    SERVER_PODS,
    KubeObject,
    T,
    container,
    explained,
    policy,
    specification,
    the_platform,
    the_server,
)

INSTEAD = "instead the platform opens what Seldon needs, with DNS, the API server and Prometheus"
OPENS_NOTHING = "beside the platform's policies it would open nothing"
CUTS_NOTHING = "alone it would cut nothing that the tenant needs"
FREE_LABEL = (
    'namespaceSelector name=seldon-system, name=ingress-nginx, name=mlflow, name=minio: Kubernetes sets no label "name" on namespaces, so it matches none, '
    "or whichever somebody labels so; write kubernetes.io/metadata.name: seldon-system"
)
MORE = (
    "for more ask for tenant_namespace_egress: [{namespace: mlflow, port: …}, {namespace: minio, port: …}]; tenant_namespace_ingress: [{namespace: ingress-nginx}] "
    "for clients of the models; tenant_namespace_network.dns where DNS is not in kube-system"
)
RCLONE = "every port: rclone at 5572 asks for no login"
ONLY_RCLONE = "TCP 5572: rclone at 5572 asks for no login"
METADATA = "169.254.169.254, which gives away the node's credentials (TCP 80)"
NAME = "app.kubernetes.io/name"


def lines_with(lines: list[str], beginning: str) -> list[str]:
    return [line for line in lines if line.startswith(beginning)]


def with_rules(direction: str, *rules: KubeObject) -> list[str]:
    return explained(policy(**{direction: list(rules)}))


def lets(lines: list[str]) -> list[str]:
    beginning = "beside the platform's policies it would let "
    return [line.removeprefix(beginning) for line in lines_with(lines, beginning)]


def test_the_specifications_policy_selects_nothing_where_nobody_has_its_label() -> None:
    assert explained(specification("network-policy")) == [
        "selects none of the 3 planned pods (Server mlserver, seldon-scheduler, seldon-envoy): alone it would leave these open to everybody",
        "if all of them had its labels:",
        FREE_LABEL,
        "alone it would keep the tenant's operator from seldon-scheduler (TCP 9004, 9044)",
        "alone it would keep Prometheus from Server mlserver (TCP 8002, 8082, 9006); seldon-envoy (TCP 9003)",
        "alone it would keep Server mlserver, seldon-scheduler from DNS (TCP 53); the API server (TCP 443, 6443)",
        "alone it would keep seldon-envoy from DNS (TCP 53)",
        "beside the platform's policies it would let every pod of the namespace, namespaces with name=seldon-system, name=ingress-nginx reach "
        f"Server mlserver ({RCLONE}); seldon-scheduler, seldon-envoy (every port)",
        "beside the platform's policies it would let Server mlserver, seldon-scheduler, seldon-envoy reach "
        "namespaces with name=seldon-system, name=mlflow, name=minio (every port); any namespace, any address outside (UDP 53)",
        INSTEAD,
        MORE,
    ]


def test_the_specifications_policy_where_the_server_has_its_label() -> None:
    assert explained(specification("network-policy"), the_server(labels=PART_OF)) == [
        "selects Server mlserver, but not seldon-scheduler, seldon-envoy: alone it would leave these open to everybody",
        FREE_LABEL,
        "alone it would keep Prometheus from Server mlserver (TCP 8002, 8082, 9006)",
        "alone it would keep Server mlserver from DNS (TCP 53); the API server (TCP 443, 6443)",
        f"beside the platform's policies it would let Server mlserver reach other pods of Server mlserver ({RCLONE}); "
        "namespaces with name=seldon-system, name=mlflow, name=minio (every port); any namespace, any address outside (UDP 53)",
        f"beside the platform's policies it would let namespaces with name=seldon-system, name=ingress-nginx reach Server mlserver ({RCLONE})",
        INSTEAD,
        MORE,
    ]


@pytest.mark.parametrize("where", ["server config", "components"])
def test_labels_reach_pods_by_every_way_that_the_operator_knows(where: str) -> None:
    if where == "components":
        found = explained(specification("network-policy"), snapshot=the_platform(labels=PART_OF))
        assert (
            found[0]
            == "selects seldon-scheduler, seldon-envoy, but not Server mlserver: alone it would leave these open to everybody"
        )
        return
    config = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "ServerConfig",
        "metadata": {"name": "mlserver", "namespace": T, "labels": PART_OF},
        "spec": {"podSpec": SERVER_PODS},
    }
    assert explained(specification("network-policy"), the_server(), config)[0].startswith(
        "selects Server mlserver, but not seldon-scheduler"
    )


def test_labels_that_stay_behind_when_the_platforms_configs_are_copied_select_nothing() -> None:
    """Helm labels the platform's own configs; their copies, from which the pods are created, do not have the label."""
    helm = {"app.kubernetes.io/managed-by": "Helm"}
    found = the_platform()
    labelled = replace(
        found,
        server_configs=[{**one, "metadata": {**one["metadata"], "labels": helm}} for one in found.server_configs],
        seldon_configs=[
            {**one, "metadata": {**one["metadata"], "labels": {**helm, "cost": "1"}}} for one in found.seldon_configs
        ],
    )
    assert explained(policy(podSelector={"matchLabels": helm}), snapshot=labelled)[0].startswith(
        "selects none of the 3 planned pods"
    )
    assert explained(policy(podSelector={"matchLabels": {"cost": "1"}}), snapshot=labelled)[0].startswith(
        "selects seldon-scheduler, seldon-envoy, but not Server mlserver"
    )


def test_the_platforms_own_policies_open_and_cut_nothing_of_their_own() -> None:
    given = parse_options({"name": T})
    plan = render_tenant(given, the_platform(), [the_server()], TenantSnapshot())
    own = [obj for obj in plan.platform_objects if obj["kind"] == "NetworkPolicy"]
    assert len(own) > 8
    for one in own:
        lines = explained(one)
        assert OPENS_NOTHING in lines or any(line.startswith("ipBlock 192.0.2.10/32: ") for line in lines), (
            one["metadata"]["name"],
            lines,
        )
        assert not lets(lines)


def test_a_policy_that_repeats_what_the_platform_opens_is_told_nothing_bad() -> None:
    everything = {"podSelector": {"matchLabels": {"app": "cache"}}}
    app = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cache", "namespace": T}}
    app["spec"] = {
        "template": {"metadata": {"labels": {"app": "cache"}}, "spec": {"containers": [container("cache", redis=6379)]}}
    }
    dns = {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ]
    }
    dns["ports"] = [{"port": 53, "protocol": "UDP"}, {"port": 53}]
    assert explained(policy(**everything, egress=[dns]), the_server(), app) == [
        "selects Deployment cache, but not Server mlserver, seldon-scheduler, seldon-envoy: alone it would leave these open to everybody",
        CUTS_NOTHING,
        OPENS_NOTHING,
        INSTEAD,
        "for more ask for tenant_namespace_network.dns where DNS is not in kube-system",
    ]


def test_denying_everything_opens_nothing_and_cuts_every_need() -> None:
    lines = explained(policy())
    assert lines[0] == "selects every planned pod"
    assert OPENS_NOTHING in lines
    assert "alone it would keep the tenant's operator from seldon-scheduler (TCP 9004, 9044)" in lines
    assert (
        "alone it would keep seldon-envoy from DNS (TCP 53, UDP 53); seldon-scheduler (TCP 9002); Server mlserver (TCP 9001, 9501)"
        in lines
    )
    assert lines[-1] == INSTEAD


def test_what_the_tenant_asked_for_is_among_what_is_cut() -> None:
    options = {"egress": [{"namespace": "minio", "port": 9000}], "ingress": [{"namespace": "ingress-nginx"}]}
    assert not [line for line in explained(policy()) if "minio" in line or "ingress-nginx" in line]
    lines = explained(policy(), **options)
    assert "alone it would keep namespace ingress-nginx from seldon-envoy (TCP 9000)" in lines
    assert [line for line in lines if "Server mlserver from DNS" in line and "namespace minio (TCP 9000)" in line]


def test_the_names_for_the_ends_are_those_of_the_platforms_policies() -> None:
    runtime: dict[str, Any] = {"runtime": {"pipelines": "always", "tracing": True}}
    runtime["network"] = {
        "kafka": [{"namespace": "k", "port": 1}],
        "schema_registry": [{"namespace": "s", "port": 2}],
        "tracing": [{"namespace": "t", "port": 3}],
    }
    given = parse_options({"name": T, **runtime})
    policies = [
        obj["metadata"]["name"]
        for obj in render_tenant(given, the_platform(), [the_server()], TenantSnapshot()).platform_objects
        if obj["kind"] == "NetworkPolicy"
    ]
    assert {"tenant-dns", "tenant-apiserver", "tenant-operator", "tenant-metrics-envoy"} <= set(policies)
    text = "\n".join(explained(policy(podSelector={"matchLabels": {NAME: "seldon-pipelinegateway"}}), **runtime))
    for end in (
        "DNS (TCP 53, UDP 53)",
        "the API server (TCP 443, 6443)",
        "the schema registry (TCP 2)",
        "keep Prometheus from seldon-pipelinegateway (TCP 9006)",
    ):
        assert end in text


@pytest.mark.parametrize(
    ("direction", "rule", "expected"),
    [
        (
            "ingress",
            {},
            [
                f"any namespace, any address outside reach Server mlserver ({RCLONE}); seldon-scheduler, seldon-envoy (every port)"
            ],
        ),
        (
            "egress",
            {},
            [
                f"Server mlserver, seldon-scheduler, seldon-envoy reach any namespace, any address outside (every port); {METADATA}"
            ],
        ),
        (
            "ingress",
            {"ports": [{"port": 5572}]},
            [
                f"any namespace, any address outside reach Server mlserver ({ONLY_RCLONE}); seldon-scheduler, seldon-envoy (TCP 5572)"
            ],
        ),
        (
            "ingress",
            {"from": [{"namespaceSelector": {}}], "ports": [{"port": 9004}]},
            ["any namespace reach Server mlserver, seldon-scheduler, seldon-envoy (TCP 9004)"],
        ),
        (
            "ingress",
            {
                "from": [
                    {
                        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}},
                        "podSelector": {"matchLabels": {"app": "till"}},
                    }
                ],
                "ports": [{"port": "xds"}],
            },
            ["pods app=till of namespace shop reach seldon-scheduler (TCP 9002)"],
        ),
        (
            "egress",
            {"to": [{"ipBlock": {"cidr": "198.51.100.0/24"}}], "ports": [{"port": 443}]},
            ["Server mlserver, seldon-scheduler, seldon-envoy reach 198.51.100.0/24 (TCP 443)"],
        ),
        *(
            (
                "egress",
                {"to": [{"ipBlock": {"cidr": block}}], "ports": [{"port": 80}]},
                [
                    f"Server mlserver, seldon-scheduler, seldon-envoy reach {block}, "
                    f"{address}, which gives away the node's credentials (TCP 80)"
                ],
            )
            for block, address in (
                ("100.100.0.0/16", "100.100.100.200"),
                ("168.63.129.0/24", "168.63.129.16"),
                ("fd00:ec2::/32", "fd00:ec2::254"),
                ("fd20:ce::/32", "fd20:ce::254"),
            )
        ),
        (
            "egress",
            {"ports": [{"port": 80}]},
            [f"Server mlserver, seldon-scheduler, seldon-envoy reach any namespace, any address outside, {METADATA}"],
        ),
    ],
)
def test_what_it_would_open(direction: str, rule: KubeObject, expected: list[str]) -> None:
    assert lets(with_rules(direction, rule)) == expected


def test_rclone_is_warned_of_only_where_it_runs() -> None:
    config = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "ServerConfig",
        "metadata": {"name": "mlserver", "namespace": T},
    }
    config["spec"] = {"podSpec": {"containers": [container("agent", metrics=9006)]}}
    assert "rclone" not in "\n".join(explained(policy(ingress=[{}]), the_server(), config))
    assert "rclone" in "\n".join(explained(policy(ingress=[{}]), the_server()))


def test_between_pods_both_ends_have_to_be_opened() -> None:
    inside = {"podSelector": {}}
    assert lets(with_rules("ingress", {"from": [inside], "ports": [{"port": 5572}]})) == []
    both = explained(policy(ingress=[{"from": [inside], "ports": [{"port": 5572}]}], egress=[{"to": [inside]}]))
    assert lets(both) == [
        f"every pod of the namespace reach Server mlserver ({ONLY_RCLONE}); seldon-scheduler, seldon-envoy (TCP 5572)"
    ]


def test_blocks_are_said_to_hold_pods_too() -> None:
    rule = {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}
    lines = with_rules("egress", rule)
    assert "ipBlock 10.0.0.0/8: which pods have addresses in it is not judged" in lines
    assert OPENS_NOTHING not in lines
    assert "for more ask for tenant_namespace_egress: [{cidr: 10.0.0.0/8, port: …}]" in lines


@pytest.mark.parametrize(
    ("types", "said"),
    [
        (["Ingress"], "policyTypes has no Egress: what its pods connect to stays open"),
        (["Egress"], "policyTypes has no Ingress: who connects to its pods stays open"),
    ],
)
def test_half_a_policy_is_told_so(types: list[str], said: str) -> None:
    assert said in explained(policy(policyTypes=types))
    assert not lines_with(explained(policy()), "policyTypes")


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ({"matchLabels": {"name": "mlflow"}}, "write kubernetes.io/metadata.name: mlflow"),
        ({"matchExpressions": [{"key": "team", "operator": "Exists"}]}, "write kubernetes.io/metadata.name: <name>"),
        ({"matchLabels": {"kubernetes.io/metadata.name": "mlflow"}}, ""),
        ({}, ""),
    ],
)
def test_labels_that_anybody_can_give_a_namespace(selector: KubeObject, said: str) -> None:
    found = lines_with(with_rules("egress", {"to": [{"namespaceSelector": selector}]}), "namespaceSelector")
    assert bool(found) is bool(said)
    assert all(line.endswith(said) for line in found)


def test_peers_that_are_nobody() -> None:
    strange = {"podSelector": {"matchLabels": {"app": "gone"}}}
    assert "ingress[0].from[0]: podSelector app=gone matches no planned pod" in with_rules(
        "ingress", {"from": [strange]}
    )
    named = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}
    said = "ingress[0].from[1]: podSelector app=gone matches no planned pod; to mean these pods in the namespaces above, both selectors belong into one entry of the list"
    assert said in with_rules("ingress", {"from": [named, strange]})
    assert not lines_with(
        with_rules("ingress", {"from": [named, {"podSelector": {"matchLabels": {NAME: "seldon-envoy"}}}]}), "ingress[0]"
    )
    never = {
        "podSelector": {
            "matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "a", "operator": "DoesNotExist"}]
        },
        "namespaceSelector": {},
    }
    assert "egress[0].to[0]: its requirements exclude each other, so it matches nothing" in with_rules(
        "egress", {"to": [never]}
    )


def test_what_the_platform_has_opened_already_is_not_asked_for_again() -> None:
    minio = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "minio"}}}
    rule = {"to": [minio], "ports": [{"port": 9000}]}
    assert "for more ask for tenant_namespace_egress: [{namespace: minio, port: 9000}]" in with_rules("egress", rule)
    assert explained(policy(egress=[rule]), egress=[{"namespace": "minio", "port": 9000}])[-1] == INSTEAD


def test_without_policies_of_the_platform_nothing_is_compared() -> None:
    lines = explained(specification("network-policy"), network_policies=False)
    assert (
        "tenant_namespace_network_policies is false, so the platform closes nothing that it could be compared with"
        in lines
    )
    assert not lines_with(lines, "alone it would keep") and not lets(lines)


def test_many_pods_are_said_in_few_lines_and_few_words() -> None:
    lines = explained(
        specification("network-policy"), *(the_server(f"server-{number}", labels=PART_OF) for number in range(60))
    )
    assert lines[0].startswith(
        "selects Server server-0, Server server-1, Server server-2, Server server-3 and 56 more, but not seldon-scheduler"
    )
    assert (
        "alone it would keep Server server-0, Server server-1, Server server-2 and 57 more from DNS (TCP 53); the API server (TCP 443, 6443)"
        in lines
    )
    assert len(lines) < 12 and max(map(len, lines)) <= 320


def test_no_policy_is_about_pods_in_the_network_of_their_node() -> None:
    spec = {"hostNetwork": True, "containers": [container("app", web=8080)]}
    app = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "app"},
        "spec": {"template": {"spec": spec}},
    }
    lines = explained(policy(), the_server(), app)
    assert lines[:2] == [
        "selects every planned pod",
        "Deployment app: no policy is about pods in the network of their node",
    ]
    assert not [line for line in lines[2:] if "Deployment app" in line]


def test_kinds_of_pods_beyond_the_judged_ones_are_counted() -> None:
    def app(number: int) -> KubeObject:
        spec = {"containers": [container("app", **{f"p{number}": 7000 + number})]}
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": f"app-{number}"},
            "spec": {"template": {"spec": spec}},
        }

    assert "13 more kinds of pods are not judged below" in explained(policy(), the_server(), *map(app, range(30)))
    assert not [line for line in explained(policy(), the_server(), app(1)) if "not judged below" in line]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"spec": []}, "cannot be judged: spec is not a mapping; the API server would refuse it, or drop that field"),
        (
            {"spec": {"podSelektor": {}}},
            "cannot be judged: spec.podSelektor is not a field; the API server would refuse it, or drop that field",
        ),
        (
            {"spec": {"podSelector": {}, "ingress": [{"from": [{}]}]}},
            "cannot be judged: spec.ingress[0].from[0] names no peer; the API server would refuse it, or drop that field",
        ),
        (
            {"spec": {"\x1b[2Jx\ny": 1}},
            "cannot be judged: spec.\ufffd[2Jx y is not a field; the API server would refuse it, or drop that field",
        ),
        (
            {"metadata": None},
            "cannot be judged: metadata.name is missing; the API server would refuse it, or drop that field",
        ),
    ],
)
def test_what_cannot_be_read_is_said(change: KubeObject, said: str) -> None:
    assert explained({**policy(), **change}) == [said]


KEYS = st.sampled_from(
    [
        "podSelector",
        "policyTypes",
        "ingress",
        "egress",
        "from",
        "to",
        "ports",
        "port",
        "protocol",
        "namespaceSelector",
        "ipBlock",
        "cidr",
        "matchLabels",
        "name",
        "\x1b[31m",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 70000)
    | st.sampled_from(["Ingress", "TCP", "a", "10.0.0.0/8", "{{ x }}", "\u202e", "In", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
SELECTORS = st.fixed_dictionaries(
    {},
    optional={
        "matchLabels": st.dictionaries(
            st.sampled_from([NAME, "a", "kubernetes.io/metadata.name"]),
            st.sampled_from(["seldon-server", "b", T]),
            max_size=2,
        )
    },
)
PEERS = st.fixed_dictionaries(
    {}, optional={"podSelector": SELECTORS, "namespaceSelector": SELECTORS}
) | st.sampled_from(
    [
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["0.0.0.0/1", "128.0.0.0/1"]}},
        {"ipBlock": {"cidr": "::/0"}},
        {"ipBlock": {"cidr": "10.0.0.0/8"}},
    ]
)
PORTS = st.fixed_dictionaries(
    {}, optional={"port": st.sampled_from([1, 53, 64999, "http"]), "protocol": st.sampled_from(["TCP", "UDP", "SCTP"])}
)
RULES = st.lists(st.fixed_dictionaries({}, optional={"ports": st.lists(PORTS, max_size=2)}), max_size=2)


@settings(deadline=None, max_examples=60)
@given(JSON)
def test_any_json_is_explained(spec: Any) -> None:
    lines = explained({**policy(), "spec": spec})
    assert lines and all(line.isprintable() and len(line) <= 320 for line in lines)


@settings(deadline=None, max_examples=60)
@given(SELECTORS, RULES, RULES, st.lists(PEERS, max_size=3))
def test_sound_policies_are_explained_and_never_said_to_be_both_open_and_not(
    pods: KubeObject, ingress: list[Any], egress: list[Any], peers: list[Any]
) -> None:
    named = [peer for peer in peers if peer]
    lines = explained(
        policy(
            podSelector=pods,
            ingress=[{**rule, "from": named} for rule in ingress],
            egress=[{**rule, "to": named} for rule in egress],
        )
    )
    assert (OPENS_NOTHING in lines) is not bool(lets(lines) or lines_with(lines, "ipBlock"))
    assert (CUTS_NOTHING in lines) is not bool(
        lines_with(lines, "alone it would keep") or lines_with(lines, "whether it would")
    )
    assert len(lines) <= 18
