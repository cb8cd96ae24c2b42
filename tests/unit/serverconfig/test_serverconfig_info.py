# SPDX-License-Identifier: GPL-3.0-or-later
"""The module `serverconfig_info`: options, reads and their refusals, files, and files on a cluster."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    AccessDenied,
    Expired,
    Invalid,
    KubeError,
    NotFound,
    ServerFailure,
    Throttled,
    Unauthorized,
    Unreachable,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.policy import Fallback
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.gate import FailOn
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.info import (
    serverconfig_info,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.question import Question

from tests.unit.operators import cluster
from tests.unit.serverconfig.builders import NAME, OTHER, OWN, PLATFORM, Obj, config, namespace, server

DENIED = AccessDenied("not you")
NAMES = ("configmaps", "persistentvolumeclaims", "secrets", "services", "serviceaccounts")
KINDS = ("deployments", "namespaces", "seldonruntimes", "serverconfigs", "servers", "statefulsets", *NAMES)


def named(name: str, place: str = OWN) -> Obj:
    return {"metadata": {"namespace": place, "name": name}}


def healthy(*tenants: str) -> dict[str, list[Obj]]:
    """Tenants with operator, runtime and all objects that pods need."""
    found: dict[str, list[Obj]] = {plural: [] for plural in KINDS}
    found["namespaces"] = [namespace(PLATFORM)]
    for tenant in tenants or (OWN,):
        found["namespaces"].append(namespace(tenant))
        found["deployments"].append(cluster.dedicated(tenant))
        found["servers"].append(server(namespace=tenant))
        found["serverconfigs"].append(config(tenant))
        found["seldonruntimes"].append(named("seldon", tenant))
        found["serviceaccounts"].append(named("seldon-server", tenant))
        found["configmaps"] += [named("seldon-agent", tenant), named("seldon-tracing", tenant)]
        found["services"].append(named("seldon-scheduler", tenant))
    return found


class Recorded:
    """Answers LISTs with the given objects by plural; raises a given exception instead."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str | None]] = []
        self.names_only: set[str] = set()

    def list(self, resource: Resource, namespace: str | None = None) -> Any:
        self.asked.append((resource.plural, namespace))
        answer = self.answers.get(resource.plural, [])
        if isinstance(answer, Exception):
            raise answer
        found = [obj for obj in answer if namespace in (None, obj["metadata"].get("namespace"))]
        return [{**obj, "apiVersion": resource.api_version, "kind": resource.kind} for obj in found]

    def list_metadata(self, resource: Resource, namespace: str | None = None) -> Any:
        self.names_only.add(resource.plural)
        return self.list(resource, namespace)


def ask(
    client: Any, *namespaces: str, objects: Any = (), platform: str | None = None, fail_on: str = "nothing", **more: Any
) -> dict[str, Any]:
    values = {"shared": (), "fallback": Fallback.WARN, "admin": False, "planned": False, **more}
    return serverconfig_info(client, Question(namespaces, tuple(objects), platform, fail_on=FailOn(fail_on), **values))


def run(**options: Any) -> dict[str, Any]:
    params = {name: option.get("default") for name, option in entry_point.ARGUMENT_SPEC.items()}
    return entry_point.run({**params, "host": "http://127.0.0.1:9", "api_key": "x", **options}, Invocation({}))


def test_a_healthy_tenant_is_ok_and_every_kind_is_listed_once() -> None:
    client = Recorded(healthy(OWN, OTHER))
    answer = ask(client)
    assert answer["verdict"] == "ok" and [found["server"] for found in answer["servers"]] == ["mlserver", "mlserver"]
    assert Counter(client.asked) == {(plural, None): 1 for plural in KINDS}
    assert client.names_only == set(NAMES)
    assert answer["text"].splitlines()[-1] == "verdict: ok; 2 Servers: 2 ok"


def test_one_namespace_is_read_alone_with_the_platforms() -> None:
    client = Recorded(healthy(OWN, OTHER))
    assert [found["namespace"] for found in ask(client, OWN)["servers"]] == [OWN]
    everywhere = [asked for asked in client.asked if asked[1] is None]
    assert sorted(everywhere) == [("deployments", None), ("namespaces", None)]
    assert {asked for asked in client.asked if asked[1] not in (None, OWN)} == {("serverconfigs", PLATFORM)}


@pytest.mark.parametrize("namespaces", [(), (OWN,)])
@pytest.mark.parametrize(
    "problem", [DENIED, ServerFailure("broken"), Throttled("later"), Expired("again"), KubeError("odd")]
)
@pytest.mark.parametrize("plural", KINDS)
def test_a_read_that_fails_never_makes_it_ok(plural: str, problem: KubeError, namespaces: tuple[str, ...]) -> None:
    answers: dict[str, Any] = healthy()
    answers.update(seldonruntimes=[], secrets=[named("keys")])
    answers["serverconfigs"][0]["spec"]["podSpec"]["volumes"].append({"name": "keys", "secret": {"secretName": "keys"}})
    answers["serverconfigs"][0]["spec"]["podSpec"]["volumes"].append(
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    )
    answers["persistentvolumeclaims"] = [named("data")]
    answers[plural] = problem
    answer = ask(Recorded(answers), *namespaces)
    assert {found["resource"] for found in answer["unread"]} == {plural}
    if plural == "statefulsets":
        assert answer["servers"][0]["arrived"]["state"] == "unknown"
    elif plural not in ("services", "seldonruntimes"):
        assert answer["verdict"] != "ok", answer["text"]
    gated = ask(Recorded(answers), *namespaces, fail_on="difference")
    assert bool(gated.get("failed")) is (plural in ("deployments", "serverconfigs", "servers"))


