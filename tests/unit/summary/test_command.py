# SPDX-License-Identifier: GPL-3.0-or-later
"""The command below a failure starts the same run again, and contains no secret."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.cli.playbook import PlaybookCLI
from ansible_collections.ml_platform.seldon.plugins.callback import tenant_summary
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._role_variables import variables_without_secrets
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._summary.command import command_line

SHOWN = variables_without_secrets()
SECRET = "hunter2-canary"


def parsed(*arguments: str) -> dict[str, Any]:
    """The arguments of ansible-playbook, parsed from a command line."""
    cli = PlaybookCLI(["ansible-playbook", *arguments])
    cli.init_parser()
    return vars(cli.post_process_args(cli.parser.parse_args(cli.args[1:])))


def rerun(*arguments: str, directory: Path | None = None, chooses_tenants: bool = False) -> str:
    given = parsed("-i", "inventory.yml", "p.yml", *arguments)
    return command_line(given, SHOWN, str(directory or Path.cwd()), chooses_tenants=chooses_tenants)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--check", "--diff"],
        ["--tags", "check,platform", "--skip-tags", "drift"],
        ["-e", "seldon_core_version=2.9.1"],
        ["-e", "seldon_core_manage=false", "-e", '{"seldon_core_manage": false}'],
        ["-e", "@vars.yml", "-e", "seldon_core_chart_source='/srv/my charts'"],
        ["-e", "seldon_deploy_checks=warn context=lab kubeconfig=/a/b"],
        ["-e", '{"tenant_namespace_extra_kinds": ["Job.batch"], "tenant_namespace_wait_timeout": 60}'],
        ["--vault-id", "prod@prompt", "--vault-password-file", "vault.txt"],
        ["--ask-vault-pass", "--connection", "local", "--user", "me", "--start-at-task", "Check the platform"],
        ["--become", "--ask-become-pass", "--become-user", "deployer", "--private-key", "/keys/id"],
    ],
    ids=" ".join,
)
def test_the_command_is_parsed_to_the_same_run(arguments: list[str]) -> None:
    words = shlex.split(rerun(*arguments))
    assert words[0] == "ansible-playbook" and words[3] == "p.yml"
    wanted = parsed("-i", "inventory.yml", "p.yml", *arguments)
    again = parsed(*words[1:])
    for name in ("tags", "skip_tags"):
        wanted[name], again[name] = sorted(wanted[name]), sorted(again[name])
    assert again == wanted


def test_hosts_are_left_out_and_tenants_that_were_chosen() -> None:
    """Both limit the run, and the printed command has its own limit."""
    assert rerun("--limit", "b", "-e", "seldon_deploy_tenants=a,b") == "ansible-playbook -i inventory.yml p.yml"
    assert "seldon_core_version" in rerun("-e", "seldon_deploy_tenants=a seldon_core_version=2.9.1")
    assert "tenants" not in rerun("-e", "seldon_deploy_tenants=a seldon_core_version=2.9.1")


def test_tenants_that_a_file_chooses_are_chosen_no_more() -> None:
    assert rerun("-e", "@v.yml", chooses_tenants=True).endswith("-e @v.yml -e seldon_deploy_tenants=")
    assert rerun("-e", "@v.yml").endswith("-e @v.yml")
    assert rerun("-e", "seldon_deploy_tenants=a", chooses_tenants=True).endswith("p.yml")


@pytest.mark.parametrize(
    "given",
    [
        f"registry_token={SECRET}",
        f"seldon_core_version=2.9.1 registry_token='{SECRET} x'",
        json.dumps({"registry_token": SECRET, "seldon_core_version": "2.9.1"}),
        json.dumps({"seldon_core_values": {"security": {"kafka": SECRET}}}),
        json.dumps({"tenant_namespace_monitoring": {"receivers": [SECRET]}}),
        json.dumps({"seldon_verify_requests": [{"url_headers": {"Authorization": SECRET}}]}),
        f"seldon_core_chart_source=https://me:{SECRET}@charts.example/stable",
        f"seldon_core_chart_source=oci://{SECRET}@charts.example",
        f'{{"{SECRET}": ',
        f"[{SECRET}]",
        SECRET,
        f"seldon_core_version={SECRET} 'unbalanced",
    ],
)
def test_a_value_that_may_be_a_secret_is_not_shown_and_nothing_runs_without_it(given: str, tmp_path: Path) -> None:
    command = rerun("-e", given)
    assert SECRET not in command
    program = tmp_path / "ansible-playbook"
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", f"{command} --limit a"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0 and [path.name for path in tmp_path.iterdir()] == ["ansible-playbook"]


def test_what_is_shown_beside_a_secret_is_still_given() -> None:
    command = rerun("-e", json.dumps({"registry_token": SECRET, "seldon_core_manage": False}))
    assert """-e '{"seldon_core_manage": false}' -e registry_token=<value>""" in command


@pytest.mark.parametrize("name", ["seldon_core_values", "seldon_verify_requests", "tenant_namespace_monitoring"])
def test_options_with_keys_of_their_own_may_hold_secrets(name: str) -> None:
    assert name not in SHOWN
    assert {"seldon_core_version", "tenant_namespace_manifests", "tenant_namespace_checks"} <= SHOWN


def test_paths_are_shown_from_where_the_run_was_started(tmp_path: Path) -> None:
    given = parsed(
        "-i", f"{tmp_path}/inventory.yml", "-i", "localhost,", f"{tmp_path}/p.yml", "-e", f"@{tmp_path}/v.yml"
    )
    shown = command_line(given, SHOWN, str(tmp_path))
    assert shown == "ansible-playbook -i inventory.yml -i localhost, p.yml -e @v.yml"


def test_the_summary_of_a_check_run_repeats_the_check_run(monkeypatch: pytest.MonkeyPatch) -> None:
    given = parsed("-i", "localhost,", "p.yml", "--check", "-e", "seldon_core_version=2.9.1", "-e", f"token={SECRET}")
    monkeypatch.setattr(tenant_summary.context, "CLIARGS", given)
    plugin, shown = tenant_summary.CallbackModule(), list[str]()
    plugin._display = SimpleNamespace(banner=shown.append, display=lambda line, color=None: shown.append(line))
    result = SimpleNamespace(
        host=SimpleNamespace(name="a"),
        task=SimpleNamespace(action="ml_platform.seldon.tenant", check_mode=True, _role=None),
        result={"msg": "no such quota"},
    )
    plugin.v2_runner_on_failed(result)
    plugin.v2_playbook_on_stats(None)
    [then] = [line.split(maxsplit=1)[1] for line in shown if line.startswith("  then")]
    assert then == (
        "ansible-playbook -i localhost, p.yml -e seldon_core_version=2.9.1 -e token=<value> --check --limit a"
    )
