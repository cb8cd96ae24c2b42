# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a tenant's network, their policies, and the warnings about flows that no policy opens."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.network import NetworkOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.network_entries import (
    Destination,
    Peer,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    OptionsError,
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import (
    TenantPlan,
    render_tenant,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import (
    PlatformSnapshot,
    TenantSnapshot,
)

from tests.unit.tenant.builders import PLATFORM, KubeObject, apiserver, platform, seldon, seldon_config

P = "tenant_namespace_"


def network(**options: Any) -> NetworkOptions:
    return parse_options({"name": "t", **options}).network


def refusals(**options: Any) -> list[str]:
    with pytest.raises(OptionsError) as caught:
        network(**options)
    return [as_text(problem) for problem in caught.value.problems]


def render(*team: KubeObject, on: PlatformSnapshot | None = None, **options: Any) -> TenantPlan:
    return render_tenant(parse_options({"name": "t", **options}), on or platform(), team, TenantSnapshot())


def policies(plan: TenantPlan) -> dict[str, KubeObject]:
    return {obj["metadata"]["name"]: obj["spec"] for obj in plan.platform_objects if obj["kind"] == "NetworkPolicy"}


def test_by_default_nothing_is_opened_besides_seldons_own_flows() -> None:
    assert network() == NetworkOptions()
    assert not {"tenant-egress", "tenant-clients", "tenant-kafka", "tenant-tracing"} & policies(render()).keys()


def test_the_lists_are_read() -> None:
    read = network(
        egress=[
            {"namespace": "minio", "port": 9000},
            {"cidr": "198.51.100.0/24", "except": ["198.51.100.0/26"], "port": 443},
            {"namespace": "db", "pod_labels": {"app": "pg"}, "port": 5432, "protocol": "UDP"},
        ],
        ingress=[{"namespace": "ingress-nginx", "pod_labels": {"app": "nginx"}}, {"cidr": "203.0.113.0/24"}],
        network={
            "dns": [{"cidr": "169.254.20.10"}],
            "apiserver_cidrs": ["192.0.2.1"],
            "monitoring": [],
            "kafka": [{"namespace": "kafka", "port": 9093}],
        },
    )
    assert read.egress == (
        Destination(Peer("minio"), 9000),
        Destination(Peer(cidr="198.51.100.0/24", excepted=("198.51.100.0/26",)), 443),
        Destination(Peer("db", {"app": "pg"}), 5432, "UDP"),
    )
    assert read.ingress == (Peer("ingress-nginx", {"app": "nginx"}), Peer(cidr="203.0.113.0/24"))
    assert read.dns == (Destination(Peer(cidr="169.254.20.10/32"), 53),)
    assert (read.apiserver_cidrs, read.monitoring, read.kafka) == (
        ("192.0.2.1/32",),
        (),
        (Destination(Peer("kafka"), 9093),),
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"egress": {}}, "egress: {} is not a list"),
        ({"egress": ["minio"]}, 'egress[0]: "minio" is not a mapping'),
        ({"egress": [{"port": 1}]}, "egress[0]: namespace and cidr are both missing"),
        (
            {"egress": [{"namespace": "a", "cidr": "192.0.2.0/24", "port": 1}]},
            "egress[0]: namespace and cidr are both given",
        ),
        ({"egress": [{"namespace": "minio"}]}, "egress[0].port: is missing"),
        ({"egress": [{"namespace": "minio", "port": "9000"}]}, 'egress[0].port: "9000" is not a port'),
        ({"egress": [{"namespace": "minio", "port": 70000}]}, "egress[0].port: 70000 is not a port"),
        (
            {"egress": [{"namespace": "minio", "port": 5572}]},
            "egress[0].port: 5572 is the remote control of rclone, which asks for no login",
        ),
        ({"egress": [{"namespace": "Minio", "port": 1}]}, 'egress[0].namespace: "Minio" is not a namespace\'s name'),
        (
            {"egress": [{"namespce": "minio", "port": 1}]},
            'egress[0].namespce: does not exist\n  did you mean "tenant_namespace_egress[0].namespace"?',
        ),
        (
            {"egress": [{"namespace": "minio", "port": 1, "protocol": "tcp"}]},
            'egress[0].protocol: "tcp" is not one of TCP, UDP, SCTP',
        ),
        (
            {"egress": [{"namespace": "minio", "pod_labels": {"app": "a b"}, "port": 1}]},
            'egress[0].pod_labels.app: "a b" is not a label',
        ),
        (
            {"egress": [{"cidr": "192.0.2.0/33", "port": 1}]},
            'egress[0].cidr: "192.0.2.0/33" is not a block of addresses',
        ),
        (
            {"egress": [{"cidr": "192.0.2.7/24", "port": 1}]},
            'egress[0].cidr: "192.0.2.7/24" is not a block of addresses\n  did you mean 192.0.2.0/24?',
        ),
        (
            {"egress": [{"cidr": "192.0.2.0/24", "except": ["10.0.0.0/8"], "port": 1}]},
            "egress[0].except[0]: 10.0.0.0/8 is not a part of 192.0.2.0/24",
        ),
        (
            {"egress": [{"cidr": "192.0.2.0/24", "pod_labels": {}, "port": 1}]},
            "egress[0].pod_labels: is not allowed together with cidr",
        ),
        (
            {"egress": [{"namespace": "a", "except": [], "port": 1}]},
            "egress[0].except: is not allowed together with namespace",
        ),
        (
            {"egress": [{"cidr": "169.254.169.254/32", "port": 80}]},
            "egress[0].cidr: 169.254.169.254/32 is link-local or a cloud's metadata service",
        ),
        (
            {"egress": [{"cidr": "169.254.0.0/20", "port": 80}]},
            "egress[0].cidr: 169.254.0.0/20 is link-local or a cloud's metadata service",
        ),
        (
            {"egress": [{"cidr": "fd00:ec2::254", "port": 80}]},
            "egress[0].cidr: fd00:ec2::254/128 is link-local or a cloud's metadata service",
        ),
        (
            {"egress": [{"namespace": "t", "pod_labels": {"app.kubernetes.io/name": "seldon-server"}, "port": 9000}]},
            "egress[0]: seldon-server is reached by Seldon's own flows only",
        ),
        (
            {"ingress": [{"namespace": "a", "port": 9000}]},
            "ingress[0].port: cannot be set: inference requests arrive at port 9000 of seldon-envoy",
        ),
        ({"network": {"dsn": []}}, 'network.dsn: does not exist\n  did you mean "tenant_namespace_network.dns"?'),
        (
            {"network": {"dns": [{"cidr": "169.254.0.0/16"}]}},
            "network.dns[0].cidr: 169.254.0.0/16 holds an address that gives away the node's credentials",
        ),
        ({"network": {"apiserver_cidrs": ["api"]}}, 'network.apiserver_cidrs[0]: "api" is not a block of addresses'),
        ({"network_policies": "no"}, 'network_policies: "no" is neither true nor false'),
    ],
)
def test_what_is_refused_names_the_field(options: dict[str, Any], said: str) -> None:
    [text] = refusals(**options)
    assert text.startswith(P + said), text


