# SPDX-License-Identifier: GPL-3.0-or-later
"""An execution environment gets the packages that the collection needs: all lists have the same complete content."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from lab.layout import REPOSITORY

PROGRAMS = Path(sys.executable).parent
BY_CORE = {"ansible", "ansible_collections", "jinja2", "packaging"}
"""Import names that ansible-core's own packages provide."""
LEFT_TO_CORE = "pyyaml"
"""The declared package that ansible-builder leaves out, because ansible-core needs it too."""
BY_PACKAGE = {"kubernetes": {"certifi", "kubernetes", "urllib3", "websocket"}, "pyyaml": {"yaml"}}
"""Import names by declared package; certifi, urllib3 and websocket are dependencies of the client."""


def requirements(path: str) -> set[str]:
    """The lines of a requirements file."""
    lines = (REPOSITORY / path).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def imported() -> set[str]:
    """Top-level names that plugins import from outside of Python and their own package."""
    found = set()
    for file in (REPOSITORY / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - BY_CORE


@pytest.fixture(scope="module")
def introspected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The requirements that ansible-builder finds in a collections path with this collection."""
    path = tmp_path_factory.mktemp("collections")
    (path / "ansible_collections" / "ml_platform").mkdir(parents=True)
    (path / "ansible_collections" / "ml_platform" / "seldon").symlink_to(REPOSITORY)
    command = [PROGRAMS / "ansible-builder", "introspect", "--sanitize", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {kind: [line.split("#")[0].strip() for line in lines] for kind, lines in yaml.safe_load(done.stdout).items()}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build context of the environment's definition, with a stand-in for the artifact."""
    directory = tmp_path_factory.mktemp("environment")
    definition = (REPOSITORY / "execution-environment.yml").read_text(encoding="utf-8")
    (directory / "execution-environment.yml").write_text(definition, encoding="utf-8")
    for extra in yaml.safe_load(definition)["additional_build_files"]:
        (directory / extra["src"]).parent.mkdir(exist_ok=True)
        (directory / extra["src"]).touch()
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [PROGRAMS / "ansible-builder", "create", "--output-filename", "Containerfile"],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return directory / "context"


def test_all_lists_of_packages_are_one(introspected: dict[str, list[str]]) -> None:
    wanted = requirements("requirements.txt")
    assert requirements("meta/ee-requirements.txt") == wanted
    found = {Requirement(line) for line in introspected["python"]}
    assert found == {Requirement(line) for line in wanted if Requirement(line).name.lower() != LEFT_TO_CORE}


def test_no_package_of_a_distribution_is_needed(introspected: dict[str, list[str]]) -> None:
    assert introspected.get("system", []) == []


def test_every_import_is_of_a_declared_package(introspected: dict[str, list[str]]) -> None:
    declared = {Requirement(line).name.lower() for line in introspected["python"]} | {LEFT_TO_CORE}
    assert imported() == set().union(*(BY_PACKAGE[name] for name in declared))


def test_the_context_holds_the_artifact_the_dependency_and_the_programs(context: Path) -> None:
    containerfile = (context / "Containerfile").read_text(encoding="utf-8")
    galaxy = yaml.safe_load((REPOSITORY / "galaxy.yml").read_text(encoding="utf-8"))
    artifact = f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"
    assert (context / "_build" / "collection" / artifact).is_file()
    collections = {
        entry["name"]: entry.get("version")
        for entry in yaml.safe_load((context / "_build" / "requirements.yml").read_text())["collections"]
    }
    required = yaml.safe_load((REPOSITORY / "collections" / "requirements.yml").read_text(encoding="utf-8"))[
        "collections"
    ]
    assert collections == {
        f"collection/{artifact}": None,
        "kubernetes.core": next(entry["version"] for entry in required if entry["name"] == "kubernetes.core"),
    }
    assert (
        "/usr/local/bin/helm" in containerfile
        and "/release/${KUBECTL_VERSION}/bin/linux/${ARCH}/kubectl" in containerfile
    )
    assert containerfile.count("sha256sum --check") == 2


def test_helm_and_kubectl_are_of_the_tested_versions(context: Path) -> None:
    containerfile = (context / "Containerfile").read_text(encoding="utf-8")
    tested = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "lab" / "go").glob("*/go.mod"))
    for name, module in (("HELM_VERSION", "helm.sh/helm/v3"), ("KUBECTL_VERSION", "k8s.io/kubernetes")):
        [version] = re.findall(rf"^ARG {name}=(\S+)$", containerfile, re.MULTILINE)
        assert f"{module} {version}" in tested
