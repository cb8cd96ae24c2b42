# SPDX-License-Identifier: GPL-3.0-or-later
"""Each job template, run as AWX runs it: ordinary answers have the same result as in a terminal, hostile ones are
refused. Each test continues from the state of the previous one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.awx_jobs import Awx, Job, Refused, applied
from tests.integration.deployment import CHARTS, Deployment
from tests.unit.awx.awx_data import loaded

TENANTS = ("fraud-detection", "recommendation-engine")
SURVEYED = ("Seldon check", "Seldon drift", "Seldon deploy", "Seldon tenants", "Seldon verify")
SECOND_ANSWER = {"Seldon verify": {"seldon_verify_fail_on": "low"}}
OURS = ("ml_platform.seldon", "Helm", "helm", "OpenAPI-Generator", "Swagger-Codegen", "kubectl", "kustomize")
EXAMPLES = {name: {"tenant_namespace_manifests": f"{{{{ project_dir }}}}/examples/{name}/k8s/base"} for name in TENANTS}


def requests(awx: Awx, mark: int) -> list[str]:
    """The requests of the programs that a job uses, since ``mark``."""
    return [f"{r.verb} {r.uri}" for r in awx.lab.audit.since(mark) if r.user_agent.startswith(OURS)]


def writes(awx: Awx, mark: int) -> list[str]:
    """The write requests since ``mark``."""
    return [f"{r.verb} {r.uri}" for r in awx.lab.audit.since(mark) if r.user_agent.startswith(OURS) and r.is_write]


@pytest.fixture(scope="module")
def awx(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awx]:
    found = Awx(deployment.lab, tmp_path_factory.mktemp("awx"))
    found.sync(EXAMPLES, seldon_core_chart_source=str(CHARTS))
    found.use_kubeconfig(deployment.lab.kubeconfig)
    yield found


def test_the_check_shows_what_would_be_and_writes_nothing(awx: Awx) -> None:
    mark = awx.lab.audit.mark()
    job = awx.launch("Seldon check")
    assert job.status == "successful", job.output
    assert writes(awx, mark) == []
    assert job.report["check_mode"] and job.report["changed"] == [*TENANTS] and job.report["ready"] == []
    assert "would be changed" in job.output


def test_deploy_makes_the_same_objects_as_a_terminal(awx: Awx, deployment: Deployment) -> None:
    job = awx.launch("Seldon deploy")
    assert job.status == "successful", job.output
    assert job.report["ready"] == job.report["changed"] == [*TENANTS]
    assert (
        job.report["metrics"]["models_in_team_namespaces"] == 4 and job.report["metrics"]["tenants_within_quota"] == 2
    )
    assert job.recap("changed") == {"seldon-system": 4, **dict.fromkeys(TENANTS, 1)}
    made = applied(awx.lab)
    terminal = deployment.run()
    assert terminal.code == 0 and {
        host: terminal.changed(host) for host in ("seldon-system", *TENANTS)
    } == dict.fromkeys(("seldon-system", *TENANTS), 0)
    assert applied(awx.lab) == made


@pytest.mark.parametrize("template", [entry["name"] for entry in loaded()["controller_templates"]])
def test_every_template_runs_again_without_a_change(awx: Awx, template: str) -> None:
    mark = awx.lab.audit.mark()
    job = awx.launch(template)
    assert job.status == "successful", job.output
    assert writes(awx, mark) == [] and set(job.recap("changed").values()) == {0}
    assert set(job.recap("ok")) == {"seldon-system", *(TENANTS if template != "Seldon platform" else ())}
    deploys = template != "Seldon verify"
    assert (job.tasks("Deploy the platform") != []) == (deploys and template != "Seldon tenants")
    assert (job.tasks("Deploy the tenants") != []) == (deploys and template != "Seldon platform")


@pytest.mark.parametrize("template", SURVEYED)
def test_a_survey_chooses_tenants(awx: Awx, template: str) -> None:
    mark = awx.lab.audit.mark()
    job = awx.launch(
        template,
        {
            "seldon_deploy_tenants": "recommendation-engine\n",
            **SECOND_ANSWER.get(template, {"seldon_deploy_checks": "warn"}),
        },
    )
    assert job.status == "successful", job.output
    if template == "Seldon verify":
        [evidence] = job.artifacts["seldon_verify"].values()
        assert (
            evidence["verdict"] == "ok"
            and "1 tenant," in evidence["summary"][0]
            and "fraud-detection" not in evidence["report"]
        )
    else:
        assert job.report["tenants"] == 1 and "recommendation-engine" in str(job.report)
    asked = requests(awx, mark)
    assert any("/namespaces/recommendation-engine" in uri for uri in asked)
    assert not any("fraud-detection" in uri for uri in asked)


HOSTILE = {
    "a template": "{{ lookup('pipe', 'touch MARK') }}",
    "a template in a name": "fraud-detection{{ lookup('pipe','touch${IFS}MARK') }}",
    "quotes and a shell": "fraud-detection'; touch MARK; echo '\"$(touch MARK)`touch MARK`",
    "lines and a play": "fraud-detection\n- hosts: all\n  tasks: [{shell: touch MARK}]",
    "a pattern": "all:!fraud-detection",
    "a file": "@/etc/passwd",
    "a tenant that there is not": "fraud-detektion",
    "the platform": "seldon-system",
}


def hostile(text: str, awx: Awx) -> tuple[str, Path]:
    """The answer, and the file that exists if any part of it is executed."""
    mark = awx.directory / "executed"
    return text.replace("MARK", str(mark)), mark


def assert_refused(awx: Awx, template: str, answers: dict[str, Any], said: str, executed: Path, **how: Any) -> None:
    mark = awx.lab.audit.mark()
    job = awx.launch(template, answers, **how)
    assert job.status == "failed" and not executed.exists()
    [message] = {*job.messages.values()}
    assert said in message
    assert requests(awx, mark) == []
    assert job.report == {}


@pytest.mark.parametrize("answer", HOSTILE)
def test_a_hostile_answer_is_refused_before_anything_is_asked(awx: Awx, answer: str) -> None:
    text, executed = hostile(HOSTILE[answer], awx)
    said = (
        "there is no tenant"
        if answer in ("a tenant that there is not", "the platform")
        else "expected names of tenants separated by commas"
    )
    assert_refused(awx, "Seldon deploy", {"seldon_deploy_tenants": text}, said, executed)


@pytest.mark.parametrize("template", [name for name in SURVEYED if name != "Seldon deploy"])
def test_the_other_templates_refuse_alike(awx: Awx, template: str) -> None:
    text, executed = hostile(HOSTILE["a template in a name"], awx)
    assert_refused(
        awx, template, {"seldon_deploy_tenants": text}, "expected names of tenants separated by commas", executed
    )


def test_awx_itself_refuses_what_is_no_choice_and_what_is_not_asked(awx: Awx) -> None:
    with pytest.raises(Refused, match="expected to be one of"):
        awx.launch("Seldon deploy", {"seldon_deploy_checks": "{{ 1 }}"})
    with pytest.raises(Refused, match="not allowed on launch"):
        awx.launch("Seldon deploy", {"seldon_core_namespace": "kube-system"})
    with pytest.raises(Refused, match="not configured to prompt"):
        awx.launch("Seldon tenants", limit="fraud-detection")


def test_without_awx_s_mark_nothing_is_executed_either(awx: Awx, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables from a command line, which Ansible evaluates."""
    text, executed = hostile(HOSTILE["a template"], awx)
    monkeypatch.setattr("tests.integration.awx_jobs.extra_vars_file", lambda variables, trusted: json.dumps(variables))
    said = "seldon_deploy_tenants: expected names of tenants separated by commas, without patterns"
    assert_refused(
        awx,
        "Seldon deploy",
        {"seldon_deploy_tenants": text, "seldon_deploy_checks": text},
        said,
        executed,
        survey=False,
    )
    assert_refused(
        awx,
        "Seldon deploy",
        {"seldon_deploy_checks": text},
        "seldon_deploy_checks: expected enforce or warn",
        executed,
        survey=False,
    )