@pytest.mark.parametrize("problem", [Unreachable("no answer"), Unauthorized("who?")])
def test_a_cluster_that_answers_nobody_is_an_error(problem: KubeError) -> None:
    with pytest.raises(type(problem)):
        ask(Recorded(dict.fromkeys(KINDS, problem)))


def test_kinds_that_are_not_served() -> None:
    answers: dict[str, Any] = healthy()
    answers.update(serverconfigs=NotFound("no such kind"))
    assert ask(Recorded(answers))["servers"][0]["error"] == "E_CRD_MISSING"
    answers.update(servers=NotFound("no such kind"))
    assert ask(Recorded(answers))["servers"] == []


def test_a_platform_that_nobody_can_tell_is_unknown() -> None:
    answers: dict[str, Any] = {**healthy(), "deployments": DENIED, "serverconfigs": []}
    found = ask(Recorded(answers), OWN)
    assert (found["servers"][0]["error"], found["platform_namespace"]) == ("E_UNCERTAIN", None)
    assert (
        "name the platform's namespace in platform_namespace" in found["text"]
        and "-n the platform" not in found["text"]
    )
    assert ask(Recorded(answers), OWN, platform=PLATFORM)["servers"][0]["error"] == "E_NOT_FOUND"


def test_the_charts_operator_tells_the_platform() -> None:
    answers = healthy()
    answers["deployments"] += [
        cluster.deployment("seldon-v2-controller-manager", ["--namespace=$(POD_NAMESPACE)"], namespace="central")
    ]
    answers["serverconfigs"] = [config("central")]
    for asked in ((), (OWN,)):
        answer = ask(Recorded(answers), *asked)
        assert answer["platform_namespace"] == "central" and answer["servers"][0]["desired"]["scope"] == "platform"


def test_a_typo_is_answered_with_the_exact_next_step() -> None:
    answers = {**healthy(), "servers": [server("mlserver-confg")]}
    answer = ask(Recorded(answers), fail_on="unresolved")
    [found] = answer["servers"]
    assert found["next_step"] == f'name "{NAME}"' and found["desired"]["suggestions"][0]["name"] == NAME
    assert any("kubectl patch server mlserver" in line for line in found["troubleshooting"])
    assert answer["failed"] and f'name "{NAME}"' in answer["msg"]
    assert len(answer["text"].splitlines()) == len(set(answer["text"].splitlines()))


def test_namespaces_that_do_not_exist_or_are_empty() -> None:
    answer = ask(
        Recorded({**healthy("fraud-detection"), "servers": []}),
        "fraud-detecton",
        "fraud-detection",
        fail_on="unresolved",
    )
    assert (answer["absent_namespaces"], answer["verdict"], answer["failed"]) == (["fraud-detecton"], "error", True)
    assert 'did you mean "fraud-detection"' in answer["text"]
    blind = ask(Recorded({**healthy(), "namespaces": DENIED}), "fraud-detecton")
    assert (blind["absent_namespaces"], blind["verdict"]) == ([], "unknown")


def test_files_take_the_place_of_live_objects() -> None:
    client = Recorded({**healthy(), "servers": [server("mlserver-confg"), server(name="other")]})
    answer = ask(client, objects=[server(), {**config(image="new:1"), "kind": "ServerConfig"}])
    assert [found["verdict"] for found in answer["servers"]] == ["ok", "ok"]
    assert all("new:1" in json.dumps(found["effective"]) for found in answer["servers"])


def test_the_mark_of_runs_stays_on_what_files_replace() -> None:
    """The mark is a label, and the operator copies labels to pods."""
    mark = {"applyset.kubernetes.io/part-of": "applyset-x"}
    answers = {**healthy(), "servers": [server()], "serverconfigs": [config(labels={**mark, "old": "x"})]}
    [found] = ask(Recorded(answers), objects=[config(labels={"new": "y"}), server()])["servers"]
    labels = found["effective"]["template"]["metadata"]["labels"]
    assert labels["applyset.kubernetes.io/part-of"] == "applyset-x" and labels["new"] == "y" and "old" not in labels


def test_what_files_bring_is_there_whatever_could_not_be_read() -> None:
    answers: dict[str, Any] = {**healthy(), "serverconfigs": DENIED, "secrets": DENIED}
    mine = config()
    mine["spec"]["podSpec"]["volumes"].append({"name": "keys", "secret": {"secretName": "keys"}})
    secret = {"apiVersion": "v1", "kind": "Secret", **named("keys"), "stringData": {"k": "hunter2"}}
    answer = ask(Recorded(answers), objects=[mine, secret], platform=PLATFORM)
    assert answer["verdict"] == "ok", answer["text"]
    assert "hunter2" not in json.dumps(answer)
    assert ask(Recorded(answers), objects=[mine], platform=PLATFORM)["verdict"] == "unknown"


