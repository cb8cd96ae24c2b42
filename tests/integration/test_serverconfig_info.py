# SPDX-License-Identifier: GPL-3.0-or-later
"""`serverconfig_info` on tenants of a real API server: its results are what the operators do, and objects that it may
not read are unknown.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info import entry_point

from lab.layout import REPOSITORY
from tests.integration.tenancy import PLATFORM, USER_AGENT, Tenancy

EXAMPLE = REPOSITORY / "examples" / "fraud-detection" / "k8s" / "base" / "server-config.yaml"
ONE, TWO, OFFERED = "sci-one", "sci-two", "sci-offered"
NAME = "inference-config"
KINDS = {
    "": ("configmaps", "namespaces", "persistentvolumeclaims", "secrets", "services", "serviceaccounts"),
    "apps": ("deployments", "statefulsets"),
    "mlops.seldon.io": ("seldonruntimes", "serverconfigs", "servers"),
}
PLURALS = sorted(plural for plurals in KINDS.values() for plural in plurals)
RBAC = "rbac.authorization.k8s.io"


def config(tag: str, name: str = NAME) -> dict[str, Any]:
    found = copy.deepcopy(next(obj for obj in yaml.safe_load_all(EXAMPLE.read_text()) if obj))
    found["metadata"] = {"name": name}
    [container] = [c for c in found["spec"]["podSpec"]["containers"] if c["name"] == "mlserver"]
    container["image"] = f"docker.io/seldonio/mlserver:{tag}"
    return dict(found)


def server(reference: str = NAME, name: str = "inference") -> dict[str, Any]:
    spec = {"serverConfig": reference, "replicas": 1, "minReplicas": 1, "maxReplicas": 1}
    return {"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "Server", "metadata": {"name": name}, "spec": spec}


def within(obj: dict[str, Any], namespace: str) -> dict[str, Any]:
    return {**obj, "metadata": {**obj["metadata"], "namespace": namespace}}


def written(folder: Path, *objects: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.yaml").write_text(yaml.safe_dump_all(objects))
    return folder


def ask(tenancy: Tenancy, *namespaces: str, **options: Any) -> dict[str, Any]:
    params = {name: option.get("default") for name, option in entry_point.ARGUMENT_SPEC.items()}
    return entry_point.run(
        {**params, "kubeconfig": str(tenancy.lab.kubeconfig), "namespaces": list(namespaces), **options}, Invocation({})
    )


def server_entry(answer: dict[str, Any], name: str = "inference") -> dict[str, Any]:
    found: list[dict[str, Any]] = [entry for entry in answer["servers"] if entry["server"] == name]
    assert len(found) == 1, answer["text"]
    return found[0]


@pytest.fixture(scope="module")
def tenants(tenancy: Tenancy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    folder = tmp_path_factory.mktemp("teams")
    tenancy.done(ONE, [written(folder / "one", config("1.7.1"), server())])
    tenancy.done(TWO, [written(folder / "two", config("1.6.1"), server())])
    tenancy.done(OFFERED, [written(folder / "offered", server("mlserver"))])
    yield tenancy
    for name in (ONE, TWO, OFFERED):
        tenancy.lab.kubectl("delete", "server", "--all", "-n", name)


def bind(tenancy: Tenancy, user: str, left_out: str) -> None:
    """Grants the user to list all kinds that the module reads except for one."""
    rules = [
        {"apiGroups": [group], "resources": [p for p in plurals if p != left_out], "verbs": ["list"]}
        for group, plurals in KINDS.items()
    ]
    rules = [rule for rule in rules if rule["resources"]]
    tenancy.apply({"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": user}, "rules": rules})
    subject = {"apiGroup": RBAC, "kind": "User", "name": user}
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": user}
    tenancy.apply(
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": user},
            "subjects": [subject],
            "roleRef": reference,
        }
    )


def test_two_tenants_with_one_name_get_their_own(tenants: Tenancy) -> None:
    answer = ask(tenants)
    found = {entry["namespace"]: entry for entry in answer["servers"]}
    for tenant, tag in ((ONE, "1.7.1"), (TWO, "1.6.1")):
        entry = found[tenant]
        assert (entry["verdict"], entry["agreement"], entry["arrived"]["state"], entry["desired"]["scope"]) == (
            "ok",
            "agrees",
            "yes",
            "own",
        ), entry["text"]
        assert (
            entry["actual"]["config"]["namespace"]
            == entry["desired"]["config"]["namespace"]
            == entry["actual"]["lookup_namespace"]
            == tenant
        )
        images = [c["image"] for c in entry["effective"]["template"]["spec"]["containers"]]
        assert f"docker.io/seldonio/mlserver:{tag}" in images
    assert found[ONE]["desired"]["config"]["digest"] != found[TWO]["desired"]["config"]["digest"]
    assert ask(tenants, ONE)["servers"] == [found[ONE]]
    assert answer["platform_namespace"] == PLATFORM


def test_the_platforms_that_is_offered(tenants: Tenancy) -> None:
    entry = server_entry(ask(tenants, OFFERED))
    assert (entry["verdict"], entry["desired"]["scope"], entry["actual"]["config"]["namespace"]) == (
        "ok",
        "offered",
        OFFERED,
    ), entry["text"]


def test_the_platforms_that_is_not_brought_yet(tenants: Tenancy) -> None:
    tenants.apply(within(server("mlserver", "early"), ONE))
    entry = server_entry(ask(tenants, ONE), "early")
    assert (entry["verdict"], entry["desired"]["scope"], entry["actual"]["state"], entry["agreement"]) == (
        "error",
        "platform",
        "absent",
        "differs",
    )
    assert f"--limit {ONE}" in entry["next_step"]
    assert server_entry(ask(tenants, ONE, planned=True), "early")["verdict"] == "ok"
    assert ask(tenants, ONE, fail_on="difference")["failed"] and "failed" not in ask(tenants, ONE, fail_on="unresolved")
    tenants.lab.kubectl("delete", "server", "early", "-n", ONE)


def test_a_typo_and_what_the_operator_says_of_it(tenants: Tenancy, tmp_path: Path) -> None:
    tenants.apply(within(server("inference-confg", "typo"), ONE))
    entry = server_entry(ask(tenants, ONE), "typo")
    assert (entry["error"], entry["desired"]["suggestions"][0]) == ("E_NOT_FOUND", {"name": NAME, "namespace": ONE})

    def has_condition() -> bool:
        conditions = tenants.get("server", "typo", ONE).get("status", {}).get("conditions", [])
        return any(
            c["type"] == entry["actual"]["condition"] and c.get("reason") == entry["actual"]["reason"]
            for c in conditions
        )

    tenants.until("the operator reports it", has_condition)
    fixed = written(tmp_path / "fix", server(NAME, "typo"))
    assert server_entry(ask(tenants, ONE, src=[str(fixed)]), "typo")["verdict"] == "ok"
    command = next(line for line in entry["troubleshooting"] if "kubectl patch" in line).partition("or: ")[2]
    subprocess.run(["bash", "-c", command], env=tenants.lab.environment, check=True, capture_output=True)
    assert server_entry(ask(tenants, ONE), "typo")["verdict"] == "ok"
    tenants.lab.kubectl("delete", "server", "typo", "-n", ONE)


def test_what_files_would_change(tenants: Tenancy, tmp_path: Path) -> None:
    changed = written(tmp_path / "change", config("9.9.9"), server(), server("mlserver", "second"))
    mark = tenants.lab.audit.mark()
    answer = ask(tenants, TWO, src=[str(changed)], planned=True)
    entry = server_entry(answer)
    assert (entry["arrived"]["state"], entry["pending"]) == ("no", "change")
    assert entry["arrived"]["paths"] == ["template.spec.containers[mlserver].image"]
    assert server_entry(answer, "second")["desired"]["scope"] == "platform" and tenants.writes(mark) == []


def test_files_alone_send_no_request(tenants: Tenancy, tmp_path: Path) -> None:
    files = written(tmp_path / "files", config("1.7.1"), server("inference-confg"))
    mark = tenants.lab.audit.mark()
    answer = ask(tenants, TWO, src=[str(files)], cluster=False, fail_on="unresolved")
    assert answer["failed"] and server_entry(answer)["error"] == "E_UNCERTAIN"
    assert [r for r in tenants.lab.audit.since(mark) if r.user_agent.startswith(USER_AGENT)] == []


def test_a_team_leads_credentials(tenants: Tenancy) -> None:
    subject = {"apiGroup": RBAC, "kind": "User", "name": "lead"}
    reference = {"apiGroup": RBAC, "kind": "Role", "name": "tenant-viewer"}
    tenants.apply(
        {
            "apiVersion": f"{RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "lead", "namespace": ONE},
            "subjects": [subject],
            "roleRef": reference,
        }
    )
    tenants.apply(within(server("inference-confg", "typo"), ONE))
    answer = ask(tenants, ONE, impersonate_user="lead")
    found = server_entry(answer)
    assert (found["verdict"], found["agreement"], found["arrived"]["state"], found["desired"]["scope"]) == (
        "unknown",
        "unknown",
        "yes",
        "own",
    )
    assert {entry["resource"] for entry in answer["unread"]} == {"deployments", "namespaces", "secrets"}
    # It is unknown whether the platform offers it, so the module does not report it as missing.
    assert server_entry(answer, "typo")["error"] == "E_UNCERTAIN"
    assert (
        server_entry(ask(tenants, ONE, impersonate_user="lead", platform_namespace=PLATFORM), "typo")["error"]
        == "E_UNCERTAIN"
    )
    for others in ([TWO], [ONE, TWO], []):
        foreign = ask(tenants, *others, impersonate_user="lead", fail_on="unresolved")
        assert (foreign["verdict"], foreign["servers"], foreign["failed"]) == ("unknown", [], True)
    tenants.lab.kubectl("delete", "server", "typo", "-n", ONE)


@pytest.mark.parametrize("plural", PLURALS)
def test_a_kind_that_may_not_be_read(tenants: Tenancy, plural: str) -> None:
    """Everything that depends on the kind is unknown; the other results do not change."""
    user = f"without-{plural}"
    bind(tenants, user, plural)
    for namespaces in ((), (TWO,)):
        answer = ask(tenants, *namespaces, impersonate_user=user)
        assert {entry["resource"] for entry in answer["unread"]} == {plural}
        found = {entry["namespace"]: entry for entry in answer["servers"]}.get(TWO, {})
        if plural == "servers":
            assert (answer["verdict"], answer["servers"]) == ("unknown", [])
        elif plural == "statefulsets":
            assert (found["arrived"]["state"], found["verdict"]) == ("unknown", "ok")
        elif plural == "serverconfigs":
            assert (found["verdict"], found["desired"]["config"], found["effective"]) == ("unknown", None, None)
        elif plural == "deployments":
            assert (found["verdict"], found["agreement"], found["actual"]["state"]) == ("unknown", "unknown", "unknown")
        elif plural == "namespaces":
            assert found["verdict"] == "unknown"
        else:
            assert found["verdict"] in ("ok", "unknown") and found["agreement"] == "agrees"


def test_names_that_pods_need(tenants: Tenancy) -> None:
    """For each kind: a name that is absent, one that exists, and one that may not be read."""
    mine = config("1.7.1", "needy")
    sources = {
        "secrets": {"secret": {"secretName": "needed"}},
        "configmaps": {"configMap": {"name": "needed"}},
        "persistentvolumeclaims": {"persistentVolumeClaim": {"claimName": "needed"}},
    }
    mine["spec"]["podSpec"]["volumes"] += [{"name": f"more-{plural}", **source} for plural, source in sources.items()]
    mine["spec"]["podSpec"]["serviceAccountName"] = "needed"
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    objects = {
        "secrets": {"kind": "Secret", "stringData": {"key": "hunter2"}},
        "configmaps": {"kind": "ConfigMap"},
        "persistentvolumeclaims": {"kind": "PersistentVolumeClaim", "spec": claim},
        "serviceaccounts": {"kind": "ServiceAccount"},
    }
    tenants.apply(within(mine, TWO))
    tenants.apply(within(server("needy", "needy"), TWO))
    entry = server_entry(ask(tenants, TWO), "needy")
    missing = [finding["message"] for finding in entry["findings"] if finding["code"] == "need_missing"]
    assert (
        entry["verdict"] == "error"
        and len(missing) == 4
        and all("needed does not exist" in message for message in missing)
    )
    for obj in objects.values():
        tenants.apply({"apiVersion": "v1", **obj, "metadata": {"name": "needed", "namespace": TWO}})
    mark = tenants.lab.audit.mark()
    answer = ask(tenants, TWO)
    assert server_entry(answer, "needy")["verdict"] == "ok" and "hunter2" not in json.dumps(answer)
    assert all(r.verb == "list" for r in tenants.lab.audit.since(mark) if r.user_agent.startswith(USER_AGENT))
    for plural in objects:
        bind(tenants, f"without-{plural}", plural)
        assert server_entry(ask(tenants, TWO, impersonate_user=f"without-{plural}"), "needy")["verdict"] == "unknown"
    tenants.lab.kubectl("delete", "server", "needy", "-n", TWO)


def test_no_more_requests_for_more_tenants(tenants: Tenancy) -> None:
    def asked() -> Counter[tuple[str, str]]:
        mark = tenants.lab.audit.mark()
        ask(tenants)
        return Counter(
            (r.verb, r.resource) for r in tenants.lab.audit.since(mark) if r.user_agent.startswith(USER_AGENT)
        )

    few = asked()
    assert few == {("list", plural): 1 for plural in PLURALS}
    names = [f"sci-more-{number}" for number in range(5)]
    for name in names:
        tenants.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        tenants.apply(within(config("1.7.1"), name))
        tenants.apply(within(server(), name))
    assert asked() == few
    unmanaged = {entry["namespace"]: entry for entry in ask(tenants)["servers"] if entry["namespace"] in names}
    assert len(unmanaged) == 5 and {entry["error"] for entry in unmanaged.values()} == {"E_UNMANAGED"}
    tenants.lab.kubectl("delete", "namespace", "--wait=false", *names)


def test_module_and_action_answer_alike(tenants: Tenancy, tmp_path: Path) -> None:
    arguments = {"kubeconfig": str(tenants.lab.kubeconfig), "namespaces": [ONE]}
    given = tmp_path / "arguments.json"
    given.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
    environment = {
        **tenants.lab.environment,
        "PYTHONPATH": str(REPOSITORY / ".collections"),
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
    }
    module = subprocess.run(
        [sys.executable, str(REPOSITORY / "plugins/modules/serverconfig_info.py"), str(given)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    action = subprocess.run(
        [
            str(Path(sys.executable).parent / "ansible"),
            "localhost",
            "-c",
            "local",
            "-m",
            "ml_platform.seldon.serverconfig_info",
            "-a",
            json.dumps(arguments),
        ],
        env={**environment, "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    by_action = json.loads(action.stdout)["plays"][0]["tasks"][0]["hosts"]["localhost"]
    by_module = json.loads(module.stdout)
    assert by_module["verdict"] == "ok" and not by_module["changed"]
    assert {key: by_action[key] for key in by_module if key != "invocation"} == {
        key: by_module[key] for key in by_module if key != "invocation"
    }
