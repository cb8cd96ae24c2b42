# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that checks a release reports checks that passed, failed or could not run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.release import deployment, documentation, execution_environment, importer
from tests.release.check import Check, Failed, NotRun, command, outcome_of
from tests.release.deployment import changed
from tests.release.environments import clean
from tests.release.interpreters import interpreter
from tests.release.sanity import sanity_checks
from tests.release.table import table


def failing() -> str:
    raise Failed("first line\nsecond line")


def missing() -> str:
    raise NotRun("no such Python")


def test_the_table_has_a_line_for_each_outcome() -> None:
    outcomes = [
        outcome_of(check) for check in (Check("a", lambda: "fine"), Check("longer", failing), Check("c", missing))
    ]
    assert table(outcomes).splitlines() == [
        "check   result   seconds",
        "a       passed         0  fine",
        "longer  FAILED         0  first line",
        "c       not run        0  no such Python",
    ]


def test_a_python_that_the_machine_lacks_is_not_passed() -> None:
    with pytest.raises(NotRun, match=r"no Python 3\.99"):
        interpreter("3.99")


def test_every_core_is_tried_with_every_python_that_it_runs_on() -> None:
    names = [check.name for check in sanity_checks()]
    assert len(names) == 6 and "sanity, ansible-core newest, Python 3.14" in names


def test_a_failed_command_shows_its_end(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"exit status 3: .*\nboth\nstreams"):
        command(
            [
                sys.executable,
                "-c",
                "import sys; print('both', flush=True); print('streams', file=sys.stderr); sys.exit(3)",
            ],
            tmp_path,
            os.environ,
        )


def test_what_leads_to_a_checkout_or_cluster_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANSIBLE_CONFIG", "KUBECONFIG", "K8S_AUTH_HOST", "PYTHONPATH"):
        monkeypatch.setenv(name, "set")
    found = clean(Path("/first"), KUBECONFIG=Path("/own"))
    assert not {"ANSIBLE_CONFIG", "K8S_AUTH_HOST", "PYTHONPATH"} & found.keys()
    assert found["KUBECONFIG"] == "/own" and found["PATH"].startswith(f"/first{os.pathsep}")


def recap(changes: int) -> str:
    return f"PLAY RECAP ***\nfraud : ok=4    changed={changes}    unreachable=0\nseldon-system              : ok=10   changed=0    unreachable=0\n"


def test_a_recap_is_read_by_host() -> None:
    assert changed(recap(2)) == {"fraud": 2, "seldon-system": 0}


@pytest.mark.parametrize(
    ("outputs", "wrong"),
    [([recap(1).replace("=0 ", "=1 "), recap(1)], "second run"), ([recap(0), recap(0)], "first run")],
)
def test_a_deployment_that_changes_too_much_or_nothing_fails(
    outputs: list[str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "run_commands", lambda *_: outputs)
    with pytest.raises(Failed, match=wrong):
        deployment.deploy()


def test_a_warning_of_the_importer_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "environment", lambda _packages: Path(sys.executable).parent)
    monkeypatch.setattr(importer, "add_collection", lambda *_names: None)
    monkeypatch.setattr(
        importer,
        "command",
        lambda *_: "WARNING: roles/a: no-changed-when\nImporter processing completed successfully\n",
    )
    with pytest.raises(Failed, match="no-changed-when"):
        importer.importer()


def test_a_word_of_the_linter_of_documentation_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documentation, "command", lambda *_: "plugins/modules/a.py:0:0: O(b) does not exist\n")
    with pytest.raises(Failed, match="does not exist"):
        documentation.docs()


def test_the_job_templates_commands_are_run_with_the_listed_packages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(execution_environment, "installed", lambda *_: Path("/nowhere"))
    monkeypatch.setattr(execution_environment, "introspected", lambda _path: ["kubernetes>=36"])
    monkeypatch.setattr(
        execution_environment, "run_commands", lambda packages, _name, commands: seen.append((packages, commands))
    )
    execution_environment.job_templates([["a.b.c"]])
    assert seen == [(["ansible-core==2.19.*", "kubernetes>=36"], [["a.b.c"]])]


def test_the_stand_in_installs_the_pip_that_is_asked_for(tmp_path: Path) -> None:
    """Run in an empty virtual environment with an index that does not exist: pip requests that version."""
    script = Path(importer.__file__).with_name("get_pip.py")
    environment = {
        **clean(),
        "GET_PIP": str(tmp_path / "get_pip_25_2.py"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
        "PIP_TARGET": str(tmp_path / "target"),
    }
    done = subprocess.run(
        [sys.executable, script, "--no-setuptools"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "No matching distribution found for pip==25.2" in done.stderr
