# SPDX-License-Identifier: GPL-3.0-or-later
"""Violations of Pod Security in a tenant's pods are reported before anything is written; and changes that make Seldon's
pods conform to restricted.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import option
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.evaluate import (
    evaluate,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.policy import (
    Level,
    Policy,
    minor_of,
    parse_minor,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.restrict import (
    restricted,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.restricted_configs import (
    restricted_server_config,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.config import Config
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.effective_servers import (
    effective_servers,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.offer import Offers
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.configs.restricted_platform import (
    platform_for,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.pod_security import (
    PodSecurity,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    OptionsError,
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.owners import pod_owners
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.pod_security import (
    Judged,
    check_version,
    judge_pods,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot

from tests.conformance.pod_security.pods import generated
from tests.unit.tenant.builders import PLATFORM, KubeObject, applied_by, platform, seldon, server, server_config

CLOSED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
POD = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
RESTRICTED = Policy(Level.RESTRICTED)
OPTION = "tenant_namespace_pod_security"


def judged(
    team: list[KubeObject],
    levels: dict[str, Any] | None = None,
    live: TenantSnapshot = TenantSnapshot(),
    runtime: Any = None,
    **changes: Any,
) -> Judged:
    options = parse_options({"name": "team", "pod_security": levels or {}, "runtime": runtime or {}})
    found = platform_for(options.pod_security, platform(**changes))
    plan = render_tenant(options, found, team, live)
    return judge_pods("team", options.pod_security, pod_owners(plan.resolved, team), "v1.37.2")


def refused(*team: KubeObject, levels: dict[str, Any] | None = None, **more: Any) -> list[str]:
    return [as_text(problem) for problem in judged(list(team), levels, **more).refused]


def with_pod(obj: KubeObject, **pod_spec: Any) -> KubeObject:
    changed = deepcopy(obj)
    changed["spec"].setdefault("podSpec", {}).update(pod_spec)
    return changed


def hostile(**pod_spec: Any) -> KubeObject:
    return with_pod(server("inference", "mlserver"), **pod_spec)


def test_a_tenant_with_what_the_platform_offers_hears_nothing() -> None:
    assert judged([server("a", "mlserver"), server("c", "triton")]) == Judged()


def test_one_line_warns_of_what_the_team_brings_below_the_level_that_is_warned_about() -> None:
    team = [server_config("own"), *(server(name, "own") for name in "abcd"), hostile(containers=[{"name": "sidecar"}])]
    found = judged(team)
    assert found.refused == ()
    [warning] = found.warnings
    assert as_text(warning) == (
        "Namespace team: Pod Security restricted:v1.34 (warn) is not met by Server a; Server b; Server c and 2 more\n"
        f"  the pods still run; the API server names the fields when the pods are created. To stop this warning, set {OPTION}.warn: baseline"
    )
    assert judged(team, {"warn": "baseline", "audit": "privileged"}) == Judged()
    assert "(audit)" in judged(team, {"warn": "baseline"}).warnings[0].message
    assert "not met by Server inference" in judged([team[-1]]).warnings[0].message


def test_a_hostile_server_names_field_control_and_next_step() -> None:
    bad = hostile(hostNetwork=True, containers=[{"name": "mlserver", "securityContext": {"privileged": True}}])
    assert refused(bad) == [
        "Server inference: its pods would be refused by Pod Security baseline:v1.34: host namespaces, privileged\n"
        "  hostNamespaces: spec.podSpec.hostNetwork: remove it\n"
        "  privileged: spec.podSpec.containers[mlserver].securityContext.privileged: remove it"
    ]
    assert judged([bad]).refused[0].field == "spec.podSpec.hostNetwork"


def test_what_the_server_config_brings_is_said_to_be_there() -> None:
    own = with_pod(server_config("own"), hostPID=True)
    [text] = refused(own, server("inference", "own"))
    assert "  hostNamespaces: ServerConfig team/own spec.podSpec.hostPID: remove it" in text.splitlines()
    offered = with_pod(
        server_config("mlserver", namespace=PLATFORM), volumes=[{"name": "v", "hostPath": {"path": "/"}}]
    )
    [text] = refused(server("inference", "mlserver"), server_configs=[offered])
    assert f"  hostPathVolumes: ServerConfig {PLATFORM}/mlserver spec.podSpec.volumes[v].hostPath: " in text


def test_an_override_that_the_merge_loses_changes_nothing() -> None:
    own = with_pod(server_config("own"), containers=[{"name": "mlserver", "securityContext": {"privileged": True}}])
    fixed = with_pod(
        server("inference", "own"), containers=[{"name": "mlserver", "securityContext": {"privileged": False}}]
    )
    [text] = refused(own, fixed)
    assert "ServerConfig team/own spec.podSpec.containers[mlserver].securityContext.privileged" in text


def test_annotations_of_both_reach_the_pods() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/mlserver"
    bad = server("inference", "mlserver")
    bad["metadata"]["annotations"] = {key: "unconfined"}
    [text] = refused(bad)
    assert f"metadata.annotations[{key}]" in text and "appArmorProfile" in text


def test_many_fields_of_one_control_are_counted() -> None:
    bad = hostile(containers=[{"name": f"c{number}", "securityContext": {"privileged": True}} for number in range(5)])
    assert "containers[c2].securityContext.privileged and 2 more: remove it" in refused(bad)[0]


def test_what_cannot_be_read_is_not_taken_for_allowed() -> None:
    [problem] = judged([hostile(hostNetwork="yes")]).refused
    assert (
        problem.message == "its pods cannot be checked against Pod Security baseline:v1.34"
        and problem.field == "spec.podSpec.hostNetwork"
    )
    assert "hostNamespaces: spec.podSpec.hostNetwork is not true or false" in problem.details


TEMPLATE = {"metadata": {}, "spec": {"hostIPC": True, "containers": [{"name": "a"}]}}
WORKLOADS = {
    "Deployment": ({"template": TEMPLATE}, "spec.template.spec.hostIPC"),
    "StatefulSet": ({"template": TEMPLATE}, "spec.template.spec.hostIPC"),
    "Job": ({"template": TEMPLATE}, "spec.template.spec.hostIPC"),
    "CronJob": ({"jobTemplate": {"spec": {"template": TEMPLATE}}}, "spec.jobTemplate.spec.template.spec.hostIPC"),
    "Pod": (TEMPLATE["spec"], "spec.hostIPC"),
}


@pytest.mark.parametrize(
    ("kind", "spec", "field"), [(kind, *case) for kind, case in WORKLOADS.items()], ids=[*WORKLOADS]
)
def test_the_teams_workloads(kind: str, spec: KubeObject, field: str) -> None:
    [problem] = judged([{"apiVersion": "v1", "kind": kind, "metadata": {"name": "w"}, "spec": spec}]).refused
    assert (str(problem.subject), problem.field) == (f"{kind} w", field)
    assert problem.details == (f"hostNamespaces: {field}: remove it",)


@pytest.mark.parametrize("spec", [None, [], {"template": None}, {"template": {"spec": None}}, {"jobTemplate": "x"}])
def test_workloads_of_any_shape(spec: Any) -> None:
    for kind in WORKLOADS:
        judged([{"apiVersion": "v1", "kind": kind, "metadata": None, "spec": spec}])


def seldon_config(name: str = "default", pod: Any = None, **metadata: Any) -> KubeObject:
    components = [
        {"name": part, "podSpec": pod or {"containers": [{"name": part}]}} for part in ("seldon-scheduler", "hodometer")
    ]
    return seldon("SeldonConfig", name, {"components": components}, **metadata)


def test_components_that_run_are_judged_and_their_overrides_are_told_apart() -> None:
    runtime = {
        "overrides": [
            {"name": "seldon-scheduler", "podSpec": {"hostPID": True}},
            {"name": "hodometer", "replicas": 0, "podSpec": {"hostPID": True}},
        ]
    }
    [problem] = judged([], runtime=runtime, seldon_configs=[seldon_config(namespace=PLATFORM)]).refused
    assert str(problem.subject) == "SeldonRuntime seldon, seldon-scheduler"
    assert problem.details == (
        "hostNamespaces: SeldonRuntime seldon spec.overrides[seldon-scheduler].podSpec.hostPID: remove it",
    )
    bad = seldon_config(pod={"hostIPC": True, "containers": [{"name": "a"}]}, namespace=PLATFORM)
    [problem] = judged([], seldon_configs=[bad]).refused
    assert problem.details == (
        f"hostNamespaces: SeldonConfig {PLATFORM}/default spec.components[seldon-scheduler].podSpec.hostIPC: remove it",
    )


def test_restricted_enforced_refuses_what_is_stock_and_names_the_option() -> None:
    texts = refused(server("inference", "mlserver"), levels={"enforce": "restricted"})
    assert len(texts) == 2 and all(
        text.endswith(f"{OPTION}.restrict_seldon: true adds the missing fields to objects that the platform offers")
        for text in texts
    )
    assert (
        "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile" in texts[0]
    )


def test_with_the_option_what_is_offered_is_taken_by_restricted() -> None:
    levels = {"enforce": "restricted", "restrict_seldon": True}
    assert judged([server("inference", "mlserver")], levels) == Judged()
    options = parse_options({"name": "team", "pod_security": levels})
    plan = render_tenant(
        options, platform_for(options.pod_security, platform()), [server("inference", "mlserver")], TenantSnapshot()
    )
    offered = {
        obj["kind"]: obj["spec"] for obj in plan.platform_objects if obj["kind"] in ("SeldonConfig", "ServerConfig")
    }
    component = offered["SeldonConfig"]["components"][0]["podSpec"]
    for spec in (offered["ServerConfig"]["podSpec"], component):
        assert spec["securityContext"] == POD and [
            container["securityContext"] for container in spec["containers"]
        ] == [CLOSED]
    untouched = render_tenant(
        replace(options, pod_security=PodSecurity()), platform(), [server("inference", "mlserver")], TenantSnapshot()
    )
    assert (
        "securityContext"
        not in next(obj for obj in untouched.platform_objects if obj["kind"] == "ServerConfig")["spec"]["podSpec"]
    )


def test_with_the_option_what_the_team_owns_stays_and_is_named() -> None:
    levels = {"restrict_seldon": True}
    team = [server_config("own"), server("inference", "own")]
    found = judged(team, levels)
    assert found.refused == ()
    [warning] = found.warnings
    assert warning.message == "restrict_seldon cannot make its pods meet Pod Security restricted:v1.34"
    assert (
        warning.details[-1]
        == f"ServerConfig team/own is the team's own: {OPTION}.restrict_seldon changes only objects that the platform offers"
    )
    [problem] = judged(team, {**levels, "enforce": "restricted"}).refused
    assert problem.details[-1] == warning.details[-1]


def test_with_the_option_what_says_something_else_is_named() -> None:
    offered = with_pod(server_config("mlserver", namespace=PLATFORM), securityContext={"runAsUser": 0})
    [warning] = judged([server("inference", "mlserver")], {"restrict_seldon": True}, server_configs=[offered]).warnings
    assert any(
        line.startswith(
            "runAsUser: ServerConfig seldon-system/mlserver spec.podSpec.securityContext.runAsUser: name a user"
        )
        for line in warning.details
    )
    assert "sets a value that restricted forbids" in warning.details[-1]


def test_with_the_option_a_servers_own_container_is_named() -> None:
    bad = hostile(containers=[{"name": "sidecar"}])
    [problem] = judged([bad], {"enforce": "restricted", "restrict_seldon": True}).refused
    assert problem.details == (
        "allowPrivilegeEscalation: spec.podSpec.containers[sidecar].securityContext.allowPrivilegeEscalation: set it to false",
        'capabilities_restricted: spec.podSpec.containers[sidecar].securityContext.capabilities.drop: set it to ["ALL"]',
    )


def test_with_the_option_a_seldon_config_of_the_teams_own_stays() -> None:
    live = TenantSnapshot(seldon_configs=[applied_by(seldon_config(namespace="team"), "kubectl")])
    found = judged([], {"enforce": "restricted", "restrict_seldon": True}, live=live)
    assert [str(problem.subject) for problem in found.refused] == ["SeldonRuntime seldon, seldon-scheduler"]
    assert "SeldonConfig team/default is the team's own" in found.refused[0].details[-1]


RESTRICT_CASES: dict[str, tuple[KubeObject, bool]] = {
    "nothing said": ({"containers": [{"name": "a"}], "initContainers": [{"name": "i"}]}, True),
    "nulls": (
        {
            "securityContext": None,
            "containers": [{"name": "a", "securityContext": {"capabilities": None, "allowPrivilegeEscalation": None}}],
        },
        True,
    ),
    "some dropped": (
        {
            "containers": [
                {"name": "a", "securityContext": {"capabilities": {"drop": ["NET_RAW"], "add": ["NET_BIND_SERVICE"]}}}
            ]
        },
        True,
    ),
    "a profile of its own": (
        {
            "securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "x"}},
            "containers": [{"name": "a"}],
        },
        True,
    ),
    "privileged": ({"containers": [{"name": "a", "securityContext": {"privileged": True}}, {"name": "b"}]}, False),
    "root": ({"securityContext": {"runAsUser": 0}, "containers": [{"name": "a"}]}, False),
    "escalation wanted": (
        {"containers": [{"name": "a", "securityContext": {"allowPrivilegeEscalation": True}}]},
        False,
    ),
    "a forbidden volume": ({"volumes": [{"name": "v", "hostPath": {}}], "containers": [{"name": "a"}]}, False),
    "malformed": (
        {"securityContext": "x", "containers": ["a", {"name": "b", "securityContext": [], "capabilities": 1}]},
        False,
    ),
}


@pytest.mark.parametrize(("spec", "brought"), RESTRICT_CASES.values(), ids=[*RESTRICT_CASES])
def test_restricting_adds_only_what_is_absent_and_all_or_nothing(spec: KubeObject, brought: bool) -> None:
    before = deepcopy(spec)
    after = restricted(spec)
    assert spec == before
    assert evaluate(None, after, RESTRICTED).allowed is brought
    assert (after is spec) is not brought
    assert restricted(after) is after


def test_restricting_leaves_what_is_no_pod_spec() -> None:
    assert restricted(None) is None and restricted("x") == "x"
    for config in ({"metadata": {"name": "x"}}, {"spec": None}, {"spec": {"podSpec": []}}):
        assert restricted_server_config(config) is config
    for broken in ({"spec": {"components": "x"}}, {"spec": {"components": [None, {"name": "a"}, "b"]}}, {}):
        found = platform_for(PodSecurity(restrict_seldon=True), platform(seldon_configs=[broken])).seldon_configs
        assert found == [broken]


def test_a_copy_that_was_restricted_is_still_the_platforms() -> None:
    config = server_config("mlserver", namespace=PLATFORM)
    brought = restricted_server_config(config)
    original = Config(PLATFORM, "mlserver", config, Offers().of(config["spec"]))
    copy = Config("team", "mlserver", brought, Offers().of(brought["spec"]))
    assert copy.content == original.restricted_content != original.content


@pytest.mark.parametrize(
    ("version", "hint"),
    [
        ("1.34", 'did you mean "v1.34"?'),
        ("V1.34", 'did you mean "v1.34"?'),
        ("v1.034", 'did you mean "v1.34"?'),
        ("v1.34.2", 'did you mean "v1.34"?'),
        ("latset", 'did you mean "latest"?'),
        ("Latest", 'did you mean "latest"?'),
        ("v2.1", "expected v1.34, or latest"),
    ],
)
def test_a_mistyped_version_gets_a_suggestion(version: str, hint: str) -> None:
    with pytest.raises(OptionsError) as caught:
        parse_options({"name": "team", "pod_security": {"version": version}})
    [problem] = caught.value.problems
    assert as_text(problem).splitlines()[1:] == [f"  {hint}"] and problem.subject == option(f"{OPTION}.version")


def test_a_version_newer_than_the_cluster() -> None:
    [problem] = check_version(PodSecurity(version="v1.40"), "v1.37.2")
    assert as_text(problem) == (
        f'{OPTION}.version: "v1.40" is newer than the cluster (v1.37.2), which would judge by its own newest rules, and by others after its upgrade\n'
        "  set it to v1.37 or older, or to latest"
    )
    assert (
        check_version(PodSecurity(version="v1.37"), "v1.37.2")
        == check_version(PodSecurity(version="latest"), "v1.37.2")
        == []
    )
    assert check_version(PodSecurity(version="v1.40"), "unknown") == []


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("v1.37.2", 37),
        ("v1.33.4-eks-1a2b", 33),
        ("v1.31.0+k3s1", 31),
        ("unknown", None),
        ("v0.0.0-master", None),
        ("", None),
    ],
)
def test_the_clusters_release(text: str, minor: int | None) -> None:
    assert minor_of(text) == minor


def test_the_clusters_own_rules_count() -> None:
    probe = hostile(
        containers=[{"name": "mlserver", "livenessProbe": {"httpGet": {"host": "example.com", "port": 80}}}]
    )
    options = parse_options({"name": "team", "pod_security": {"version": "latest"}})
    plan = render_tenant(options, platform(), [probe], TenantSnapshot())
    owners = pod_owners(plan.resolved, [probe])
    assert judge_pods("team", options.pod_security, owners, "v1.33.0").refused == ()
    assert "hostProbesAndHostLifecycle" in as_text(
        judge_pods("team", options.pod_security, owners, "v1.34.0").refused[0]
    )


@pytest.mark.parametrize(
    ("version", "release", "said"),
    [("latest", 38, True), ("v1.38", 39, True), ("v1.37", 39, False), ("latest", 37, False)],
)
def test_rules_that_are_not_known_here_are_not_taken_for_the_clusters(version: str, release: int, said: bool) -> None:
    found = judge_pods("team", PodSecurity(version=version), [], f"v1.{release}.0").warnings
    assert [str(problem.subject) for problem in found] == ([f"{OPTION}.version"] if said else [])
    assert all("those of v1.38 are not known here" in problem.message for problem in found)


def test_random_pod_specs_of_servers_and_configs() -> None:
    """Refused if, and only if, the merged pod is; and restricting a config never makes it worse."""
    refusals = 0
    for number, (below, above) in enumerate(zip(generated(150, 11), generated(150, 12), strict=True)):
        config = with_pod(seldon("ServerConfig", "own"), **below["spec"])
        override = hostile(**(above["spec"] if number % 3 else {}))
        override["spec"]["serverConfig"] = "own"
        merged = next(effective_servers([(override, config)], NEWEST)).template()
        for levels in ({"enforce": "restricted", "version": "latest"}, {"version": "v1.24"}):
            found = [
                problem
                for problem in judged([config, override], levels).refused
                if str(problem.subject) == "Server inference"
            ]
            options = parse_options({"name": "team", "pod_security": levels}).pod_security
            policy = Policy(Level(options.enforce), parse_minor(options.version))
            assert bool(found) is not evaluate(merged["metadata"], merged["spec"], policy).allowed
            refusals += bool(found)
            assert all(problem.field and problem.details for problem in found)
        after = restricted(below["spec"])
        assert after is below["spec"] or evaluate(None, after, RESTRICTED).allowed
    assert 80 < refusals < 300
