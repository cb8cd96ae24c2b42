# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that configures AWX sends the objects of its data, once. An API that keeps objects and records requests
replaces AWX.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import REPOSITORY
from tests.integration.awx_stand_in import StandIn, awx_stand_in
from tests.unit.awx.awx_data import GIVEN, MODULE_OF, loaded

SECRET = "kubeconfig-of-this-test"
CREDENTIAL = {
    "name": "Seldon cluster",
    "credential_type": "Seldon cluster (kubeconfig)",
    "inputs": {"kubeconfig": SECRET},
}
ENDPOINT = {
    "controller_inventories": "inventories",
    "controller_templates": "job_templates",
    "controller_workflows": "workflow_job_templates",
}
ENDPOINT = {**{kind: f"{module}s" for kind, module in MODULE_OF.items()}, **ENDPOINT}
REFERENCES = {
    "organization": "organizations", "inventory": "inventories", "project": "projects", "source_project": "projects",
    "execution_environment": "execution_environments", "unified_job_template": "job_templates",
}  # fmt: skip
ASSOCIATIONS = ("credentials", "notification_templates_error", "notification_templates_approvals")
APART = ("survey_spec", "workflow_nodes", *ASSOCIATIONS)


def run(awx: StandIn, directory: Path, *arguments: str, **variables: Any) -> tuple[int, str]:
    """The playbook's exit code and output, which does not contain the secret."""
    file = directory / "given.yml"
    file.write_text(yaml.safe_dump({**GIVEN, "controller_credentials": [CREDENTIAL], **variables}))
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(REPOSITORY / "ansible.cfg"),
        "CONTROLLER_HOST": awx.address,
        "CONTROLLER_OAUTH_TOKEN": "token",
    }
    done = subprocess.run(
        [program, "-i", str(REPOSITORY / "inventory.yml"), str(REPOSITORY / "playbooks" / "awx_setup.yml"), "-e", f"@{file}", *arguments],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert SECRET not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def changed(output: str) -> int:
    """The recap's count of changed tasks."""
    return int(re.findall(r"changed=(\d+)", output)[-1])


@pytest.fixture(scope="module")
def awx() -> Iterator[StandIn]:
    with awx_stand_in() as found:
        found.add("organizations", name="Default")
        yield found


def body(awx: StandIn, kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    """The body of the request that creates the entry: names of other objects as their ids, and without fields that have
    separate requests.
    """
    apart = (*APART, "organization") if kind in ("controller_inventory_sources", "controller_schedules") else APART
    made = {
        key: awx.named(REFERENCES[key], value)["id"] if key in REFERENCES else value
        for key, value in entry.items()
        if key not in apart
    }
    return {**made, "extra_vars": json.dumps(made["extra_vars"])} if "extra_vars" in made else made


def test_what_nobody_else_can_know_has_to_be_given(awx: StandIn, tmp_path: Path) -> None:
    code, output = run(awx, tmp_path, awx_setup_image="")
    assert code != 0 and "awx_setup_image: required, and without a default" in " ".join(output.split())
    assert awx.requests == []


def test_check_on_an_empty_awx_writes_nothing_and_foresees_every_object(awx: StandIn, tmp_path: Path) -> None:
    code, output = run(awx, tmp_path, "--check")
    assert code == 0, output
    assert awx.writes == []
    # A task counts once for all objects that it creates.
    assert changed(output) == len([*MODULE_OF, "credentials", "nodes"])


def test_without_its_credential_the_next_step_is_said(awx: StandIn, tmp_path: Path) -> None:
    code, output = run(
        awx,
        tmp_path,
        "--check",
        "--start-at-task",
        "Check that the credential of the job templates exists",
        controller_credentials=[],
    )
    assert code != 0 and "AWX has no credential Seldon cluster. Create one of the type" in " ".join(output.split())


def test_every_object_is_made_as_the_data_says(awx: StandIn, tmp_path: Path) -> None:
    code, output = run(awx, tmp_path)
    assert code == 0, output
    data = loaded()
    for kind, collection in ENDPOINT.items():
        sent = {
            made["name"]: made
            for method, path, made in awx.writes
            if (method, path) == ("POST", f"/api/v2/{collection}/")
        }
        assert {*sent} == {entry["name"] for entry in data[kind]}
        for entry in data[kind]:
            expected = body(awx, kind, entry)
            got = {
                key: value
                for key, value in sent[entry["name"]].items()
                if key in expected or value not in ("", 1, False, None)
            }
            assert got == expected, entry["name"]
            url = awx.named(collection, entry["name"])["url"]
            assert {name: awx.names(url, name) for name in ASSOCIATIONS if name in entry} == {
                name: entry[name] for name in ASSOCIATIONS if name in entry
            }
            if "survey_spec" in entry:
                assert awx.surveys.get(url, {}) == entry["survey_spec"]


def test_the_workflow_leads_from_node_to_node(awx: StandIn) -> None:
    [workflow] = loaded()["controller_workflows"]
    for node in workflow["workflow_nodes"]:
        made = awx.named("workflow_job_template_nodes", node["identifier"])
        assert awx.names(made["url"], "success_nodes") == [
            link["identifier"] for link in node.get("related", {}).get("success_nodes", [])
        ]
        collection = (
            "workflow_approval_templates"
            if node["unified_job_template"]["type"] == "workflow_approval"
            else "job_templates"
        )
        template = awx.objects[collection][made["unified_job_template"]]
        assert template["name"] == node["unified_job_template"]["name"]
    assert awx.named("workflow_approval_templates", "Deploy the changes")["timeout"] == 86400


def test_a_second_run_changes_nothing(awx: StandIn, tmp_path: Path) -> None:
    mark = len(awx.requests)
    code, output = run(awx, tmp_path)
    assert code == 0, output
    assert [request for request in awx.requests[mark:] if request[0] != "GET"] == []
    assert changed(output) == 0


def test_what_somebody_changed_by_hand_is_put_right(awx: StandIn, tmp_path: Path) -> None:
    template = awx.named("job_templates", "Seldon tenants")
    template["skip_tags"] = ""
    mark = len(awx.requests)
    code, output = run(awx, tmp_path, "--start-at-task", "Create job templates")
    assert code == 0 and changed(output) == 1
    [(method, path, sent)] = [request for request in awx.requests[mark:] if request[0] != "GET"]
    assert (method, path, sent["skip_tags"]) == ("PATCH", template["url"], "platform")