def manifests(folder: Path, *objects: Any) -> list[str]:
    (folder / "all.yaml").write_text(yaml.safe_dump_all(objects))
    return [str(folder)]


def test_files_alone(tmp_path: Path) -> None:
    src = manifests(tmp_path, server(), config())
    found = run(src=src, cluster=False)
    assert (found["verdict"], found["servers"][0]["desired"]["scope"]) == ("unknown", "own")
    assert "no cluster was asked" in found["text"] and "failed" not in run(src=src, cluster=False, fail_on="unresolved")
    assert run(src=src, cluster=False, fail_on="difference")["failed"]
    assert run(src=src, cluster=False, planned=True, fail_on="difference")["verdict"] == "ok"


def test_files_alone_tell_nothing_of_a_platform_that_they_do_not_have(tmp_path: Path) -> None:
    src = manifests(tmp_path, server("mlserver-confg"), config())
    assert run(src=src, cluster=False)["servers"][0]["error"] == "E_UNCERTAIN"
    src = manifests(tmp_path, server("mlserver-confg"), config(), config(PLATFORM, "mlserver"))
    [found] = run(src=src, cluster=False, planned=True)["servers"]
    assert (found["error"], found["desired"]["suggestions"][0]["name"]) == ("E_NOT_FOUND", NAME)


def test_servers_of_files_are_named_by_file_and_line(tmp_path: Path) -> None:
    src = manifests(tmp_path, config(), config(PLATFORM, "mlserver"), server("mlserver-confg"))
    found = run(src=src, cluster=False, planned=True, fail_on="unresolved")
    place = found["servers"][0]["place"]
    assert place.startswith(f"{tmp_path}/all.yaml:") and int(place.rpartition(":")[2]) > 1
    assert f"{place}  Server {OWN}/mlserver: ServerConfig" in found["text"] and found["msg"].startswith(place)


def test_objects_without_a_namespace(tmp_path: Path) -> None:
    bare = server()
    del bare["metadata"]["namespace"]
    src = manifests(tmp_path, bare)
    refused = run(src=src, cluster=False)
    assert refused["failed"] and "Server mlserver: metadata.namespace: is missing" in refused["msg"]
    assert run(src=src, cluster=False, namespace=OWN)["servers"][0]["namespace"] == OWN
    assert run(src=src, cluster=False, namespaces=[OTHER])["servers"][0]["namespace"] == OTHER


def test_bad_files_are_refused_before_any_request(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{n}: &{n} [{','.join([f'*{b}'] * 9)}]\n" for b, n in zip("abcdefgh", "bcdefghi")
    )
    for name, content, said in (
        ("bomb.yaml", bomb, "bomb.yaml"),
        ("big.yaml", "# " + "x" * 10_000_000, "is larger than"),
        ("odd.yaml", "- 1\n- [", "odd.yaml"),
    ):
        path = tmp_path / name
        path.write_text(content)
        refused = run(src=[str(path)])
        assert refused["failed"] and said in refused["msg"]
    assert "does not exist" in run(src=[str(tmp_path / "none.yaml")])["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {"namespaces": ["Not_A_Name"]},
        {"namespaces": [""]},
        {"namespace": "a/b"},
        {"platform_namespace": ""},
        {"shared_namespaces": ["x" * 64]},
        {"cluster": False},
    ],
)
def test_bad_options_cost_no_request(options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        run(**options)


WRONG: list[Any] = [None, 0, True, 1.5, "x", [], [[]], [None, 1], {}, {"name": []}, {"a": {"b": [{}]}}]


def test_any_value_in_any_field_of_a_file(tmp_path: Path) -> None:
    """The file is JSON, so that the value is read unchanged."""
    for obj in (
        server(podSpec={"containers": [{"name": "agent", "env": [{"name": "A", "value": "b"}]}]}, replicas=1),
        config(labels={"a": "b"}),
    ):
        for number, path in enumerate(_paths(obj)):
            whole: Any = {"": json.loads(json.dumps(obj))}
            target: Any = whole
            for key in ("", *path)[:-1]:
                target = target[key]
            target[("", *path)[-1]] = WRONG[number % len(WRONG)]
            file = tmp_path / "object.json"
            file.write_text(json.dumps(whole[""]))
            other = server() if obj["kind"] == "ServerConfig" else config()
            answer = run(
                src=[str(file), *manifests(tmp_path, other)][:1] + [str(tmp_path / "all.yaml")],
                cluster=False,
                namespace=OWN,
                planned=True,
            )
            json.dumps(answer)
            assert answer.get("msg", answer.get("text"))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, entry in entries for inner in _paths(entry, (*path, key)))]


def test_the_kinds_are_those_of_the_client() -> None:
    assert {known.SECRET.plural, known.SERVICE_ACCOUNT.plural} <= set(NAMES)