def test_the_severity_is_a_word_and_no_template(awx: Awx) -> None:
    with pytest.raises(Refused, match="expected to be one of"):
        awx.launch("Seldon verify", {"seldon_verify_fail_on": "{{ 1 }}"})
    text, executed = hostile(HOSTILE["a template"], awx)
    said = "seldon_verify_fail_on: expected critical, high, medium, low, info or never"
    assert_refused(awx, "Seldon verify", {"seldon_verify_fail_on": text}, said, executed, survey=False)


def test_an_answer_does_not_reach_beyond_the_limit(awx: Awx) -> None:
    said = 'the limit of this run excludes the tenant "fraud-detection"'
    assert_refused(
        awx,
        "Seldon deploy",
        {"seldon_deploy_tenants": "fraud-detection"},
        said,
        Path("/nowhere"),
        limit="recommendation-engine",
    )


def test_drift_fails_for_the_tenant_that_has_drifted(awx: Awx) -> None:
    awx.lab.kubectl("label", "namespace", TENANTS[0], "pod-security.kubernetes.io/warn-")
    mark = awx.lab.audit.mark()
    job = awx.launch("Seldon drift")
    assert job.status == "failed" and {*job.messages} == {TENANTS[0]}
    assert "differs from the desired state" in job.messages[TENANTS[0]]
    assert job.report["changed"] == [TENANTS[0]] and writes(awx, mark) == []
    assert "pod-security.kubernetes.io/warn: restricted" in job.output
    # The other tenant is not chosen, so it makes no difference.
    assert awx.launch("Seldon drift", {"seldon_deploy_tenants": TENANTS[1]}).status == "successful"
    assert awx.launch("Seldon tenants").report["changed"] == [TENANTS[0]]


