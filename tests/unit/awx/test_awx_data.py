# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX's modules and API accept every object of the data, and the playbooks have everything that the objects name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._role_variables import PLAYBOOK_VARIABLES

from tests.unit.awx.awx_data import GIVEN, MODULE_OF, PATTERN, ROOT, Data, loaded, raw
from tests.unit.awx.awx_options import option_problems
from tests.unit.awx.awx_rules import credential_type_problems, schedule_problems, survey_problems, workflow_problems

REFERENCES = {
    "project": "controller_projects",
    "source_project": "controller_projects",
    "inventory": "controller_inventories",
    "execution_environment": "controller_execution_environments",
    "notification_templates_error": "controller_notifications",
    "notification_templates_approvals": "controller_notifications",
}
TAGS = {"all", "check", "platform", "drift"}
READ = {name for names in PLAYBOOK_VARIABLES.values() for name in names}


def names(data: Data, kind: str) -> set[str]:
    return {entry["name"] for entry in data[kind]}


def problems(data: Data) -> list[str]:
    """All problems of the data."""
    found = [f"{kind} is not a list of AWX objects" for kind in data if kind not in MODULE_OF]
    for kind, module in MODULE_OF.items():
        if len(names(data, kind)) != len(data[kind]):
            found.append(f"{kind}: two entries have one name")
        for entry in data[kind]:
            found += [
                f"{entry.get('name')}: {text}"
                for text in [*option_problems(module, entry), *_of_its_kind(kind, entry), *_references(data, entry)]
            ]
    return found


def _of_its_kind(kind: str, entry: dict[str, Any]) -> list[str]:
    match kind:
        case "controller_credential_types":
            return credential_type_problems(entry)
        case "controller_templates":
            return survey_problems(entry.get("survey_spec", {})) + _template(entry)
        case "controller_workflows":
            return survey_problems(entry.get("survey_spec", {})) + workflow_problems(entry)
        case "controller_schedules":
            return schedule_problems(entry["rrule"])
    return []


def _template(entry: dict[str, Any]) -> list[str]:
    found = [] if (ROOT / entry["playbook"]).is_file() else [f"there is no {entry['playbook']}"]
    asked = {question["variable"] for question in entry.get("survey_spec", {}).get("spec", [])}
    known = {*READ, "project_dir"}
    found += [f"nothing reads the variable {name}" for name in sorted(({*entry.get("extra_vars", {})} | asked) - known)]
    given = f"{entry.get('job_tags', '')},{entry.get('skip_tags', '')}".split(",")
    found += [f"nothing has the tag {tag}" for tag in given if tag and tag not in TAGS]
    if entry.get("job_slice_count", 1) > 1 and (entry.get("limit") or entry.get("ask_limit_on_launch")):
        found.append("a slice that a limit leaves empty fails")
    if entry.get("ask_variables_on_launch"):
        found.append("anyone who launches it could set any variable")
    return found


def _references(data: Data, entry: dict[str, Any]) -> list[str]:
    found = []
    for option, kind in REFERENCES.items():
        given = entry.get(option, [])
        found += [
            f"{option} {name} is not among {kind}"
            for name in ([given] if isinstance(given, str) else given)
            if name not in names(data, kind)
        ]
    templates = [entry["unified_job_template"]] if "unified_job_template" in entry else []
    nodes = [
        node["unified_job_template"]
        for node in entry.get("workflow_nodes", [])
        if node["unified_job_template"].get("type") == "job_template"
    ]
    templates += [template["name"] for template in nodes]
    return found + [
        f"{name} is not a template"
        for name in templates
        if name not in names(data, "controller_templates") | names(data, "controller_workflows")
    ]


def test_awx_would_take_every_object() -> None:
    assert problems(loaded()) == []
    assert all(len(loaded()[kind]) > 0 for kind in MODULE_OF)


def test_what_has_no_default_is_just_what_nobody_can_know() -> None:
    assert {name for name, value in raw().items() if name.startswith("awx_setup_") and value == ""} == {*GIVEN}


def change(kind: str, number: int, *path: Any) -> Callable[[Data], Any]:
    """A function that sets the last of ``path`` as the value at the other keys of an entry; None removes it."""
    *way, last, value = path

    def apply(data: Data) -> None:
        place = data[kind][number]
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return apply


