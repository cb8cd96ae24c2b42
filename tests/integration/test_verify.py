# SPDX-License-Identifier: GPL-3.0-or-later
"""The verification as a user runs it: clean tenants, seeded faults, and clusters that can be read only partly or not at
all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.deployment import EXAMPLES, TENANTS, Deployment, Run, example_tenants
from tests.integration.personas import service_account

TEAM, OTHER = TENANTS
PAYLOAD = {"inputs": [{"name": "x", "shape": [2, 4], "datatype": "FP32", "data": [1, 2, 3, 4, 4, 3, 2, 1]}]}
EXPERIMENT = {
    "kind": "Experiment",
    "name": "fraud-ab-test-experiment",
    "src": str(EXAMPLES / TEAM / "test-payload.json"),
}
OURS = ("ml_platform.seldon", "OpenAPI-Generator")
CANARY = "canary-c2VjcmV0"


@pytest.fixture(scope="module")
def verified(deployment: Deployment) -> Deployment:
    """Both examples, deployed, each with inference requests."""
    write_requests(deployment, {TEAM: [EXPERIMENT], OTHER: [{"name": "similar-items", "payload": PAYLOAD}]})
    done = deployment.run()
    assert done.code == 0, done.stdout
    return deployment


def write_requests(deployment: Deployment, requests: Mapping[str, list[dict[str, Any]]]) -> None:
    """Writes the inventory with these inference requests by tenant."""
    tenants = example_tenants()
    deployment.write_inventory(
        {name: {**tenants[name], "seldon_verify_requests": requests.get(name, [])} for name in TENANTS}
    )


def verify(deployment: Deployment, reports: Path, *arguments: str, **changes: str) -> tuple[Run, dict[str, Any]]:
    """Runs the verification; returns the run, and the document that it wrote."""
    done = deployment.verify("-e", f"seldon_verify_report_dir={reports}", *arguments, **changes)
    [file] = reports.glob("*.json")
    return done, json.loads(file.read_text())


@contextmanager
def seeded(deployment: Deployment, obj: Mapping[str, Any]) -> Iterator[None]:
    """Applies the object until the end of the block."""
    text = json.dumps(obj)
    deployment.lab.kubectl("apply", "-f", "-", stdin=text)
    try:
        yield
    finally:
        deployment.lab.kubectl("delete", "-f", "-", stdin=text)


def test_clean_tenants_pass_and_nothing_is_written(verified: Deployment, tmp_path: Path) -> None:
    mark = verified.lab.audit.mark()
    done, document = verify(verified, tmp_path / "reports")
    assert done.code == 0, done.stdout
    assert (document["verdict"], document["findings"], document["unseen"], document["fails"]) == ("ok", [], [], [])
    assert {name: metric["state"] for name, metric in document["metrics"].items()} == dict.fromkeys(
        document["metrics"], "met"
    )
    writes = [r for r in verified.lab.audit.since(mark) if r.is_write and r.user_agent.startswith(OURS)]
    assert {r.uri.split("?")[0].rsplit("/", 1)[-1] for r in writes} <= {"portforward"}
    tenants = {tenant["name"]: tenant for tenant in document["tenants"]}
    assert {*tenants} == {*TENANTS}
    for name in TENANTS:
        tenant = tenants[name]
        assert tenant["drift"] == {"state": "none", "objects": [], "reason": ""}
        assert [server["verdict"] for server in tenant["servers"]] == ["ok"] and tenant["servers"][0]["trace"][0][
            "outcome"
        ] == "found"
        assert all(line["after"] is not None for line in tenant["quota"]) and tenant["network"] and tenant["access"]
        assert [answer["verdict"] for answer in tenant["inference"]] == ["ok"]
    assert tenants[TEAM]["inference"][0]["split"]["verdict"] == "as_weighted"


def test_the_report_is_three_files_and_a_second_run_changes_nothing(verified: Deployment, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    verify(verified, reports)
    assert {path.name for path in reports.iterdir()} == {f"seldon-system.{suffix}" for suffix in ("html", "md", "json")}
    again, _document = verify(verified, reports)
    assert all(again.changed(host) == 0 for host in ("seldon-system", *TENANTS))
    assert all(name in (reports / "seldon-system.html").read_text() for name in TENANTS)


def test_the_summary_for_a_terminal_is_short_and_the_only_one(verified: Deployment) -> None:
    said = verified.verify(ANSIBLE_STDOUT_CALLBACK="default").stdout
    summary = said[said.index("TASK [Show the report]") : said.index("TASK [Fail on findings and unknown results]")]
    assert "verdict: ok" in summary and "223 of 223 answered as expected" in summary and len(summary.splitlines()) <= 34
    assert "TENANTS" not in said


def test_one_tenant_is_verified_alone(verified: Deployment, tmp_path: Path) -> None:
    for number, arguments in enumerate((["--limit", OTHER], ["-e", f"seldon_deploy_tenants={OTHER}"])):
        done, document = verify(verified, tmp_path / str(number), *arguments)
        assert done.code == 0 and document["cluster"] == "seldon-system"
        assert [tenant["name"] for tenant in document["tenants"]] == [OTHER]


def test_parts_can_be_left_out(verified: Deployment, tmp_path: Path) -> None:
    _done, document = verify(verified, tmp_path, "--skip-tags", "drift,inference")
    assert {tenant["drift"]["state"] for tenant in document["tenants"]} == {"not_asked"}
    assert [tenant["inference"] for tenant in document["tenants"]] == [[], []]
    assert document["verdict"] == "ok"


def test_severity_decides_about_the_exit_code(verified: Deployment, tmp_path: Path) -> None:
    verified.lab.kubectl("delete", "resourcequota", "tenant-quota", "-n", TEAM)
    try:
        done, document = verify(verified, tmp_path)
        found = {(one["rule"], one["tenant"]) for one in document["findings"]}
        assert {("TA401", TEAM), ("TA411", TEAM), ("TV301", TEAM)} == found
        assert (
            done.code == 2
            and done.message("seldon-system") == "2 findings of severity high or worse" == document["fails"][0]
        )
        assert verified.verify("-e", "seldon_verify_fail_on=critical").code == 0
        assert verified.verify("-e", "seldon_verify_fail_on=never").code == 0
        [tenant] = [tenant for tenant in document["tenants"] if tenant["name"] == TEAM]
        assert [(entry["name"], entry["action"]) for entry in tenant["drift"]["objects"]] == [
            ("tenant-quota", "created")
        ]
    finally:
        assert verified.run("--limit", TEAM).code == 0


def test_answers_that_are_not_as_expected_are_findings(verified: Deployment, tmp_path: Path) -> None:
    wrong = {"name": "fraud-v1-baseline", "payload": PAYLOAD, "expect_outputs": [{"datatype": "FP64"}]}
    skewed = {**EXPERIMENT, "weights": {"fraud-v1-baseline": 20, "fraud-v2-candidate": 80}}
    write_requests(verified, {TEAM: [wrong, skewed], OTHER: [{"name": "similar-itemz", "payload": PAYLOAD}]})
    done, document = verify(verified, tmp_path, "-t", "inference")
    assert {(one["rule"], one["object"]) for one in document["findings"]} == {
        ("TV201", f"Model {TEAM}/fraud-v1-baseline"),
        ("TV202", f"Experiment {TEAM}/fraud-ab-test-experiment"),
    }
    [unseen] = document["unseen"]
    assert (
        unseen["what"] == f"Model {OTHER}/similar-itemz"
        and "similar-items" in unseen["reason"]
        and unseen["rules"] == ["TV201"]
    )
    assert done.code == 2 and document["fails"] == [
        "1 finding of severity high or worse",
        "1 thing that could not be checked",
    ]
    write_requests(verified, {})


def test_a_server_without_its_config_is_a_finding(verified: Deployment, tmp_path: Path) -> None:
    server = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Server",
        "metadata": {"name": "lost", "namespace": TEAM},
        "spec": {"serverConfig": "mlserver-confg"},
    }
    with seeded(verified, server):
        _done, document = verify(verified, tmp_path, "--skip-tags", "drift")
    [found] = [one for one in document["findings"] if one["rule"] == "TV101"]
    assert found["object"] == f"Server {TEAM}/lost" and "mlserver-config" in found["next_step"]


def test_who_may_read_nothing_gets_a_report_of_unknowns(verified: Deployment, tmp_path: Path) -> None:
    somebody = service_account(verified.lab, tmp_path, "default", "default")
    done, document = verify(verified, tmp_path / "reports", KUBECONFIG=str(somebody.kubeconfig))
    assert done.code == 2 and document["verdict"] == "unknown" and document["findings"] == []
    assert {metric["state"] for metric in document["metrics"].values()} == {"unknown"}
    assert any("forbidden" in entry["reason"] for entry in document["unseen"])
    assert "could not be checked" in document["fails"][0]
    assert verified.verify("-e", "seldon_verify_fail_on=never", KUBECONFIG=str(somebody.kubeconfig)).code == 0


def test_a_cluster_that_does_not_answer_gets_a_report_too(verified: Deployment, tmp_path: Path) -> None:
    config = tmp_path / "kubeconfig"
    config.write_text(verified.lab.kubeconfig.read_text().replace("https://127.0.0.1:", "https://127.0.0.1:1"))
    done, document = verify(verified, tmp_path / "reports", KUBECONFIG=str(config))
    assert done.code == 2 and document["verdict"] == "unknown"
    assert {tenant["drift"]["state"] for tenant in document["tenants"]} == {"unknown"}
    assert "could not be checked" in (tmp_path / "reports" / "seldon-system.md").read_text()


def test_no_value_of_a_secret_and_no_markup_of_others_is_in_any_output(verified: Deployment, tmp_path: Path) -> None:
    encoded = base64.b64encode(CANARY.encode()).decode()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "canary", "namespace": TEAM, "annotations": {"note": CANARY}},
        "data": {"password": encoded},
    }
    hostile = "</td><script>alert(1)</script>{{ 6 * 7 }}"
    container = {
        "name": "mlserver",
        "image": "registry.example/one:1",
        "env": [{"name": "URL", "value": f"http://seldon-mesh.{OTHER}/{hostile}"}],
    }
    config = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "ServerConfig",
        "metadata": {"name": "hostile", "namespace": TEAM},
        "spec": {"podSpec": {"containers": [container]}},
    }
    with seeded(verified, secret), seeded(verified, config):
        done, document = verify(verified, tmp_path, "-vvv")
    files = {path.suffix: path.read_text() for path in tmp_path.iterdir()}
    for text in (done.stdout, done.stderr, *files.values()):
        assert CANARY not in text and encoded not in text
    assert "TA801" in {one["rule"] for one in document["findings"]}
    assert "<script>alert" not in files[".html"] and "<script>" not in files[".md"]
    assert not any("42" in one["evidence"] for one in document["findings"] if one["rule"] == "TA801")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"seldon_verify_fail_on": "severe"}, "expected critical, high, medium, low, info or never"),
        ({"seldon_verify_fial_on": "low"}, "did you mean seldon_verify_fail_on?"),
        ({"seldon_deploy_tenants": "fraud-detektion"}, "did you mean fraud-detection?"),
        ({"seldon_verify_requests": [{"nam": "x"}]}, "missing required arguments: name"),
        ({"seldon_verify_requests": [{"name": "x", "kind": "Modell"}]}, "must be one of: Model, Experiment, Pipeline"),
        ({"seldon_verify_requests": [{"name": "x", "request_timeot": 1}]}, "seldon_verify_requests.request_timeot"),
        ({"seldon_verify_requests": [{"name": "x", "fail_on": "failed"}]}, "seldon_verify_requests.fail_on"),
        ({"seldon_verify_waivers": [{"rule": "TA113", "until": "2027-03-31"}]}, "seldon_verify_waivers.until"),
    ],
)
def test_bad_input_is_refused_before_any_request(verified: Deployment, variables: dict[str, Any], said: str) -> None:
    mark = verified.lab.audit.mark()
    done = verified.verify("-e", json.dumps(variables))
    assert done.code != 0 and said in done.stdout
    assert not [r for r in verified.lab.audit.since(mark) if r.user_agent.startswith(OURS)]