def test_a_tenant_that_is_refused_is_named_in_the_artifacts(awx: Awx) -> None:
    awx.sync(
        {**EXAMPLES, TENANTS[0]: {**EXAMPLES[TENANTS[0]], "tenant_namespace_quota": {"requests.cpu": "plenty"}}},
        seldon_core_chart_source=str(CHARTS),
    )
    job = awx.launch("Seldon deploy")
    awx.sync(EXAMPLES, seldon_core_chart_source=str(CHARTS))
    assert job.status == "failed" and {*job.messages} == {TENANTS[0]}
    assert job.report["ready"] == [TENANTS[1]] and "requests.cpu" in job.report["refused"][TENANTS[0]]


def test_the_credential_is_in_no_event_and_only_the_owner_reads_its_file(awx: Awx) -> None:
    job = awx.launch("Seldon platform")
    secret = awx.lab.kubeconfig.read_text()
    key = json.loads(secret)["users"][0]["user"]["client-key-data"]
    assert key not in job.output and not any(key in json.dumps(event) for event in job.events)
    [file] = [path for path in (job.directory / "env").iterdir() if path.read_text() == secret]
    assert file.stat().st_mode & 0o077 == 0


PERMISSIONS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: awx-reader}
rules:
  - {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: awx-reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: awx-reader}
subjects: [{kind: ServiceAccount, namespace: default, name: awx}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {namespace: default, name: awx}
"""


@pytest.fixture
def reader(awx: Awx) -> Iterator[Awx]:
    """AWX with the credential of a ServiceAccount that may read everything and write nothing."""
    awx.lab.kubectl("apply", "-f", "-", stdin=PERMISSIONS)
    token = awx.lab.kubectl("create", "token", "awx", "-n", "default", "--duration=1h").strip()
    cluster = json.loads(awx.lab.kubeconfig.read_text())["clusters"][0]["cluster"]
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    good = awx.credential
    awx.credential = {
        "type": "Seldon cluster (bearer token)",
        "inputs": {"host": cluster["server"], "bearer_token": token, "ssl_ca_cert": authority},
    }
    yield awx
    awx.credential = good
    awx.sync(EXAMPLES, seldon_core_chart_source=str(CHARTS))


def assert_lacking(awx: Awx, job: Job, mark: int, host: str, play: str, lacking: set[str]) -> None:
    """Asserts that the job failed only for this host in that play, and that its message names all these resources."""
    assert job.status == "failed" and {*job.messages} == {host}
    [failed] = [event["event_data"]["play"] for event in job.events if event["event"] == "runner_on_failed"]
    assert failed == play and writes(awx, mark) == []
    message = job.messages[host]
    assert {
        line.split(" in namespace ")[0].strip() for line in message.splitlines() if "no permission to create" in line
    } == lacking
    assert awx.credential["inputs"]["bearer_token"] not in job.output


def test_a_credential_with_missing_permissions_fails_in_preflight_and_names_them_all(reader: Awx) -> None:
    reader.sync(EXAMPLES, seldon_core_chart_source=str(CHARTS), seldon_core_values={"logging": {"logLevel": "debug"}})
    mark = reader.lab.audit.mark()
    core, rbac, seldon = {"configmaps", "secrets", "serviceaccounts"}, "rbac.authorization.k8s.io", "mlops.seldon.io"
    lacking = core | {
        "deployments.apps",
        f"roles.{rbac}",
        f"rolebindings.{rbac}",
        f"seldonconfigs.{seldon}",
        f"serverconfigs.{seldon}",
    }
    assert_lacking(reader, reader.launch("Seldon deploy"), mark, "seldon-system", "Check the platform", lacking)


def test_permissions_that_a_new_tenant_takes_are_named_all_at_once_too(reader: Awx) -> None:
    reader.sync({"newcomer": {}}, seldon_core_chart_source=str(CHARTS))
    mark = reader.lab.audit.mark()
    job = reader.launch("Seldon tenants")
    rbac, seldon = "rbac.authorization.k8s.io", "mlops.seldon.io"
    lacking = {
        "configmaps",
        "limitranges",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "networkpolicies.networking.k8s.io",
    }
    lacking |= {f"roles.{rbac}", f"rolebindings.{rbac}", f"seldonconfigs.{seldon}", f"seldonruntimes.{seldon}"}
    assert_lacking(reader, job, mark, "newcomer", "Check the tenants", lacking)
    for kind in ("namespaces", "serviceaccounts", "deployments.apps"):
        assert f'cannot patch resource "{kind.partition(".")[0]}"' in job.messages["newcomer"]
