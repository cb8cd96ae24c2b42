# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs job templates as AWX does: `ansible-runner run` on a private data directory with project, inventory script,
extra vars, command line and credential.

The steps that AWX does before that follow its documented rules here: the survey, variables that are never evaluated,
slices, injectors. Containers are not used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lab.layout import REPOSITORY
from tests.integration.lab_fixture import Lab
from tests.unit.awx.awx_data import loaded

PROJECT = (
    "ansible.cfg",
    "collections",
    "examples",
    "galaxy.yml",
    "inventory.yml",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
)
"""The parts of a checkout that a job can see."""
Json = dict[str, Any]


class Refused(Exception):
    """AWX does not start the job; str() is its answer."""


@dataclass(frozen=True)
class Job:
    """One finished job."""

    directory: Path
    ident: str
    output: str

    @property
    def artifacts_directory(self) -> Path:
        """The directory of ansible-runner's output."""
        return self.directory / "artifacts" / self.ident

    @property
    def status(self) -> str:
        """``successful`` or ``failed``."""
        return (self.artifacts_directory / "status").read_text()

    @property
    def events(self) -> list[Json]:
        """The stream of events, in order."""
        files = (self.artifacts_directory / "job_events").glob("*-*.json")
        return sorted((json.loads(path.read_text()) for path in files), key=lambda event: event["counter"])

    @property
    def artifacts(self) -> Json:
        """The job's artifacts as AWX shows them."""
        found = [event["event_data"]["artifact_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(found[-1]) if found else {}

    @property
    def report(self) -> Json:
        """The artifact that the playbook sets."""
        return dict(self.artifacts.get("seldon_report", {}))

    def recap(self, what: str) -> dict[str, int]:
        """The recap's count of ``what`` by host: ``changed``, ``failures`` and so on."""
        [stats] = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return {host: int(stats[what].get(host, 0)) for host in stats["processed"]}

    def tasks(self, play: str) -> list[str]:
        """Names of the tasks that ran in that play."""
        return [
            event["event_data"]["task"]
            for event in self.events
            if event["event"] == "playbook_on_task_start" and event["event_data"]["play"] == play
        ]

    @property
    def messages(self) -> dict[str, str]:
        """The message of each host's failed task."""
        failed = [event["event_data"] for event in self.events if event["event"] == "runner_on_failed"]
        return {data["host"]: str(data["res"].get("msg", "")) for data in failed}


@dataclass
class Awx:
    """A controller with this collection's templates, one inventory and one credential."""

    lab: Lab
    directory: Path
    inventory: Json = field(default_factory=dict)
    credential: Json = field(default_factory=dict)
    """The name of the credential's type, and its inputs."""
    _count: int = 0

    def sync(self, tenants: Mapping[str, Json], **everywhere: Any) -> None:
        """Updates the project, and the inventory from its source file in the project."""
        project = self.directory / "project"
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir(parents=True)
        for name in PROJECT:
            source = REPOSITORY / name
            shutil.copytree(
                source, project / name, ignore=shutil.ignore_patterns("__pycache__")
            ) if source.is_dir() else shutil.copy2(source, project / name)
        given = yaml.safe_load((project / "inventory.yml").read_text())["all"]
        given["vars"] |= everywhere
        given["children"]["tenants"] = {"hosts": {name: dict(values) for name, values in tenants.items()}}
        (project / "inventory.yml").write_text(yaml.safe_dump({"all": given}))
        installed = self.directory / "requirements_collections" / "ansible_collections" / "ml_platform"
        installed.mkdir(parents=True, exist_ok=True)
        if not (installed / "seldon").exists():
            (installed / "seldon").symlink_to(project)
        program = str(Path(sys.executable).with_name("ansible-inventory"))
        done = subprocess.run(
            [program, "-i", "inventory.yml", "--list", "--export"],
            cwd=project,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        self.inventory = json.loads(done.stdout)

    def use_kubeconfig(self, path: Path) -> None:
        """Stores the kubeconfig in the credential."""
        self.credential = {"type": "Seldon cluster (kubeconfig)", "inputs": {"kubeconfig": path.read_text()}}

    def launch(
        self,
        template: str,
        answers: Mapping[str, Any] | None = None,
        *,
        limit: str = "",
        of: int = 0,
        survey: bool = True,
    ) -> Job:
        """The job of a template, or slice ``of`` of a sliced one. Without ``survey`` the answers are variables of a
        user who may set any variable.

        Raises :class:`Refused` for what AWX answers with an error.
        """
        [entry] = [found for found in loaded()["controller_templates"] if found["name"] == template]
        if limit and not entry["ask_limit_on_launch"]:
            raise Refused("limit: Field is not configured to prompt on launch.")
        self._count += 1
        ident = str(self._count)
        job = self.directory / f"job-{ident}"
        for name in ("env", "inventory"):
            (job / name).mkdir(parents=True)
        (job / "project").symlink_to(self.directory / "project")
        hosts = script_data(self.inventory, of or 1, entry.get("job_slice_count", 1) if of else 1)
        script = job / "inventory" / "hosts"
        script.write_text(f"#! /usr/bin/env python3\nprint({json.dumps(hosts)!r})\n")
        script.chmod(0o700)
        variables = {**entry["extra_vars"], **(answered(entry, answers or {}) if survey else answers or {})}
        meta = {"awx_job_id": self._count, "awx_job_template_name": template, "awx_user_name": "operator {{ 6 * 7 }}"}
        (job / "env" / "extravars").write_text(extra_vars_file({**variables, **meta}, trusted=entry["extra_vars"]))
        (job / "env" / "cmdline").write_text(" ".join(arguments(entry, limit or entry.get("limit", ""))))
        (job / "env" / "envvars").write_text(
            yaml.safe_dump({**self._job_environment(ident), **inject(self.credential, job)})
        )
        (job / "env" / "settings").write_text(yaml.safe_dump({"suppress_ansible_output": False, "idle_timeout": 0}))
        command = [
            sys.executable,
            "-m",
            "ansible_runner",
            "run",
            str(job),
            "--ident",
            ident,
            "--playbook",
            entry["playbook"],
            "--inventory",
            str(script),
        ]
        done = subprocess.run(
            command, env=self._environment(), capture_output=True, text=True, check=False, timeout=600
        )
        return Job(job, ident, done.stdout + done.stderr)

    def _environment(self) -> dict[str, str]:
        """Environment variables of the job: of the user's own only PATH, because an execution environment has no
        kubeconfig.
        """
        home = self.directory / "home"
        home.mkdir(exist_ok=True)
        programs = os.pathsep.join([str(Path(sys.executable).parent), str(self.lab.bin), os.defpath])
        return {"PATH": programs, "HOME": str(home), "LANG": "C.UTF-8", "ANSIBLE_COLLECTIONS_PATH": self._collections()}

    def _collections(self) -> str:
        return f"{self.directory / 'requirements_collections'}:{self.directory / 'home'}"

    def _job_environment(self, ident: str) -> dict[str, str]:
        return {
            "JOB_ID": ident,
            "INVENTORY_ID": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_CALLBACKS_ENABLED": "ml_platform.seldon.tenant_summary",
            "ANSIBLE_COLLECTIONS_PATH": self._collections(),
        }


def script_data(inventory: Json, number: int, count: int) -> Json:
    """The output of a job's inventory script: every ``count``-th host by name, beginning with ``number``, and the
    groups with these hosts only.
    """
    hosts = sorted(
        inventory["_meta"]["hostvars"] | {host: {} for group in inventory.values() for host in group.get("hosts", [])}
    )
    kept = hosts[number - 1 :: count]
    data: Json = {}
    for name, group in inventory.items():
        if name in ("_meta", "ungrouped"):
            continue
        members = [host for host in group.get("hosts", []) if host in kept]
        if name == "all" or members:
            data[name] = {"hosts": kept if name == "all" else members, "vars": group.get("vars", {})}
    variables = inventory["_meta"]["hostvars"]
    data["_meta"] = {
        "hostvars": {
            host: {**variables.get(host, {}), "remote_tower_enabled": "true", "remote_tower_id": 1} for host in kept
        }
    }
    return data


def answered(template: Json, answers: Mapping[str, Any]) -> Json:
    """The variables that a survey sets."""
    questions = template["survey_spec"]["spec"] if template["survey_enabled"] else []
    unasked = set(answers) - {question["variable"] for question in questions}
    if unasked:
        raise Refused(f"Variables {', '.join(sorted(unasked))} are not allowed on launch.")
    given = {question["variable"]: answers.get(question["variable"], question["default"]) for question in questions}
    for question in questions:
        value = given[question["variable"]]
        if not isinstance(value, str):
            raise Refused(f"Value {value} for '{question['variable']}' expected to be a string.")
        if question["type"] == "multiplechoice" and value not in question["choices"]:
            raise Refused(f"Value {value} for '{question['variable']}' expected to be one of {question['choices']}.")
        if len(value) > question.get("max", len(value)):
            raise Refused(f"'{question['variable']}' value is too large")
    return given


def extra_vars_file(variables: Json, trusted: Json) -> str:
    """The content of the extra vars file. All text is marked as unsafe, except for the template's own variables."""
    return "".join(
        yaml.dump({key: value}, Dumper=yaml.SafeDumper if key in trusted and trusted[key] == value else _UnsafeDumper)
        for key, value in variables.items()
    )


class _UnsafeDumper(yaml.SafeDumper):
    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def arguments(template: Json, limit: str) -> list[str]:
    """The arguments of ansible-playbook in AWX's order; quoted, because ansible-runner reads them as a command line."""
    found = ["--check"] * (template["job_type"] == "check") + ["-u", "root"] + ["--diff"] * template["diff_mode"]
    found += ["-l", limit] if limit else []
    found += ["-t", template["job_tags"]] if template.get("job_tags") else []
    found += [f"--skip-tags={template['skip_tags']}"] if template.get("skip_tags") else []
    return [f"'{word}'" for word in found]


def inject(credential: Json, job: Path) -> dict[str, str]:
    """Writes the credential's files, and returns the variables that its type sets."""
    if not credential:
        return {}
    [kind] = [entry for entry in loaded()["controller_credential_types"] if entry["name"] == credential["type"]]
    missing = [name for name in kind["inputs"]["required"] if not credential["inputs"].get(name)]
    if missing:
        raise Refused(f"Credential lacks {', '.join(missing)}")
    environment, files = ImmutableSandboxedEnvironment(), {}
    for label, template in kind["injectors"].get("file", {}).items():
        handle, path = tempfile.mkstemp(dir=job / "env")
        with os.fdopen(handle, "w") as file:
            file.write(environment.from_string(template).render(**credential["inputs"]))
        files[label.partition(".")[2]] = path
    names = {**credential["inputs"], "tower": SimpleNamespace(filename=SimpleNamespace(**files))}
    return {
        name: environment.from_string(template).render(**names) for name, template in kind["injectors"]["env"].items()
    }


def applied(lab: Lab) -> dict[str, Json]:
    """Every object that this collection has applied, without the fields of the server and operators."""
    kinds = lab.kubectl("api-resources", "--verbs=list", "-o", "name").split()
    kinds = [kind for kind in kinds if not kind.startswith(("events", "bindings", "componentstatuses"))]
    found = json.loads(lab.kubectl("get", ",".join(kinds), "-A", "-o", "json", "-l", "applyset.kubernetes.io/part-of"))[
        "items"
    ]
    own = [obj for obj in found if not obj["metadata"].get("ownerReferences")]
    return {f"{obj['kind']} {obj['metadata'].get('namespace', '')}/{obj['metadata']['name']}": _own(obj) for obj in own}


def _own(obj: Json) -> Json:
    """The object without fields that differ between clusters."""
    kept = ("name", "namespace", "labels", "annotations", "finalizers")
    metadata = {key: value for key, value in obj["metadata"].items() if key in kept}
    return {**{key: value for key, value in obj.items() if key not in ("status", "metadata")}, "metadata": metadata}
