# SPDX-License-Identifier: GPL-3.0-or-later
"""A run is ready when the operator has acted on what it wrote: with an operator that is slow, and with one that is stopped."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import REPOSITORY
from lab.operator.pace import Pace, write_pace
from tests.integration.tenancy import CENTRAL, PLATFORM, Tenancy, own_lab

TENANT = "arrival"
OPERATOR = f"{CENTRAL}-{TENANT}"
EXAMPLE = REPOSITORY / "examples" / "fraud-detection" / "k8s" / "base" / "server-config.yaml"
GROUP = "mlops.seldon.io/v1alpha1"
Objects = dict[str, dict[str, Any]]


@dataclass
class Team:
    """A team's folder, which tests change, and the runs on it."""

    tenancy: Tenancy
    folder: Path
    objects: Objects = field(default_factory=dict)
    runtime: dict[str, Any] = field(default_factory=lambda: {"pipelines": "always"})

    @property
    def manifests(self) -> list[Path]:
        """The folder with the objects as they are now."""
        (self.folder / "all.yaml").write_text(yaml.safe_dump_all(self.objects.values()))
        return [self.folder]

    def pace(self, pace: Pace) -> None:
        """Of every operator of the lab."""
        write_pace(self.tenancy.lab.layout.pace, pace)

    def run(self, seconds: float = 60.0) -> Mapping[str, Any]:
        return self.tenancy.run(TENANT, self.manifests, wait_timeout=seconds, runtime=self.runtime)

    def done(self) -> Mapping[str, Any]:
        result = self.run()
        assert not result.get("failed"), result["msg"]
        return result

    def live(self, kind: str, name: str) -> dict[str, Any]:
        return self.tenancy.get(kind, name, TENANT)

    def template(self, kind: str = "statefulset", name: str = "inference") -> dict[str, Any]:
        found: dict[str, Any] = self.live(kind, name)["spec"]["template"]
        return found


