# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages for folders that kustomize refuses: from its recorded output, and from the real program if it is installed."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.load import load_manifests
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.problem import ManifestError

from tests.unit.manifests.manifest_cases import builders, only

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("kustomize_refusals.json").read_text())["cases"]
"""``files`` by path; ``said``: the standard error of kustomize for the folder ``build``; ``line``: the problem."""
HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
SERVER = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: mlserver\n"


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def failing_kustomize(path: Path, errors: str) -> str:
    """A kustomize that fails with this standard error."""
    (path / "errors").write_text(errors, encoding="utf-8")
    (path / "kustomize").write_text(f"#!/bin/sh\ncat {path}/errors >&2\nexit 1\n")
    (path / "kustomize").chmod(stat.S_IRWXU)
    return str(path / "kustomize")


def refusal(root: Path, build: str, kustomize: str) -> str:
    with pytest.raises(ManifestError) as error:
        load_manifests([str(root / build)], relative_to=str(root), kustomize=kustomize)
    return as_line(only(error))


@pytest.mark.parametrize("name", CASES)
def test_recorded(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    root = written(tmp_path / "team", case["files"])
    kustomize = failing_kustomize(tmp_path, case["said"].replace("{root}", str(root.resolve())))
    assert refusal(root, case["build"], kustomize) == case["line"]


@pytest.mark.parametrize("block", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_logged(tmp_path: Path, name: str, block: bool) -> None:
    """By a kubectl that logs its error with klog."""
    case = CASES[name]
    root = written(tmp_path / "team", case["files"])
    warnings, _prefix, error = case["said"].replace("{root}", str(root.resolve())).rstrip().partition("Error: ")
    header = 'E1201 00:46:57.299930    4847 run.go:72] "command failed"'
    value = f"<\n\t{error}\n >" if block else json.dumps(error, ensure_ascii=False)
    logged = f"{warnings}{header} err={value}\n"
    assert refusal(root, case["build"], failing_kustomize(tmp_path, logged)) == case["line"]


@pytest.mark.parametrize("kustomize", builders())
@pytest.mark.parametrize("name", CASES)
def test_real(tmp_path: Path, name: str, kustomize: str) -> None:
    case = CASES[name]
    root = written(tmp_path / "team", case["files"])
    line = case["line"]
    if kustomize.endswith("kubectl"):
        line = line.replace("kustomize fails", "kubectl fails").replace("kustomize build", "kubectl kustomize")
    assert refusal(root, case["build"], kustomize) == line


def test_the_dump_of_an_object_is_not_shown_even_where_it_is_broken(tmp_path: Path) -> None:
    dump = '{"apiVersion":"v1","data":{"a":"' + "x" * 100_000
    said = f"Error: namespace transformation produces ID conflict: [{dump}"
    root = written(tmp_path / "team", {"top/kustomization.yaml": HEAD + "resources: [s.yaml]\n", "top/s.yaml": SERVER})
    assert len(refusal(root, "top", failing_kustomize(tmp_path, said))) < 300


def test_values_of_a_secret_are_not_shown(tmp_path: Path) -> None:
    """kustomize prints both Secrets completely if two have the same name."""
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: {}\ndata:\n  pin: aHVudGVyMg==\n"
    files = {
        "top/kustomization.yaml": HEAD + "namespace: t\nresources: [s.yaml]\n",
        "top/s.yaml": secret.format("a") + "---\n" + secret.format("b"),
    }
    moved = {"internal.config.kubernetes.io/previousNames": "s"}
    dumps = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "data": {"pin": "aHVudGVyMg=="},
            "metadata": {"annotations": moved, "name": "s", "namespace": "t"},
        }
    ] * 2
    said = f"Error: namespace transformation produces ID conflict: [{' '.join(map(json.dumps, dumps))}]"
    line = refusal(written(tmp_path / "team", files), "top", failing_kustomize(tmp_path, said))
    assert line.startswith("top/s.yaml:9  Secret s: is the same object as the one at top/s.yaml:1")
    assert "aHVudGVyMg" not in line


def test_a_program_that_says_nothing(tmp_path: Path) -> None:
    root = written(tmp_path / "team", {"top/kustomization.yaml": HEAD + "resources: [s.yaml]\n", "top/s.yaml": SERVER})
    assert refusal(root, "top", failing_kustomize(tmp_path, "")).startswith(
        "top  kustomize fails: it reports no cause; correct it"
    )


@pytest.mark.parametrize("part", ["evalsymlink failure on 'a'", "{", "with config: `", "from 'a': ", "missing kind in"])
def test_no_words_of_a_folder_take_long(tmp_path: Path, part: str) -> None:
    """kustomize's output contains text of the team."""
    root = written(tmp_path / "team", {"top/kustomization.yaml": HEAD + "resources: [s.yaml]\n", "top/s.yaml": SERVER})
    assert len(refusal(root, "top", failing_kustomize(tmp_path, "Error: " + part * 100_000))) < 400