def test_metadata_and_link_local_addresses_are_cut_out_of_larger_blocks() -> None:
    rules = policies(
        render(
            egress=[
                {"cidr": "0.0.0.0/0", "port": 443},
                {"cidr": "::/0", "port": 443},
                {"cidr": "198.51.100.0/24", "port": 443},
            ]
        )
    )["tenant-egress"]["egress"]
    assert [rule["to"][0]["ipBlock"] for rule in rules] == [
        {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32"]},
        {"cidr": "::/0", "except": ["fe80::/10", "fd00:ec2::254/128", "fd20:ce::254/128"]},
        {"cidr": "198.51.100.0/24"},
    ]


def test_no_rule_is_open_to_all_peers_or_all_ports() -> None:
    for options in (
        {},
        {"network": {"dns": [], "monitoring": []}},
        {"egress": [{"namespace": "a", "port": 1}], "ingress": [{"namespace": "t"}], "runtime": {"pipelines": True}},
    ):
        found = policies(render(**options))
        for name, spec in found.items():
            rules = [(rule["from"], rule["ports"]) for rule in spec.get("ingress", [])] + [
                (rule["to"], rule["ports"]) for rule in spec.get("egress", [])
            ]
            assert bool(rules) is (name != "tenant-default-deny"), name
            for peers, ports in rules:
                assert peers and ports and all("port" in port and "protocol" in port for port in ports)
                assert all(set(peer) in ({"ipBlock"}, {"namespaceSelector", "podSelector"}) for peer in peers)
                assert all(
                    list(peer["namespaceSelector"]["matchLabels"]) == ["kubernetes.io/metadata.name"]
                    for peer in peers
                    if "ipBlock" not in peer
                )
        assert list(found)[-1] == "tenant-default-deny"


def test_switched_off_there_is_none() -> None:
    plan = render(network_policies=False, egress=[{"namespace": "a", "port": 1}], on=platform(apiserver=()))
    assert policies(plan) == {} and plan.warnings == ()


def test_given_addresses_of_the_api_server_take_the_place_of_its_endpoints() -> None:
    plan = render(network={"apiserver_cidrs": ["192.0.2.128/25"]})
    assert policies(plan)["tenant-apiserver"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "192.0.2.128/25"}}]
    found = policies(
        render(
            on=platform(apiserver=[apiserver("192.0.2.9", "192.0.2.8", port=8443), apiserver("2001:db8::1", port=8443)])
        )
    )["tenant-apiserver"]
    assert [peer["ipBlock"]["cidr"] for peer in found["egress"][0]["to"]] == [
        "192.0.2.8/32",
        "192.0.2.9/32",
        "2001:db8::1/128",
    ]
    assert [port["port"] for port in found["egress"][0]["ports"]] == [443, 8443]


