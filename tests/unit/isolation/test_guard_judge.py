# SPDX-License-Identifier: GPL-3.0-or-later
"""The scoping guard's violations in an object, without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.images import (
    from_registries,
    is_registry,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.judge import judge
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.kinds import KINDS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.options import GuardOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.rules import (
    all_rules,
    rules_in_force,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.term import Matches
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.metadata_services import (
    METADATA_ADDRESSES,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.release import NEWEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.effective_servers import (
    effective_servers,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.guard.cases import Case, cases
from tests.conformance.guard.objects import REGISTRIES, TENANT, Json, container, pod, server, server_config
from tests.conformance.guard.worlds import SERVER_CONFIGS, SERVERS

ROOT = Path(__file__).resolve().parents[3]
STOCK = ROOT.parent / "shared" / "seldon"
EVERYTHING = rules_in_force(
    GuardOptions(registries=REGISTRIES, rules={rule.id: True for rule in all_rules(GuardOptions())})
)
DEFAULT = rules_in_force(GuardOptions())


def violated_rules(obj: Json, rules: Any = DEFAULT) -> list[str]:
    return [violation.identifier for violation in judge(obj, rules, TENANT)]


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_the_rule_of_a_case_is_found_and_no_other(case: Case) -> None:
    assert set(violated_rules(case.object, rules_in_force(GuardOptions(registries=REGISTRIES)))) == (
        {case.rule} if case.rule else set()
    )


def test_a_message_names_rule_field_expectation_and_next_step() -> None:
    [violation] = judge(server(pod(hostAliases=[{"ip": "10.0.0.1"}])), DEFAULT, TENANT)
    assert (violation.kind, violation.name) == ("Server", "case")
    assert (
        violation.text
        == "SG110 host-aliases: spec.podSpec.hostAliases must be empty: names of services would resolve to other hosts; use the service's own name"
    )


@pytest.mark.parametrize("address", METADATA_ADDRESSES)
def test_no_metadata_service_is_named(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    model = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Model",
        "metadata": {"name": "case", "namespace": TENANT},
        "spec": {"storageUri": f"http://{host}:80/latest"},
    }
    assert violated_rules(model) == ["SG603"]
    if ":" not in address:
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "case", "namespace": TENANT},
            "spec": {"type": "ExternalName", "externalName": address},
        }
        assert violated_rules(service) == ["SG702"]


def _documents(path: Path) -> list[Json]:
    return [obj for obj in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader) if isinstance(obj, dict)]


@pytest.mark.parametrize(
    "path",
    sorted(ROOT.glob("examples/*/k8s/base/*.yaml"))
    + sorted((ROOT / "tests/fixtures/team-folders/full/k8s").rglob("*.yaml")),
    ids=str,
)
def test_ordinary_team_manifests_pass(path: Path) -> None:
    assert [(obj["kind"], violated_rules(obj)) for obj in _documents(path) if violated_rules(obj)] == []


@pytest.mark.parametrize("release", ["2.9.1", "2.10.2"])
@pytest.mark.parametrize("name", ["setup.clusterwide.yaml", "setup.default.yaml", "servers.yaml", "runtime.yaml"])
def test_what_upstream_ships_passes(release: str, name: str) -> None:
    path = STOCK / release / name
    if not path.exists():
        pytest.skip("needs Seldon's own charts")
    objects = [
        obj for obj in _documents(path) if obj["kind"] in {kind.name for kind in KINDS} - {"Deployment", "StatefulSet"}
    ]
    assert objects
    assert [(obj["kind"], obj["metadata"]["name"], violated_rules(obj)) for obj in objects if violated_rules(obj)] == []


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                (
                    "spec",
                    "podSpec",
                    "containers",
                    "env",
                    "name",
                    "value",
                    "volumes",
                    "hostPath",
                    "labels",
                    "template",
                    "affinity",
                )
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@settings(max_examples=100, derandomize=True, deadline=None, database=None)
@given(st.sampled_from(KINDS), JUNK, JUNK)
def test_nothing_makes_it_raise(kind: Any, spec: Any, metadata: Any) -> None:
    judge(
        {"apiVersion": kind.resource.api_version, "kind": kind.name, "metadata": metadata, "spec": spec},
        EVERYTHING,
        TENANT,
    )


@settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(SERVERS, SERVER_CONFIGS)
def test_pods_break_nothing_that_neither_server_nor_config_breaks(given_server: Json, given_config: Json) -> None:
    pods = next(effective_servers([(given_server, given_config)], NEWEST))
    merged = server(pods.pod_spec, labels=dict(pods.template_labels), annotations=dict(pods.annotations))
    assert set(violated_rules(merged, EVERYTHING)) - {"SG304"} <= {
        *violated_rules(given_server, EVERYTHING),
        *violated_rules(given_config, EVERYTHING),
    }


def test_rules_can_be_switched() -> None:
    token = server(pod(automountServiceAccountToken=True, hostNetwork=True))
    assert violated_rules(token) == ["SG101"]
    assert violated_rules(token, rules_in_force(GuardOptions(rules={"SG118": True, "SG101": False}))) == ["SG118"]


def test_without_registries_every_image_passes() -> None:
    assert violated_rules(server_config(container(image="evil.io/a:1"))) == []


def test_docker_hub_as_a_whole_and_its_own_images() -> None:
    hub, library = Matches(from_registries(["docker.io"])), Matches(from_registries(["docker.io/library"]))
    for image in ("nginx", "nginx:1", "a/b", "docker.io/a/b", "index.docker.io/a/b", "library/nginx"):
        assert hub.holds(image, TENANT), image
    for image in ("evil.io/a", "localhost:5000/a", "registry:5000/a", "Evil/a"):
        assert not hub.holds(image, TENANT), image
    assert [
        library.holds(image, TENANT) for image in ("nginx:1", "library/nginx", "a/nginx", "docker.io/library/nginx")
    ] == [True, True, False, True]


@pytest.mark.parametrize(
    "entry", ["registry.example", "registry.example:5000", "docker.io/seldonio", "localhost", "10.0.0.1:5000/a/b"]
)
def test_a_registry(entry: str) -> None:
    assert is_registry(entry)


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "seldonio",
        "https://registry.example",
        "registry.example/",
        "Registry.example",
        "registry.example\n",
        "a b.c",
        "*.example",
        "registry.example/a:1",
    ],
)
def test_no_registry(entry: str) -> None:
    assert not is_registry(entry)
