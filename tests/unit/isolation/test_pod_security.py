# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pod Security Standards offline. The messages are those of a Kubernetes 1.37 API server; `python -m
tests.conformance.pod_security` compares many more.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.controls import (
    CONTROLS,
    controls_of,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.evaluate import (
    evaluate,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.pod_security.policy import (
    Level,
    Policy,
    parse_minor,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.pod_security.pods import SYSCTLS, VOLUMES, generated

Json = dict[str, Any]
BASELINE, RESTRICTED = Policy(Level.BASELINE), Policy(Level.RESTRICTED)
CLEAN: Json = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {"name": "a", "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}
    ],
}


def container(name: str = "a", **fields: Any) -> Json:
    return {"name": name, **fields}


def secured(name: str = "a", **context: Any) -> Json:
    return container(name, securityContext=context)


def pod(*containers: Json, **spec: Any) -> Json:
    return {"containers": list(containers) or [container()], **spec}


def forbidden_parts(spec: object, policy: Policy = BASELINE, annotations: Any = None) -> str:
    """The forbidden parts of the message, without its beginning that names the policy."""
    verdict = evaluate({"annotations": annotations}, spec, policy)
    assert not verdict.unknown
    beginning = f'violates PodSecurity "{policy}": '
    assert not verdict.message or verdict.message.startswith(beginning)
    return verdict.message.removeprefix(beginning)


def at(level: Level, minor: int) -> Policy:
    return Policy(level, minor)


BASELINE_CASES = {
    "host network": (pod(hostNetwork=True), "host namespaces (hostNetwork=true)", "spec.hostNetwork"),
    "all of the host's namespaces": (
        pod(hostIPC=True, hostPID=True, hostNetwork=True),
        "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)",
        "spec.hostNetwork",
    ),
    "the host's files": (
        pod(volumes=[{"name": "v", "hostPath": {"path": "/"}}, {"name": "w", "hostPath": {}}]),
        'hostPath volumes (volumes "v", "w")',
        "spec.volumes[v].hostPath",
    ),
    "a host port": (
        pod(container(ports=[{"containerPort": 80, "hostPort": 80}])),
        'hostPort (container "a" uses hostPort 80)',
        "spec.containers[a].ports[0].hostPort",
    ),
    "host ports are sorted as text": (
        pod(container(ports=[{"name": "p", "hostPort": 9}]), container("b", ports=[{"hostPort": 80}, {"hostPort": 8}])),
        'hostPort (containers "a", "b" use hostPorts 8, 80, 9)',
        "spec.containers[a].ports[p].hostPort",
    ),
    "the host's network takes every port, and init containers come first": (
        pod(
            container(ports=[{"containerPort": 80}]),
            hostNetwork=True,
            initContainers=[container("i", ports=[{"containerPort": 9000}])],
        ),
        'host namespaces (hostNetwork=true), hostPort (containers "i", "a" use hostPorts 80, 9000)',
        "spec.hostNetwork",
    ),
    "a privileged container": (
        pod(secured(privileged=True)),
        'privileged (container "a" must not set securityContext.privileged=true)',
        "spec.containers[a].securityContext.privileged",
    ),
    "a privileged ephemeral container": (
        pod(ephemeralContainers=[secured("e", privileged=True)]),
        'privileged (container "e" must not set securityContext.privileged=true)',
        "spec.ephemeralContainers[e].securityContext.privileged",
    ),
    "capabilities": (
        pod(secured(capabilities={"add": ["SYS_ADMIN", "NET_RAW", "CHOWN"]})),
        'non-default capabilities (container "a" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
        "spec.containers[a].securityContext.capabilities.add",
    ),
    "probes and hooks": (
        pod(
            container(livenessProbe={"httpGet": {"host": "b"}}, lifecycle={"preStop": {"tcpSocket": {"host": "a"}}}),
            container("0", startupProbe={"tcpSocket": {"host": "a"}}),
        ),
        'probe or lifecycle host (containers "0", "a" use probe or lifecycle hosts "a", "b")',
        "spec.containers[a].livenessProbe.httpGet.host",
    ),
    "the masks of /proc": (
        pod(secured(procMount="Unmasked")),
        'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
        "spec.containers[a].securityContext.procMount",
    ),
    "SELinux": (
        pod(secured(seLinuxOptions={"type": "spc_t", "role": "r"}), securityContext={"seLinuxOptions": {"user": "u"}}),
        'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
        "spec.securityContext.seLinuxOptions.user",
    ),
    "seccomp": (
        pod(secured(seccompProfile={"type": "Unconfined"}), secured("b", seccompProfile={"type": "Unconfined"})),
        'seccompProfile (containers "a", "b" must not set securityContext.seccompProfile.type to "Unconfined")',
        "spec.containers[a].securityContext.seccompProfile.type",
    ),
    "sysctls in their order": (
        pod(securityContext={"sysctls": [{"name": "kernel.msgmax"}, {"name": "net.ipv4.tcp_rmem"}, {"name": "a.b"}]}),
        "forbidden sysctls (kernel.msgmax, a.b)",
        "spec.securityContext.sysctls[kernel.msgmax]",
    ),
    "Windows' host processes": (
        pod(secured(windowsOptions={"hostProcess": True}), securityContext={"windowsOptions": {"hostProcess": True}}),
        'hostProcess (pod and container "a" must not set securityContext.windowsOptions.hostProcess=true)',
        "spec.securityContext.windowsOptions.hostProcess",
    ),
    "AppArmor": (
        pod(
            secured(appArmorProfile={"type": "Unconfined"}), securityContext={"appArmorProfile": {"type": "Unconfined"}}
        ),
        'forbidden AppArmor profile (pod and container "a" must not set AppArmor profile type to "Unconfined")',
        "spec.securityContext.appArmorProfile.type",
    ),
}
RESTRICTED_CASES = {
    "no field is set": (
        pod(container("a"), container("b")),
        'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false), '
        'unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]), '
        'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true), '
        'seccompProfile (pod or containers "a", "b" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
        "spec.containers[a].securityContext.allowPrivilegeEscalation",
    ),
    "a capability beside ALL": (
        {
            **CLEAN,
            "containers": [
                secured(
                    allowPrivilegeEscalation=False, capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "CHOWN"]}
                )
            ],
        },
        'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
        "spec.containers[a].securityContext.capabilities.add",
    ),
    "neither dropped nor left alone": (
        {
            **CLEAN,
            "containers": [secured(allowPrivilegeEscalation=False, capabilities={"drop": ["all"], "add": ["NET_RAW"]})],
        },
        'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; '
        'container "a" must not include "NET_RAW" in securityContext.capabilities.add)',
        "spec.containers[a].securityContext.capabilities.drop",
    ),
    "volumes": (
        {
            **CLEAN,
            "volumes": [
                {"name": "x", "nfs": {}},
                {"name": "y", "hostPath": {}},
                {"name": "ok", "secret": {}},
                {"name": "z", "nfs": {}},
                {"name": "none"},
            ],
        },
        'restricted volume types (volumes "x", "y", "z" use restricted volume types "hostPath", "nfs")',
        "spec.volumes[x].nfs",
    ),
    "root, said by both": (
        {**CLEAN, "securityContext": {**CLEAN["securityContext"], "runAsNonRoot": False, "runAsUser": 0}},
        "runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)",
        "spec.securityContext.runAsNonRoot",
    ),
    "a container that contradicts its pod": (
        {
            **CLEAN,
            "containers": [
                secured(
                    allowPrivilegeEscalation=False,
                    capabilities={"drop": ["ALL"]},
                    runAsNonRoot=False,
                    runAsUser=0,
                    seccompProfile={"type": "Unconfined"},
                )
            ],
        },
        'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "a" must not set runAsUser=0), '
        'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
        "spec.containers[a].securityContext.runAsNonRoot",
    ),
}


@pytest.mark.parametrize(
    ("policy", "spec", "said", "place"),
    [(BASELINE, *case) for case in BASELINE_CASES.values()]
    + [(RESTRICTED, *case) for case in RESTRICTED_CASES.values()],
    ids=[*BASELINE_CASES, *RESTRICTED_CASES],
)
def test_what_is_forbidden_is_said_as_the_api_server_says_it(policy: Policy, spec: Json, said: str, place: str) -> None:
    assert forbidden_parts(spec, policy) == said
    verdict = evaluate(None, spec, policy)
    assert verdict.violations[0].forbidden.places[0].field == place
    assert all(found.next_step for violation in verdict.violations for found in violation.forbidden.places)
    assert evaluate(None, spec, Policy(Level.PRIVILEGED)).allowed


def test_a_pod_that_keeps_everything_is_allowed_by_every_release() -> None:
    for level in Level:
        for minor in (None, *range(60)):
            assert evaluate({}, CLEAN, Policy(level, minor)).allowed


APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def test_an_apparmor_annotation_fills_the_field_of_a_container_that_has_none() -> None:
    said = forbidden_parts(pod(), annotations={APPARMOR + "a": "unconfined"})
    quoted = f'"Unconfined", "{APPARMOR}a="unconfined""'
    assert (
        said
        == f'forbidden AppArmor profiles (container "a" and annotation must not set AppArmor profile type to {quoted})'
    )


@pytest.mark.parametrize(
    "spec",
    [
        pod(os={"name": "windows"}),
        pod(secured(appArmorProfile={"type": "RuntimeDefault"})),
        pod(container("b")),
    ],
)
def test_an_apparmor_annotation_alone(spec: Json) -> None:
    said = forbidden_parts(spec, annotations={APPARMOR + "a": "unconfined"})
    assert (
        said
        == f'forbidden AppArmor profile (annotation must not set AppArmor profile type to "{APPARMOR}a="unconfined"")'
    )


def test_an_apparmor_annotation_that_says_what_the_pod_says() -> None:
    said = forbidden_parts(
        pod(securityContext={"appArmorProfile": {"type": "Unconfined"}}), annotations={APPARMOR + "a": "unconfined"}
    )
    assert said.startswith(
        'forbidden AppArmor profiles (pod and annotation must not set AppArmor profile type to "Unconfined", '
    )


def test_apparmor_profiles_that_are_allowed() -> None:
    for value in ("", "runtime/default", "localhost/", "localhost/own"):
        assert forbidden_parts(pod(), annotations={APPARMOR + "a": value}) == ""


@pytest.mark.parametrize("minor", [0, 18, 19])
def test_seccomp_was_an_annotation_before_1_19(minor: int) -> None:
    annotations = {
        "seccomp.security.alpha.kubernetes.io/pod": "un\n\x01",
        "container.seccomp.security.alpha.kubernetes.io/a": "x",
        "container.seccomp.security.alpha.kubernetes.io/b": "x",
    }
    said = 'seccompProfile (forbidden annotations container.seccomp.security.alpha.kubernetes.io/a="x", seccomp.security.alpha.kubernetes.io/pod="un\\n\\x01")'
    assert forbidden_parts(pod(), at(Level.BASELINE, minor), annotations) == ("" if minor == 19 else said)
    field = pod(securityContext={"seccompProfile": {"type": "Unconfined"}})
    assert bool(forbidden_parts(field, at(Level.BASELINE, minor))) is (minor == 19)


CHANGED_AT = {
    "allowPrivilegeEscalation": (Level.RESTRICTED, 8, pod(), False),
    "allowPrivilegeEscalation, Windows": (Level.RESTRICTED, 25, pod(os={"name": "windows"}), True),
    "capabilities_restricted": (Level.RESTRICTED, 22, pod(), False),
    "runAsUser": (Level.RESTRICTED, 23, pod(securityContext={"runAsUser": 0}), False),
    "runAsUser, user namespace": (Level.RESTRICTED, 35, pod(securityContext={"runAsUser": 0}, hostUsers=False), True),
    "runAsNonRoot, user namespace": (Level.RESTRICTED, 35, pod(hostUsers=False), True),
    "seccompProfile_restricted": (Level.RESTRICTED, 19, pod(), False),
    "seccompProfile_restricted, Windows": (Level.RESTRICTED, 25, pod(os={"name": "windows"}), True),
    "capabilities_restricted, Windows": (Level.RESTRICTED, 25, pod(os={"name": "windows"}), True),
    "seLinuxOptions, container_engine_t": (
        Level.BASELINE,
        31,
        pod(secured(seLinuxOptions={"type": "container_engine_t"})),
        True,
    ),
    "hostProbesAndHostLifecycle": (
        Level.BASELINE,
        34,
        pod(container(readinessProbe={"httpGet": {"host": "x"}})),
        False,
    ),
    "procMount, user namespace": (Level.BASELINE, 35, pod(secured(procMount="Unmasked"), hostUsers=False), True),
    **{
        f"sysctls, {name}": (Level.BASELINE, since, pod(securityContext={"sysctls": [{"name": name}]}), True)
        for name, since in (
            ("net.ipv4.ip_local_reserved_ports", 27),
            ("net.ipv4.tcp_fin_timeout", 29),
            ("net.ipv4.tcp_wmem", 32),
            ("net.ipv4.tcp_notsent_lowat", 37),
        )
    },
}


@pytest.mark.parametrize(
    ("title", "level", "since", "spec", "allowed"),
    [(title, *case) for title, case in CHANGED_AT.items()],
    ids=[*CHANGED_AT],
)
def test_the_release_that_changed_a_control(title: str, level: Level, since: int, spec: Json, allowed: bool) -> None:
    def breaks(minor: int) -> bool:
        return title.partition(",")[0] in {
            violation.control for violation in evaluate({}, spec, at(level, minor)).violations
        }

    assert breaks(since) is not allowed and breaks(since - 1) is allowed
    assert breaks(60) is not allowed, "a release that is newer than all rules"


def test_proc_mount_stays_forbidden_at_restricted_in_a_user_namespace() -> None:
    spec = {
        **CLEAN,
        "hostUsers": False,
        "containers": [
            {
                **CLEAN["containers"][0],
                "securityContext": {**CLEAN["containers"][0]["securityContext"], "procMount": "Unmasked"},
            }
        ],
    }
    found = {
        minor: [violation.control for violation in evaluate({}, spec, at(Level.RESTRICTED, minor)).violations]
        for minor in (34, 35)
    }
    assert found == {34: ["procMount"], 35: ["procMount_restricted"]}


def test_a_cluster_knows_no_rules_newer_than_itself() -> None:
    spec = pod(container(readinessProbe={"httpGet": {"host": "x"}}))
    assert (
        evaluate({}, spec, Policy(Level.BASELINE, 34), 33).allowed
        and evaluate({}, spec, Policy(Level.BASELINE), 33).allowed
    )
    assert not evaluate({}, spec, Policy(Level.BASELINE, 40), 34).allowed
    assert evaluate({}, spec, Policy(Level.BASELINE, 40), 34).message.startswith(
        'violates PodSecurity "baseline:v1.40"'
    )
    assert evaluate({}, spec, Policy(Level.BASELINE, 40), 45).rules == 37


def test_every_volume_has_an_opinion() -> None:
    allowed = {
        kind
        for kind, source in VOLUMES.items()
        if evaluate({}, {**CLEAN, "volumes": [{"name": "v", kind: source}]}, RESTRICTED).allowed
    }
    assert allowed == {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }


def test_controls_come_in_the_api_servers_order() -> None:
    ids = [control.id for control in CONTROLS]
    baseline = [control.id for control in CONTROLS if control.level is Level.BASELINE]
    assert ids == sorted(baseline) + sorted(set(ids) - set(baseline)) and len(ids) == 19
    counts = {minor: len(controls_of(RESTRICTED, minor)) for minor in (0, 8, 19, 22, 23, 34, 35)}
    assert counts == {0: 12, 8: 13, 19: 13, 22: 13, 23: 14, 34: 15, 35: 15}


MALFORMED = {
    "spec.hostNetwork": pod(hostNetwork="yes"),
    "spec.containers": {"containers": {"name": "a"}},
    "spec.containers[0]": {"containers": ["a"]},
    "spec.containers[a].securityContext": pod(container(securityContext=[])),
    "spec.containers[a].securityContext.privileged": pod(secured(privileged=1)),
    "spec.containers[a].securityContext.capabilities.add[0]": pod(secured(capabilities={"add": [1]})),
    "spec.containers[a].ports[0].hostPort": pod(container(ports=[{"hostPort": 2**31}])),
    "spec.containers[0].name": pod({"name": 7, "securityContext": {"privileged": True}}),
    "spec.securityContext.sysctls": pod(securityContext={"sysctls": {}}),
    "spec.securityContext.runAsUser": pod(securityContext={"runAsUser": 0.5}),
    "spec.os": pod(os="windows"),
    "spec.volumes[v].nothing": pod(volumes=[{"name": "v", "nothing": {}}]),
}


@pytest.mark.parametrize(("field", "spec"), MALFORMED.items(), ids=[*MALFORMED])
def test_what_cannot_be_read_is_unknown_and_names_the_field(field: str, spec: Json) -> None:
    verdict = evaluate({}, spec, RESTRICTED)
    assert field in {unknown.field for unknown in verdict.unknown} and not verdict.allowed
    assert all(unknown.expected for unknown in verdict.unknown)


def test_malformed_annotations_and_a_spec_that_is_none() -> None:
    assert {unknown.field for unknown in evaluate({"annotations": {"a": 1}}, CLEAN, BASELINE).unknown} == {
        "metadata.annotations[a]"
    }
    assert (
        evaluate({"annotations": []}, CLEAN, BASELINE).unknown
        and evaluate("x", CLEAN, BASELINE).unknown
        and evaluate({}, [], BASELINE).unknown
    )
    assert evaluate(None, None, BASELINE).allowed


def test_what_is_broken_is_said_beside_what_is_unknown() -> None:
    verdict = evaluate({}, pod(secured(privileged=True), hostNetwork="yes"), BASELINE)
    assert [violation.control for violation in verdict.violations] == ["privileged"]
    assert {unknown.control for unknown in verdict.unknown} == {"hostNamespaces", "hostPorts"}


def test_nulls_are_absent() -> None:
    spec = copy.deepcopy(CLEAN)
    spec |= {"volumes": [{"name": "v", "hostPath": None}], "hostNetwork": None, "initContainers": None, "os": None}
    assert evaluate({"annotations": None}, spec, RESTRICTED).allowed


def test_versions() -> None:
    assert (parse_minor("latest"), parse_minor("v1.0"), parse_minor("v1.34")) == (None, 0, 34)
    for wrong in ("1.34", "v1", "v1.034", "v2.1", "", "v1.34 ", "v1.٣", "v1." + "9" * 30):
        with pytest.raises(ValueError):
            parse_minor(wrong)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "name",
                    "containers",
                    "securityContext",
                    "volumes",
                    "hostPath",
                    "ports",
                    "hostPort",
                    "type",
                    "capabilities",
                    "add",
                    "sysctls",
                    "annotations",
                ]
            ),
            below,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(_ANY, _ANY, st.sampled_from(list(Level)), st.none() | st.integers(0, 60))
def test_nothing_makes_it_raise(metadata: object, spec: object, level: Level, minor: int | None) -> None:
    verdict = evaluate(metadata, spec, Policy(level, minor))
    assert verdict.allowed or level is not Level.PRIVILEGED


def test_what_restricted_allows_baseline_allows() -> None:
    judged = 0
    for drawn in generated(400, 7):
        for minor in (0, 18, 23, 34, 37):
            strict, wide = (
                evaluate(drawn["metadata"], drawn["spec"], at(level, minor))
                for level in (Level.RESTRICTED, Level.BASELINE)
            )
            assert wide.allowed or not strict.allowed
            judged += strict.allowed
    assert judged > 100 and len(SYSCTLS) > 10