def test_an_api_server_that_cannot_be_placed_is_said() -> None:
    [warning] = render(on=platform(apiserver=())).warnings
    assert as_text(warning).startswith(
        "Service default/kubernetes: has no endpoint: no network policy can allow the API server"
    )
    assert "tenant-apiserver" not in policies(render(on=platform(apiserver=())))


def with_config(**config: Any) -> PlatformSnapshot:
    found = seldon_config(namespace=PLATFORM)
    found["spec"]["config"] = config
    return platform(seldon_configs=[found])


def test_kafka_is_opened_where_the_seldon_config_says_and_only_for_pipelines() -> None:
    on = with_config(kafkaConfig={"bootstrap.servers": "a.kafka:9092, b.kafka.svc:9093"})
    found = policies(render(on=on, runtime={"pipelines": True}))["tenant-kafka"]
    assert [
        (rule["to"][0]["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"], rule["ports"][0]["port"])
        for rule in found["egress"]
    ] == [("kafka", 9092), ("kafka", 9093)]
    assert found["podSelector"]["matchExpressions"][0]["values"] == [
        "seldon-dataflow-engine",
        "seldon-modelgateway",
        "seldon-pipelinegateway",
    ]
    assert "tenant-kafka" not in policies(render(on=on))
    given = policies(
        render(on=on, runtime={"pipelines": True}, network={"kafka": [{"cidr": "198.51.100.9/32", "port": 9094}]})
    )["tenant-kafka"]
    assert [rule["to"] for rule in given["egress"]] == [[{"ipBlock": {"cidr": "198.51.100.9/32"}}]]


def test_a_broker_outside_the_cluster_has_to_be_placed() -> None:
    on = with_config(kafkaConfig={"bootstrap.servers": "b-1.kafka.example.com:9092"})
    [warning] = render(on=on, runtime={"pipelines": True}).warnings
    assert warning.field == "tenant_namespace_network.kafka" and "is not a Service of the cluster" in warning.message
    assert (
        render(
            on=on, runtime={"pipelines": True}, network={"kafka": [{"cidr": "198.51.100.9/32", "port": 9092}]}
        ).warnings
        == ()
    )
    assert render(on=on).warnings == ()


def test_tracing_is_opened_only_where_it_is_on() -> None:
    on = with_config(tracingConfig={"otelExporterEndpoint": "http://collector.tracing:4317"})
    assert policies(render(on=on, runtime={"tracing": True}))["tenant-tracing"]["egress"][0]["ports"] == [
        {"port": 4317, "protocol": "TCP"}
    ]
    assert "tenant-tracing" not in policies(render(on=on))


def test_a_model_from_outside_that_nothing_opens_is_said() -> None:
    model = seldon("Model", "m", {"storageUri": "gs://bucket/m"})
    [warning] = render(model).warnings
    assert as_text(warning).startswith(
        'Model m: loads "gs://bucket/m", and tenant_namespace_egress does not allow Servers any connection'
    )
    assert render(model, egress=[{"cidr": "0.0.0.0/0", "port": 443}]).warnings == ()
    assert render(model, network_policies=False).warnings == ()
    assert render(seldon("Model", "m", {"storageUri": "/mnt/models/m"})).warnings == ()


def test_what_runs_in_the_tenants_own_namespace_is_opened_at_both_ends() -> None:
    on = with_config(
        tracingConfig={"otelExporterEndpoint": "collector:4317"}, kafkaConfig={"bootstrap.servers": "kafka:9092"}
    )
    own = {
        "monitoring": [{"namespace": "t", "pod_labels": {"app": "prometheus"}}],
        "schema_registry": [{"namespace": "t", "port": 8081}],
    }
    found = policies(render(on=on, runtime={"tracing": True, "pipelines": True}, network=own))
    for name, opened in (("tenant-tracing", 4317), ("tenant-kafka", 9092), ("tenant-schema-registry", 8081)):
        [within] = [spec for other, spec in found.items() if other.startswith(f"{name}-")]
        assert within["ingress"][0]["ports"] == [{"port": opened, "protocol": "TCP"}]
        assert within["ingress"][0]["from"][0]["podSelector"] == found[name]["podSelector"]
        assert within["podSelector"]["matchExpressions"][0]["operator"] == "NotIn"
    [scraping] = [spec for spec in found.values() if spec["podSelector"].get("matchLabels") == {"app": "prometheus"}]
    assert sorted(port["port"] for rule in scraping["egress"] for port in rule["ports"]) == [
        8002,
        8082,
        9003,
        9006,
        9006,
    ]
    assert found["tenant-metrics-envoy"]["ingress"][0]["from"][0]["podSelector"] == scraping["podSelector"]
