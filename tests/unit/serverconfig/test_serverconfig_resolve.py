# SPDX-License-Identifier: GPL-3.0-or-later
"""The normative cases of the resolution, by their numbers; faults of the API appear as the state of a list."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Severity
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import NAMESPACE, SERVER
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.arrived import Arrived
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.actual import State
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.code import Code
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.effective_servers import (
    effective_servers,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.missing import Inventory
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.policy import Fallback, Policy
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.resolve import (
    Agreement,
    Pending,
    Resolution,
    Verdict,
    resolve,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.shadow import Relation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.snapshot import (
    Cause,
    Listing,
    Refusal,
    Snapshot,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.text import (
    troubleshooting,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.trace import Outcome, Scope
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.answer import answer
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.data import resolution_data
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.operators import cluster
from tests.unit.serverconfig.builders import (
    NAME,
    OTHER,
    OWN,
    PLATFORM,
    SHARED,
    config,
    copy_of,
    dedicated,
    exported,
    namespace,
    operators,
    server,
    snapshot,
)

WITH_SHARED = Policy(shared=(SHARED,))
DENIED, FAILED = Refusal(Cause.DENIED, "forbidden"), Refusal(Cause.FAILED, "500")


def resolve_one(*configs: Any, policy: Policy = WITH_SHARED, servers: Any = None, **more: Any) -> Resolution:
    [found] = resolve(snapshot(*configs, servers=servers, **more), policy).resolutions
    return found


def refused(cause: Refusal, *namespaces: str, configs: Any = ()) -> Listing:
    return Listing(list(configs), refused_in=dict.fromkeys(namespaces, cause))


def codes(found: Resolution) -> list[str]:
    return [finding.code for finding in found.findings]


def effective(given_server: Any, given_config: Any) -> Any:
    return next(effective_servers([(given_server, given_config)], NEWEST))


def live(made: Any) -> dict[str, Any]:
    """The StatefulSet as the API server returns it."""
    template = deepcopy(made.template())
    template["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": "now"}
    template["spec"].update(
        restartPolicy="Always",
        dnsPolicy="ClusterFirst",
        schedulerName="default-scheduler",
        serviceAccount="seldon-server",
    )
    for container in template["spec"]["containers"]:
        container.update(
            terminationMessagePath="/dev/termination-log",
            imagePullPolicy="IfNotPresent",
            resources=container.get("resources") or {},
        )
    for volume in template["spec"]["volumes"]:
        volume.get("configMap", {})["defaultMode"] = 420
    claims = [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": claim["name"]},
            "status": {"phase": "Pending"},
            "spec": {**claim["spec"], "volumeMode": "Filesystem"},
        }
        for claim in made.volume_claim_templates
    ]
    return {
        "metadata": {"name": made.name, "namespace": made.namespace},
        "spec": {"template": template, "volumeClaimTemplates": claims},
    }


def test_01_own_alone() -> None:
    found = resolve_one(config())
    assert found.desired.scope is Scope.OWN and not found.desired.shadowed and found.agreement is Agreement.AGREES
    assert found.verdict is Verdict.OK and found.findings == ()


def test_02_the_platform_alone_is_a_fallback() -> None:
    found = resolve_one(config(PLATFORM))
    assert found.desired.scope is Scope.PLATFORM and codes(found)[:1] == ["fallback"]
    assert found.actual.state is State.ABSENT and found.agreement is Agreement.DIFFERS
    assert found.actual.reason == 'failed to get ServerConfig: ServerConfig.mlops.seldon.io "mlserver-config" not found'
    planned = resolve_one(config(PLATFORM), policy=Policy(planned=True))
    assert (
        planned.actual.state is State.PLANNED
        and planned.agreement is Agreement.AGREES
        and planned.verdict is Verdict.OK
    )
    silent = resolve_one(config(PLATFORM), policy=Policy(planned=True, fallback=Fallback.ALLOW))
    assert "fallback" not in codes(silent)


def test_03_own_hides_an_equal_one() -> None:
    hidden = config(PLATFORM)
    hidden["spec"]["podSpec"]["containers"][2]["resources"]["requests"] = {"cpu": "0.1", "memory": "1024Mi"}
    [shadow] = resolve_one(config(), hidden).desired.shadowed
    assert (shadow.namespace, shadow.relation, shadow.severity) == (PLATFORM, Relation.EQUAL, Severity.INFO)


def test_04_own_hides_another_one() -> None:
    [shadow] = resolve_one(config(), config(PLATFORM, image="other:1")).desired.shadowed
    assert shadow.relation is Relation.DIFFERS and shadow.severity is Severity.WARNING
    assert shadow.paths == ("spec.podSpec.containers[mlserver].image",)


def test_05_an_exported_shared_one_goes_before_the_platform() -> None:
    found = resolve_one(config(SHARED, **exported(f"x, {OWN}")), config(PLATFORM))
    assert found.desired.scope is Scope.SHARED and [shadow.namespace for shadow in found.desired.shadowed] == [PLATFORM]


@pytest.mark.parametrize(
    ("selector", "scope"),
    [("team=a", Scope.SHARED), ("team in (b, c)", Scope.PLATFORM), ("(", Scope.PLATFORM), ("!team", Scope.PLATFORM)],
)
def test_05_export_by_labels(selector: str, scope: Scope) -> None:
    mine = config(SHARED, annotations={"serverconfig.ml-platform.seldon/allowed-namespaces-selector": selector})
    places = Listing([namespace(OWN, labels={"team": "a"}), namespace(SHARED), namespace(PLATFORM)])
    assert resolve_one(mine, config(PLATFORM), namespaces=places).desired.scope is scope


def test_06_a_shared_one_that_is_not_exported_is_passed_over() -> None:
    found = resolve_one(config(SHARED), config(PLATFORM))
    assert found.desired.scope is Scope.PLATFORM
    assert [step.outcome for step in found.desired.trace] == [Outcome.ABSENT, Outcome.NOT_EXPORTED, Outcome.FOUND]


def test_07_nowhere() -> None:
    found = resolve_one()
    assert found.error is Code.NOT_FOUND and len(found.desired.trace) == 3 and found.verdict is Verdict.ERROR


def test_08_other_tenants_are_not_named_but_to_admins() -> None:
    assert OTHER not in json.dumps(resolution_data(resolve_one(config(OTHER))))
    found = resolve_one(config(OTHER), policy=Policy(admin=True))
    assert found.error is Code.NOT_FOUND and found.desired.suggestions[0].namespace == OTHER


def test_09_a_typo_is_suggested_and_not_used() -> None:
    found = resolve_one(config(name="mlserver-confg"))
    assert found.error is Code.NOT_FOUND and found.desired.config is None
    assert [(near.name, near.namespace) for near in found.desired.suggestions] == [("mlserver-confg", OWN)]
    assert "next: correct spec.serverConfig" in "\n".join(map(str, troubleshooting(found)))


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        pytest.param("MLServer-Config", Code.REF_INVALID, id="10"),
        pytest.param("seldon-system/mlserver", Code.REF_QUALIFIED, id="11"),
        pytest.param("", Code.REF_EMPTY, id="12 empty"),
        pytest.param(None, Code.REF_EMPTY, id="12 null"),
        pytest.param(123, Code.REF_INVALID, id="12 number"),
        pytest.param("a" * 254, Code.REF_INVALID, id="40 long"),
        pytest.param("mlserver-config\n", Code.REF_INVALID, id="40 newline"),
        pytest.param("mlsérver", Code.REF_INVALID, id="40 unicode"),
    ],
)
def test_references_that_are_no_names(reference: Any, code: Code) -> None:
    found = resolve_one(config(), config(PLATFORM), servers=[server(reference)])
    assert found.error is code and found.desired.config is None
    if reference == "MLServer-Config":
        assert found.desired.suggestions[0].name == NAME and found.desired.next_step == f'write "{NAME}"'


def test_13_one_that_is_being_deleted_is_not_replaced() -> None:
    found = resolve_one(config(deletionTimestamp="2026-01-01T00:00:00Z"), config(PLATFORM))
    assert found.error is Code.DELETING and found.desired.config is None
    assert found.actual.state is State.FOUND and found.agreement is Agreement.DIFFERS


def test_14_a_disabled_one_is_not_replaced() -> None:
    assert (
        resolve_one(config(annotations={"serverconfig.ml-platform.seldon/disabled": "true"}), config(PLATFORM)).error
        is Code.DISABLED
    )


def test_15_a_refused_read_never_falls_through() -> None:
    found = resolve_one(server_configs=refused(DENIED, OWN, configs=[config(PLATFORM)]))
    assert found.error is Code.DENIED and found.desired.config is None and found.verdict is Verdict.UNKNOWN


def test_16_an_unread_platform_behind_the_own_one() -> None:
    found = resolve_one(server_configs=refused(DENIED, PLATFORM, configs=[config()]))
    assert found.error is None and [shadow.relation for shadow in found.desired.shadowed] == [Relation.UNKNOWN]


def test_17_an_unread_namespace_before_the_winner() -> None:
    lists = refused(DENIED, SHARED, configs=[config(PLATFORM)])
    assert resolve_one(server_configs=lists).error is Code.UNCERTAIN
    lenient = resolve_one(server_configs=lists, policy=Policy(shared=(SHARED,), strict=False))
    assert lenient.desired.scope is Scope.PLATFORM and "uncertain" in codes(lenient)
    assert (
        resolve_one(server_configs=refused(DENIED, SHARED), policy=Policy(shared=(SHARED,), strict=False)).error
        is Code.UNCERTAIN
    )


def test_18_an_error_of_the_api_never_falls_through() -> None:
    assert resolve_one(server_configs=refused(FAILED, OWN, configs=[config(PLATFORM)])).error is Code.API
    assert resolve_one(server_configs=refused(FAILED, SHARED, configs=[config(PLATFORM)])).error is Code.API


def test_19_the_kind_is_not_served() -> None:
    assert resolve_one(server_configs=Listing(refused=Refusal(Cause.NOT_SERVED))).error is Code.CRD_MISSING


def test_20_the_own_namespace() -> None:
    assert resolve_one(config(), namespaces=Listing([namespace(PLATFORM)])).error is Code.NAMESPACE
    ending = Listing([{**namespace(OWN), "status": {"phase": "Terminating"}}])
    assert resolve_one(config(), namespaces=ending).error is Code.NAMESPACE_TERMINATING
    assert (
        resolve_one(config(), namespaces=Listing([]), policy=Policy(planned=True), operators=[]).verdict is Verdict.OK
    )


def test_21_a_shared_namespace_that_does_not_exist() -> None:
    found = resolve_one(config(PLATFORM), namespaces=Listing([namespace(OWN), namespace(PLATFORM)]))
    assert found.desired.scope is Scope.PLATFORM and "no_namespace" in codes(found)


def test_22_a_server_of_the_platform() -> None:
    found = resolve_one(config(PLATFORM), servers=[server(namespace=PLATFORM)], operators=dedicated(PLATFORM))
    assert found.desired.scope is Scope.OWN and found.verdict is Verdict.OK and "fallback" not in codes(found)


def test_23_namespaces_named_twice() -> None:
    found = resolve_one(config(PLATFORM), policy=Policy(shared=(OWN, PLATFORM, SHARED, SHARED)))
    assert [(step.namespace, step.scope) for step in found.desired.trace] == [
        (OWN, Scope.OWN),
        (SHARED, Scope.SHARED),
        (PLATFORM, Scope.PLATFORM),
    ]


def test_24_the_platform_namespace_from_the_operators() -> None:
    asked = Policy(platform_namespace=None)
    assert resolve_one(config(PLATFORM), policy=asked).desired.scope is Scope.PLATFORM
    two = operators(cluster.dedicated(OWN), cluster.dedicated(OTHER, namespace="elsewhere"))
    assert resolve_one(config(PLATFORM), policy=asked, operators=two).error is Code.AMBIGUOUS_OPERATOR


def test_25_two_operators() -> None:
    found = resolve_one(config(), operators=operators(cluster.dedicated(OWN), cluster.central()))
    assert (
        found.actual.state is State.CONTESTED
        and found.error is Code.AMBIGUOUS_OPERATOR
        and len(found.actual.operators) == 2
    )


def test_26_no_operator() -> None:
    found = resolve_one(config(), operators=dedicated(OTHER))
    assert found.desired.scope is Scope.OWN and found.actual.state is State.UNMANAGED and found.error is Code.UNMANAGED
    idle = resolve_one(config(), operators=operators(cluster.dedicated(OWN, ready=0)))
    assert idle.actual.state is State.UNMANAGED and "no ready pod" in idle.actual.message
    assert resolve_one(config(), operators=None).verdict is Verdict.UNKNOWN


def test_26_an_operator_that_looks_elsewhere() -> None:
    central = operators(cluster.central())
    found = resolve_one(config(), operators=central)
    assert found.actual.state is State.ABSENT and found.error is Code.SCOPE_UNSUPPORTED
    assert resolve_one(config(PLATFORM), operators=central).agreement is Agreement.AGREES
    other = resolve_one(config(), config(PLATFORM, image="x:1"), operators=central)
    assert (
        other.agreement is Agreement.DIFFERS
        and other.actual.config is not None
        and other.actual.config.namespace == PLATFORM
    )


def test_27_a_config_that_came_later() -> None:
    mine, platform = config(image="new:1"), config(PLATFORM)
    mine["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"] = "2Gi"
    found = resolve_one(mine, platform, stateful_sets=Listing([live(effective(server(), platform))]))
    assert found.arrival.state is Arrived.NO and found.pending is Pending.SWITCH
    assert found.arrival.recreate == ("volumeClaimTemplates[models].spec.resources.requests.storage",)
    assert "template.spec.containers[mlserver].image" in found.arrival.paths


def test_28_the_own_config_is_gone_while_its_server_runs() -> None:
    sets = Listing([live(effective(server(), config(image="old:1")))])
    assert resolve_one(config(PLATFORM), stateful_sets=sets).pending is Pending.FALLBACK


def test_30_a_copy_that_is_not_the_original_any_more() -> None:
    platform = config(PLATFORM, image="new:1")
    fresh, stale = resolve_one(copy_of(platform), platform), resolve_one(copy_of(config(PLATFORM)), platform)
    assert fresh.desired.scope is Scope.OFFERED and fresh.verdict is Verdict.OK and codes(fresh) == []
    assert codes(stale) == ["perhaps_stale"] and stale.desired.scope is Scope.OWN


@pytest.mark.parametrize("planned", [False, True])
def test_30_what_runs_apply_of_a_teams_files_is_its_own(planned: bool) -> None:
    mine, policy = copy_of(config(PLATFORM)), Policy(planned=planned)
    for others in ([], [config(PLATFORM, image="another:1")]):
        found = resolve_one(mine, *others, policy=policy)
        assert (found.desired.scope, found.verdict) == (Scope.OWN, Verdict.OK)


def test_30_one_that_the_team_has_touched() -> None:
    platform = config(PLATFORM, image="new:1")
    touched = copy_of(platform)
    touched["metadata"]["managedFields"].append(
        {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {}}}
    )
    assert resolve_one(touched, platform).desired.scope is Scope.OWN


def test_31_a_tenant_that_takes_a_name_of_the_platform() -> None:
    servers = [server(), server(namespace=OTHER)]
    report = resolve(snapshot(config(image="mine:1"), config(PLATFORM), servers=servers), Policy(planned=True))
    assert [found.desired.scope for found in report.resolutions] == [Scope.OWN, Scope.PLATFORM]


@pytest.mark.parametrize("spec", [{}, {"podSpec": {}}, {"podSpec": {"containers": []}}, {"podSpec": "x"}, []])
def test_33_an_empty_config_is_not_replaced(spec: Any) -> None:
    found = resolve_one(config(spec=spec), config(PLATFORM))
    assert (
        found.error is Code.CONFIG_INVALID
        and found.desired.config is not None
        and found.desired.config.namespace == OWN
    )


def test_34_a_privileged_config_is_not_replaced() -> None:
    mine = config()
    mine["spec"]["podSpec"]["hostPID"] = True
    assert resolve_one(mine, config(PLATFORM)).desired.scope is Scope.OWN


def test_35_what_pods_need_is_missing() -> None:
    bare = {OWN: Inventory({"ServiceAccount": [], "ConfigMap": ["seldon-agent"], "Secret": []})}
    found = resolve_one(config(), inventories=bare)
    assert [finding.message.split(" does")[0] for finding in found.findings] == [
        "ConfigMap seldon-tracing",
        "ServiceAccount seldon-server",
    ]
    assert resolve_one(config(), inventories={OWN: Inventory({}, runtime=True)}).findings == ()
    assert resolve_one(config(), inventories={OWN: Inventory()}).verdict is Verdict.UNKNOWN


def test_36_no_scheduler() -> None:
    names = {"ServiceAccount": ["seldon-server"], "ConfigMap": ["seldon-agent", "seldon-tracing"], "Service": []}
    assert codes(resolve_one(config(), inventories={OWN: Inventory(names)})) == ["no_scheduler"]
    assert codes(resolve_one(config(), inventories={OWN: Inventory({**names, "Service": ["seldon-scheduler"]})})) == []


def test_37_overrides_that_are_lost() -> None:
    override = {
        "securityContext": {"runAsNonRoot": False},
        "hostUsers": False,
        "containers": [{"name": "agent", "args": ["--x"], "command": ["new"]}, {"name": "mlserver", "image": ""}],
    }
    found = resolve_one(config(), servers=[server(podSpec=override, imageOverrides={"agent": {"name": "a"}})])
    assert [(finding.code, finding.field) for finding in found.findings] == [
        ("unknown_field", "spec.podSpec.hostUsers"),
        ("lost", "spec.podSpec.securityContext.runAsNonRoot"),
        ("appended", "spec.podSpec.containers[0].args"),
        ("lost", "spec.podSpec.containers[1].image"),
        ("ignored", "spec.imageOverrides"),
    ]


def test_37_a_probe_that_nobody_says_how_to_make() -> None:
    def asked(probe: Any, name: str = "agent") -> list[str]:
        return codes(
            resolve_one(
                config(),
                servers=[server(podSpec={"containers": [{"name": name, "image": "i:1", "startupProbe": probe}]})],
            )
        )

    assert "no_handler" in asked({"periodSeconds": 3}) and "no_handler" in asked({}, "new")
    assert "no_handler" not in asked({"tcpSocket": {"port": 1}})


def test_38_entries_that_are_there_twice() -> None:
    override = {
        "volumes": [{"name": "tracing", "emptyDir": {}}],
        "containers": [
            {
                "name": "agent",
                "env": [{"name": "POD_NAME", "value": "x"}],
                "ports": [{"name": "http", "containerPort": 1}],
                "volumeMounts": [{"name": "tracing", "mountPath": "/mnt/config"}],
            }
        ],
    }
    found = resolve_one(config(), servers=[server(podSpec=override)])
    assert {finding.code: finding.severity for finding in found.findings} == {
        "duplicate_volume": Severity.ERROR,
        "duplicate_port": Severity.ERROR,
        "duplicate_mount": Severity.ERROR,
        "duplicate_env": Severity.WARNING,
    }


def test_39_a_thousand_servers() -> None:
    configs = [config(f"team-{number}", f"config-{number}") for number in range(200)]
    servers = [
        server(
            f"config-{number % 200}",
            f"s{number}",
            f"team-{number % 200}",
            podSpec={"containers": [{"name": "mlserver", "image": "x:1"}]},
        )
        for number in range(1000)
    ]
    running = dedicated(*(f"team-{number}" for number in range(200)))
    whole = snapshot(
        *configs,
        servers=servers,
        operators=running,
        namespaces=Listing([namespace(f"team-{number}") for number in range(200)]),
    )
    started = time.process_time()
    report = resolve(whole)
    assert len(report.resolutions) == 1000 and time.process_time() - started < 2.0


def test_41_disable_auto_update() -> None:
    frozen = server(disableAutoUpdate=True)
    sets = Listing([live(effective(frozen, config(image="old:1")))])
    found = resolve_one(config(), servers=[frozen], stateful_sets=sets)
    assert found.frozen and found.pending is Pending.FROZEN and found.verdict is Verdict.OK
    assert resolve_one(config(), stateful_sets=sets).pending is Pending.CHANGE


def test_a_template_that_has_arrived() -> None:
    sets = Listing([live(effective(server(), config()))])
    assert resolve_one(config(), stateful_sets=sets).arrival.state is Arrived.YES
    assert resolve_one(config()).arrival.state is Arrived.ABSENT
    assert resolve_one(config(), stateful_sets=refused(DENIED, OWN)).arrival.state is Arrived.UNKNOWN


def test_servers_that_could_not_be_listed_are_named() -> None:
    assert resolve(snapshot(config())).unread == ()
    report = resolve(Snapshot(servers=Listing(refused_in={OWN: DENIED}), server_configs=Listing()))
    assert report.unread == (OWN,)
    lists = {SERVER: Listing(), NAMESPACE: Listing()}
    assert answer(report, Policy(), lists, [], []).unread == (f"Servers of {OWN} could not be listed",)


@pytest.mark.parametrize(
    ("name", "others", "code"),
    [
        ("a.b", [], "bad_name"),
        ("1a", [], "bad_name"),
        ("a" * 53, [], "long_name"),
        ("a-1", [server(name="a", replicas=2)], "colliding_name"),
    ],
)
def test_names_that_upstream_cannot_handle(name: str, others: Any, code: str) -> None:
    report = resolve(snapshot(config(), servers=[server(name=name), *others]))
    assert [found.server for found in report.resolutions if code in codes(found)] == [name]


def test_labels_reach_the_pods() -> None:
    mine = config(
        labels={"a": "config", "b": "config", "app.kubernetes.io/name": "x"},
        annotations={"meta.helm.sh/release-name": "r", "n": "1"},
    )
    named = server(replicas=2)
    named["metadata"]["labels"] = {"a": "server", "seldon-server-name": "x"}
    made = effective(named, mine)
    assert made.template_labels == {
        "a": "server",
        "b": "config",
        "app.kubernetes.io/name": "seldon-server",
        "seldon-server-name": "mlserver",
    }
    assert (
        made.annotations == {"n": "1"}
        and made.services == ("mlserver-0", "mlserver-1")
        and made.claims == ("models-mlserver-0", "models-mlserver-1")
    )


PLACES = st.sampled_from([OWN, OTHER, SHARED, PLATFORM])
CONFIGS = st.lists(
    st.builds(
        config,
        PLACES,
        st.sampled_from([NAME, "mlserver"]),
        st.sampled_from(["a:1", "b:1"]),
        annotations=st.sampled_from(
            [
                {},
                {"serverconfig.ml-platform.seldon/allowed-namespaces": "*"},
                {"serverconfig.ml-platform.seldon/disabled": "true"},
            ]
        ),
    ),
    max_size=5,
    unique_by=lambda obj: (obj["metadata"]["namespace"], obj["metadata"]["name"]),
)
SERVERS = st.lists(
    st.builds(
        server,
        st.sampled_from([NAME, "mlserver", "mlserve"]),
        st.sampled_from(["a", "b"]),
        st.sampled_from([OWN, OTHER]),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(CONFIGS, SERVERS, st.sets(PLACES, max_size=2), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_whatever_the_cluster_holds(
    configs: Any, servers: Any, unread: Any, strict: bool, planned: bool, random: Any
) -> None:
    policy = Policy(shared=(SHARED,), strict=strict, planned=planned)
    lists = refused(DENIED, *sorted(unread), configs=configs)
    report = resolve(snapshot(server_configs=lists, servers=servers), policy)
    for found in report.resolutions:
        if found.desired.config is not None:
            assert found.desired.config.namespace in (found.namespace, SHARED, PLATFORM)
            assert found.desired.config.namespace not in unread and found.namespace not in unread
            passed = unread & {SHARED} if found.desired.config.namespace == PLATFORM else set()
            assert not (strict and passed)
        for near in found.desired.suggestions:
            assert near.namespace in (found.namespace, SHARED, PLATFORM)
    shuffled, again = list(configs), list(servers)
    random.shuffle(shuffled)
    random.shuffle(again)
    other = resolve(snapshot(server_configs=refused(DENIED, *sorted(unread), configs=shuffled), servers=again), policy)
    first, second = ([*map(resolution_data, each.resolutions)] for each in (report, other))
    assert json.dumps(first) == json.dumps(second)


WRONG: list[Any] = [None, 0, True, 1.5, "x", "\x00\n", [], [[]], [None, 1], {}, {"name": []}, {"a": {"b": [{}]}}]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, entry in entries for inner in _paths(entry, (*path, key)))]


def test_hostile_values_in_every_field() -> None:
    full = server(
        podSpec={"containers": [{"name": "agent", "env": [{"name": "A"}]}], "volumes": [{"name": "v"}]},
        replicas=1,
        capabilities=["x"],
    )
    full["metadata"].update(labels={"a": "b"}, annotations={"a": "b"})
    given_config = copy_of(config(PLATFORM))
    given_config["metadata"].update(annotations={"a": "b"}, labels={"a": "b"}, generation=1)
    stateful_set = live(effective(full, given_config))
    inventory = {OWN: Inventory({"ConfigMap": []})}
    for kind, obj in (
        ("server", full),
        ("config", given_config),
        ("set", stateful_set),
        ("namespace", namespace(OWN, labels={"a": "b"})),
    ):
        for number, path in enumerate(_paths(obj)):
            whole: Any = {"": deepcopy(obj)}
            keys: tuple[Any, ...] = ("", *path)
            target: Any = whole
            for key in keys[:-1]:
                target = target[key]
            target[keys[-1]] = WRONG[number % len(WRONG)]
            parts: dict[str, Any] = {
                "server": full,
                "config": given_config,
                "set": stateful_set,
                "namespace": namespace(OWN),
                kind: whole[""],
            }
            report = resolve(
                snapshot(
                    parts["config"],
                    config(PLATFORM),
                    servers=[parts["server"]],
                    stateful_sets=Listing([parts["set"]]),
                    namespaces=Listing([parts["namespace"], namespace(PLATFORM)]),
                    inventories=inventory,
                ),
            )
            for found in report.resolutions:
                json.dumps(resolution_data(found))
                assert troubleshooting(found)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [("allowed-namespaces", OWN, True), ("allowed-namespaces", "x", False), ("disabled", "true", False)],
)
def test_old_names_of_annotations_are_read_and_reported(key: str, value: str, allowed: bool) -> None:
    old, current = f"scoped.seldon.io/{key}", f"serverconfig.ml-platform.seldon/{key}"
    found = resolve_one(config(PLATFORM, annotations={old: value}))
    assert (found.error is None) is allowed
    reported = [(finding.message, finding.next_step) for finding in found.findings if finding.code == "old_annotation"]
    assert reported == (
        [(f"{PLATFORM}/{NAME} has the annotation {old}, which is an old name", f"rename it to {current}")]
        if allowed
        else []
    )
    if key == "disabled":
        assert old in found.desired.next_step
    # The current name has precedence over the old one, and is not reported.
    both = resolve_one(config(PLATFORM, annotations={old: "nobody", current: "false" if key == "disabled" else "*"}))
    assert both.error is None
    plain = resolve_one(config(PLATFORM, annotations={current: "false" if key == "disabled" else "*"}))
    assert "old_annotation" not in codes(plain)