QUESTION = ("controller_templates", 0, "survey_spec", "spec")
NODES = ("controller_workflows", 0, "workflow_nodes")
FAULTS: dict[str, tuple[Callable[[Data], Any], str]] = {
    "a misspelt option": (change("controller_templates", 0, "job_slice_cuont", 4), "job_template has no option job_slice_cuont; did you mean job_slice_count?"),
    "a choice that there is not": (change("controller_templates", 0, "job_type", "checks"), "value of job_type must be one of: run, check, got: checks"),
    "a wrong type": (change("controller_templates", 0, "forks", "many"), "forks"),
    "a boolean as text": (change("controller_templates", 0, "diff_mode", "yes"), "diff_mode is 'yes', expected true or false"),
    "no organization": (change("controller_inventories", 0, "organization", None), "missing required arguments: organization"),
    "a project's unknown option": (change("controller_projects", 0, "scm_brunch", "main"), "did you mean scm_branch?"),
    "a node's unknown option": (change(*NODES, 0, "sucess_nodes", []), "sucess_nodes"),
    "a playbook that is not there": (change("controller_templates", 0, "playbook", "playbooks/none.yml"), "there is no playbooks/none.yml"),
    "a variable that nothing reads": (change(*QUESTION, 0, "variable", "seldon_deploy_tenant"), "nothing reads the variable seldon_deploy_tenant"),
    "a tag that nothing has": (change("controller_templates", 0, "job_tags", "chekc"), "nothing has the tag chekc"),
    "a question of no type": (change(*QUESTION, 0, "type", "list"), "type list is none of"),
    "a question without a name": (change(*QUESTION, 0, "question_name", None), "question_name is missing"),
    "a question's unknown field": (change(*QUESTION, 0, "help", "x"), "help is not a field of a question"),
    "a default of another type": (change(*QUESTION, 0, "default", 4), "default 4 is not of type textarea"),
    "a default that is not a choice": (change(*QUESTION, 1, "default", "strict"), "default 'strict' is none of the choices"),
    "no choices": (change(*QUESTION, 1, "choices", None), "choices are not a list of lines"),
    "min over max": (change(*QUESTION, 0, "min", 9999), "min is more than max"),
    "min that is not a number": (change(*QUESTION, 0, "min", "1"), "min is not an integer"),
    "one variable twice": (change(*QUESTION, 0, "variable", "seldon_deploy_checks"), "is used twice"),
    "a survey without a name": (change("controller_templates", 0, "survey_spec", "name", None), "survey has no name"),
    "a survey without questions": (change("controller_templates", 0, "survey_spec", "spec", []), "survey has no questions"),
    "any variable at launch": (change("controller_templates", 0, "ask_variables_on_launch", True), "could set any variable"),
    "a limit on slices": (change("controller_templates", 4, "limit", "tenants"), "a slice that a limit leaves empty fails"),
    "a project that is not there": (change("controller_templates", 0, "project", "Sheldon"), "project Sheldon is not among controller_projects"),
    "a notification that is not there": (change("controller_templates", 0, "notification_templates_error", ["Mail"]), "Mail is not among"),
    "a link to nowhere": (change(*NODES, 0, "related", "success_nodes", [{"identifier": "aproval"}]), "leads to aproval, which is not a node"),
    "a circle": (change(*NODES, 4, "related", {"success_nodes": [{"identifier": "check"}]}), "leads back to itself"),
    "a node twice": (change(*NODES, 1, "identifier", "check"), "two nodes have one identifier"),
    "a node of no type": (change(*NODES, 0, "unified_job_template", "type", "job"), "has no type that AWX knows"),
    "an approval without a timeout": (change(*NODES, 1, "unified_job_template", "timeout", 0), "waits forever"),
    "a node without a template": (change(*NODES, 0, "unified_job_template", "name", "Seldon chekc"), "Seldon chekc is not a template"),
    "a schedule without a template": (change("controller_schedules", 0, "unified_job_template", "Seldon"[:3]), "Sel is not a template"),
    "a schedule without a beginning": (change("controller_schedules", 0, "rrule", "RRULE:FREQ=DAILY;INTERVAL=1"), "begins with DTSTART"),
    "a schedule without an interval": (change("controller_schedules", 0, "rrule", "DTSTART:20260101T020000Z RRULE:FREQ=DAILY"), "has an INTERVAL"),
    "a schedule each second": (change("controller_schedules", 0, "rrule", "DTSTART:20260101T020000Z RRULE:FREQ=SECONDLY;INTERVAL=9"), "no SECONDLY"),
    "a schedule that cannot be read": (change("controller_schedules", 0, "rrule", "DTSTART:20260101T020000Z RRULE:FREQ=OFTEN;INTERVAL=1"), "never comes"),
    "an injector of no field": (change("controller_credential_types", 0, "injectors", "env", "K8S_AUTH_HOST", "{{ hots }}"), "'hots' is undefined"),
    "an injector of no file": (change("controller_credential_types", 1, "injectors", "env", "X", "{{ tower.filename.cert }}"), "no attribute 'cert'"),
    "AWX's own variable": (change("controller_credential_types", 0, "injectors", "env", "ANSIBLE_CONFIG", "x"), "AWX's own variable"),
    "a required field that there is not": (change("controller_credential_types", 0, "inputs", "required", ["token"]), "required field token is none"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(fault: str) -> None:
    apply, said = FAULTS[fault]
    data = deepcopy(loaded())
    apply(data)
    assert any(said in text for text in problems(data)), problems(data)


def test_the_platform_is_in_one_job_and_before_the_tenants() -> None:
    templates = {entry["name"]: entry for entry in loaded()["controller_templates"]}
    sliced = {name for name, entry in templates.items() if entry.get("job_slice_count", 1) > 1}
    assert sliced == {"Seldon tenants"} and templates["Seldon tenants"]["skip_tags"] == "platform"
    assert templates["Seldon tenants"]["extra_vars"]["seldon_deploy_inventory_is_part"] is True
    [workflow] = loaded()["controller_workflows"]
    assert [node["identifier"] for node in workflow["workflow_nodes"]] == [
        "check",
        "approval",
        "platform",
        "tenants",
        "verify",
    ]


def test_jobs_that_look_write_nothing() -> None:
    templates = {entry["name"]: entry for entry in loaded()["controller_templates"]}
    assert {name for name, entry in templates.items() if entry["job_type"] == "check"} == {
        "Seldon check",
        "Seldon drift",
    }
    # Verification sends requests to models, which check mode would skip.
    looking = {
        name
        for name, entry in templates.items()
        if entry["job_type"] == "check" or entry["playbook"] == "playbooks/seldon_verify.yml"
    }
    assert {entry["unified_job_template"] for entry in loaded()["controller_schedules"]} <= looking


def test_the_injectors_set_what_the_modules_read() -> None:
    for entry in loaded()["controller_credential_types"]:
        assert all(name.startswith("K8S_AUTH_") for name in entry["injectors"]["env"])
        secret = {field["id"] for field in entry["inputs"]["fields"] if field.get("secret")}
        assert secret == {"kubeconfig"} or secret == {"bearer_token"}


# The pattern file: Automation Hub reads it. These are the constraints of its schema.


def test_the_pattern_is_as_its_schema_wants() -> None:
    pattern = json.loads((PATTERN / "meta" / "pattern.json").read_text(encoding="utf-8"))
    assert {*pattern} == {
        "schema_version",
        "name",
        "title",
        "description",
        "short_description",
        "tags",
        "aap_resources",
    }
    assert (
        pattern["name"] == PATTERN.name
        and len(pattern["title"]) <= 64
        and not pattern["short_description"].endswith(".")
    )
    resources = pattern["aap_resources"]
    assert {*resources} <= {
        "controller_project",
        "controller_execution_environment",
        "controller_labels",
        "controller_job_templates",
    }
    assert {*resources["controller_project"]} == {"name", "description"}
    primary = [template for template in resources["controller_job_templates"] if template.get("primary")]
    assert len(primary) == 1
    for template in resources["controller_job_templates"]:
        assert {"name", "description", "playbook"} <= {*template}
        assert (PATTERN / "playbooks" / template["playbook"]).is_file()
        assert {*template.get("labels", [])} <= {*resources["controller_labels"]}
        assert survey_problems(template["survey"]) == []
        assert all(
            question["variable"] in READ and question["question_description"] for question in template["survey"]["spec"]
        )


def test_the_pattern_asks_what_the_templates_ask() -> None:
    pattern = json.loads((PATTERN / "meta" / "pattern.json").read_text(encoding="utf-8"))
    [template] = pattern["aap_resources"]["controller_job_templates"]
    [deploy] = [entry for entry in loaded()["controller_templates"] if entry["name"] == template["name"]]
    kept = ("variable", "type", "choices", "default", "required")
    assert [{key: q.get(key) for key in kept} for q in template["survey"]["spec"]] == [
        {key: q.get(key) for key in kept} for q in deploy["survey_spec"]["spec"]
    ]
    file = PATTERN / "playbooks" / template["playbook"]
    [play] = yaml.safe_load(file.read_text())
    assert (file.parent / play["ansible.builtin.import_playbook"]).resolve() == PATTERN.parents[
        2
    ] / "playbooks" / "seldon_deploy.yml"


def test_the_guide_names_what_there_is() -> None:
    guide = (ROOT / "docs" / "awx.md").read_text(encoding="utf-8")
    data = loaded()
    wanted = [
        *names(data, "controller_templates"),
        *names(data, "controller_workflows"),
        *names(data, "controller_credential_types"),
    ]
    assert [name for name in wanted if f"*{name}*" not in guide] == []
    plays = {play["name"] for play in yaml.safe_load((ROOT / "playbooks" / "seldon_deploy.yml").read_text())}
    assert [play for play in plays if play not in guide] == []
    [given] = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    assert {*given} <= {*raw(), "controller_credentials"} and {*GIVEN} <= {*given}
    assert all(credential["name"] == raw()["awx_setup_credential"] for credential in given["controller_credentials"])
    assert all(option_problems("credential", credential) == [] for credential in given["controller_credentials"])
    commands = re.findall(r"^ansible-playbook .*$", guide, re.MULTILINE)
    assert commands and all(
        (ROOT / word).is_file() for line in commands for word in line.split() if word.startswith("playbooks/")
    )