def seldon(kind: str, name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": GROUP, "kind": kind, "metadata": {"name": name}, "spec": spec}


def first_objects() -> Objects:
    """A whole chain: ServerConfig, Server, two Models, Experiment and Pipeline."""
    server_config = yaml.safe_load(EXAMPLE.read_text())
    server_config["metadata"] = {"name": "own"}
    model = {"storageUri": "gs://bucket/one", "requirements": ["sklearn"], "memory": "100Ki"}
    candidates = [{"name": "first", "weight": 50}, {"name": "second", "weight": 50}]
    return {
        "serverconfig": server_config,
        "server": seldon("Server", "inference", serverConfig="own", replicas=2, minReplicas=1, maxReplicas=2),
        "first": seldon("Model", "first", **model),
        "second": seldon("Model", "second", **model),
        "experiment": seldon("Experiment", "split", default="first", candidates=candidates),
        "pipeline": seldon("Pipeline", "chain", steps=[{"name": "first"}], output={"steps": ["first"]}),
    }


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A tenant that is ready, on a lab of its own: the pace is that of all its operators."""
    with own_lab(tmp_path_factory.mktemp("arrival")) as tenancy:
        tenancy.install("2.10.2")
        found = Team(tenancy, tmp_path_factory.mktemp("team"), first_objects())
        found.done()
        yield found


@pytest.fixture(autouse=True)
def usual_pace(team: Team) -> Iterator[None]:
    """After each test the operators work as usual, and the tenant is what the folder says."""
    yield
    team.pace(Pace.NORMAL)
    team.done()


def pod_of(team: Team) -> dict[str, Any]:
    found: dict[str, Any] = team.objects["serverconfig"]["spec"]["podSpec"]
    return found


def mlserver(pod: Mapping[str, Any]) -> dict[str, Any]:
    return next(dict(entry) for entry in pod["containers"] if entry["name"] == "mlserver")


def change_config(team: Team, **fields: Any) -> Callable[[], bool]:
    """Changes the container of the ServerConfig; returns whether the StatefulSet has it."""
    next(entry for entry in pod_of(team)["containers"] if entry["name"] == "mlserver").update(fields)
    return lambda: _within(fields, mlserver(team.template()["spec"]))


def _within(wanted: Any, live: Any) -> bool:
    """Whether the live value has at least the wanted fields."""
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(_within(value, live.get(key)) for key, value in wanted.items())
    return bool(wanted == live)


def change_volumes(team: Team, number: str) -> Callable[[], bool]:
    others = [volume for volume in pod_of(team).get("volumes", []) if volume["name"] != "scratch"]
    pod_of(team)["volumes"] = [{"name": "scratch", "emptyDir": {"sizeLimit": f"{number}Gi"}}, *others]
    return lambda: _within({"emptyDir": {"sizeLimit": f"{number}Gi"}}, team.template()["spec"]["volumes"][0])


def change_pod_spec(team: Team, number: str) -> Callable[[], bool]:
    team.objects["server"]["spec"]["podSpec"] = {"terminationGracePeriodSeconds": 200 + int(number), "containers": []}
    return lambda: bool(team.template()["spec"]["terminationGracePeriodSeconds"] == 200 + int(number))


def change_seldon_config(team: Team, number: str) -> Callable[[], bool]:
    """The platform's, which the run copies into the namespace."""
    components = team.tenancy.get("seldonconfig", "default", PLATFORM)["spec"]["components"]
    [component] = [entry for entry in components if entry["name"] == "seldon-scheduler"]
    component["podSpec"]["containers"][0]["resources"] = {"requests": {"memory": f"{number}Mi"}}
    team.tenancy.patch("seldonconfig", "default", PLATFORM, {"spec": {"components": components}})

    def arrived() -> bool:
        [entry] = team.template("statefulset", "seldon-scheduler")["spec"]["containers"]
        return bool(entry["resources"]["requests"]["memory"] == f"{number}Mi")

    return arrived


def change_runtime(team: Team, number: str) -> Callable[[], bool]:
    pod_spec = {"containers": [], "terminationGracePeriodSeconds": int(number)}
    team.runtime["overrides"] = [{"name": "seldon-envoy", "podSpec": pod_spec}]
    envoy = "deployment", "seldon-envoy"
    return lambda: bool(team.template(*envoy)["spec"]["terminationGracePeriodSeconds"] == int(number))


def since(team: Team, kind: str, name: str) -> Callable[[], bool]:
    """Whether the operator has written a status since now."""
    before = team.live(kind, name)

    def arrived() -> bool:
        live = team.live(kind, name)
        ready = [entry["status"] for entry in live["status"]["conditions"] if entry["type"] == "Ready"]
        return ready == ["True"] and live["status"] != before["status"]

    return arrived


def change_model(team: Team, **fields: Any) -> Callable[[], bool]:
    arrived = since(team, "model", "first")
    team.objects["first"]["spec"].update(fields)
    return arrived


def change_experiment(team: Team, weight: int) -> Callable[[], bool]:
    arrived = since(team, "experiment", "split")
    team.objects["experiment"]["spec"]["candidates"][1]["weight"] = weight
    return arrived


def change_pipeline(team: Team, number: int) -> Callable[[], bool]:
    arrived = since(team, "pipeline", "chain")
    team.objects["pipeline"]["spec"]["output"]["joinWindowMs"] = number
    return arrived


Change = Callable[[Team, str], Callable[[], bool]]
CHANGES: Mapping[str, Change] = {
    "ServerConfig resources": lambda team, n: change_config(team, resources={"requests": {"memory": f"1{n}Mi"}}),
    "ServerConfig env": lambda team, n: change_config(team, env=[{"name": "MLSERVER_PARALLEL_WORKERS", "value": n}]),
    "ServerConfig image": lambda team, n: change_config(team, image=f"docker.io/example/mlserver:{n}"),
    "ServerConfig probes": lambda team, n: change_config(
        team, readinessProbe={"tcpSocket": {"port": 80}, "periodSeconds": int(n)}
    ),
    "ServerConfig volumes": change_volumes,
    "Server podSpec": change_pod_spec,
    "SeldonConfig": change_seldon_config,
    "SeldonRuntime": change_runtime,
    "Model storageUri": lambda team, n: change_model(team, storageUri=f"gs://bucket/{n}"),
    "Model memory": lambda team, n: change_model(team, memory=f"{n}Ki"),
    "Model replicas": lambda team, n: change_model(team, replicas=3 - team.objects["first"]["spec"].get("replicas", 1)),
    "Experiment": lambda team, n: change_experiment(team, int(n)),
    "Pipeline": lambda team, n: change_pipeline(team, int(n)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_slow_operator_is_waited_for(team: Team, change: str) -> None:
    arrived = CHANGES[change](team, "31")
    team.pace(Pace.SLOW)
    team.done()
    assert arrived()


@pytest.mark.parametrize("change", CHANGES)
def test_a_stopped_operator_is_named_and_nothing_is_called_ready(team: Team, change: str) -> None:
    team.pace(Pace.STOPPED)
    arrived = CHANGES[change](team, "41")
    result = team.run(seconds=6)
    assert not arrived()
    assert result.get("failed"), "the run says ready"
    assert "not ready within 6 s" in result["msg"]
    [line] = [line for line in result["msg"].splitlines() if f"kubectl logs deployment/{OPERATOR}" in line]
    for command in line.partition(": ")[2].split("; "):
        assert OPERATOR in command
        team.tenancy.lab.kubectl(*shlex.split(command)[1:])
    # Nothing is written any more, and still nothing is ready.
    again = team.run(seconds=6)
    assert again.get("failed"), "the second run says ready"


def test_what_nothing_can_prove_is_reported(team: Team) -> None:
    team.pace(Pace.STOPPED)
    team.objects["second"]["spec"]["maxReplicas"] = 2
    result = team.done()
    assert [text for text in result["warnings"] if "Model arrival/second" in text and "spec.maxReplicas" in text]


def test_a_change_of_labels_needs_no_operator(team: Team) -> None:
    team.pace(Pace.STOPPED)
    for name in ("first", "experiment", "pipeline"):
        team.objects[name]["metadata"]["labels"] = {"example.com/team": "one"}
    team.done()


def test_a_tenant_that_is_unchanged_needs_no_operator(team: Team) -> None:
    team.pace(Pace.STOPPED)
    assert not team.done()["changed"]
