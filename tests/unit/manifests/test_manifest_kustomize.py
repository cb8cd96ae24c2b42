# SPDX-License-Identifier: GPL-3.0-or-later
"""Kustomizations: checked as data, then built by the real program."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.kustomization import remote, walk
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.load import load_manifests
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.manifests.problem import ManifestError
from manifest_cases import EXAMPLES, FOLDERS, builder, builders, only

HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
SERVER = (
    "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: mlserver\nspec:\n  serverConfig: mlserver\n"
)


def folder(path: Path, kustomization: str, **files: str) -> Path:
    """A kustomization directory; a file's name is written with _ for the dot."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "kustomization.yaml").write_text(HEAD + kustomization, encoding="utf-8")
    for name, text in files.items():
        (path / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return path


def program(path: Path, script: str) -> str:
    """An executable at the path of kustomize."""
    path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def fails(path: Path, kustomize: str | None = "/nonexistent/kustomize") -> list[str]:
    with pytest.raises(ManifestError) as error:
        load_manifests([str(path)], relative_to=str(path.parent), kustomize=kustomize)
    return str(error.value).split("\n")


@pytest.mark.parametrize("kustomize", builders())
def test_a_real_team_folder(kustomize: str) -> None:
    """Overlay, base, component, patches, replacements, generator, labels; each object has the position of its source."""
    path = FOLDERS / "full" / "k8s" / "overlays" / "production"
    manifests = load_manifests([str(path)], kustomize=kustomize, relative_to=str(FOLDERS / "full"))
    by_title = {manifest.title: manifest for manifest in manifests}
    assert len(manifests) == 19
    server = by_title["Server mlserver"]
    assert str(server.place) == "k8s/base/seldon.yaml:33"
    assert server.object["spec"] == {
        "serverConfig": "mlserver-config",
        "replicas": 2,
        "minReplicas": 1,
        "maxReplicas": 2,
        "podSpec": {"nodeSelector": {"accelerator": "gpu"}},
    }
    assert server.object["metadata"]["annotations"]["reviewed"] == "2026-01-01"
    deployment = by_title["Deployment feature-cache"].object["spec"]["template"]["spec"]
    assert deployment["volumes"][0]["configMap"]["defaultMode"] == 420
    assert deployment["containers"][0]["image"] == "docker.io/library/redis:7.4-alpine"
    flags = next(manifest for manifest in manifests if manifest.name.startswith("feature-flags-"))
    assert str(flags.place) == "k8s/overlays/production/kustomization.yaml"
    assert "{{ not a template }}" in flags.object["data"]["flags.json"]
    config = by_title["ServerConfig mlserver-config"].object["spec"]["podSpec"]["containers"][0]
    assert config["args"] == ["{{ lookup('pipe', 'id') }}"]


@pytest.mark.parametrize("kustomize", builders())
@pytest.mark.parametrize("tenant", ["fraud-detection", "recommendation-engine"])
def test_the_examples(tenant: str, kustomize: str) -> None:
    manifests = load_manifests([str(EXAMPLES / tenant / "k8s" / "base")], kustomize=kustomize)
    assert {manifest.namespace for manifest in manifests} == {tenant}
    assert {"ServerConfig mlserver-config", "Server mlserver"} <= {manifest.title for manifest in manifests}
    for manifest in manifests:
        assert manifest.object["metadata"]["labels"] == {"app.kubernetes.io/part-of": f"{tenant}-system"}


def test_the_kustomization_file_itself_may_be_named() -> None:
    path = EXAMPLES / "fraud-detection" / "k8s" / "base" / "kustomization.yaml"
    assert len(load_manifests([str(path)], kustomize=builder())) == 5


def test_remote_references_are_refused_before_anything_runs(tmp_path: Path) -> None:
    lines = fails(FOLDERS / "remote", program(tmp_path / "kustomize", f"touch {tmp_path}/ran"))
    assert [line.split(":")[1].split(" ")[0] for line in lines] == ["4", "5", "6", "10", "12"]
    assert all("remote reference" in line for line in lines)
    assert not (tmp_path / "ran").exists()


def test_helm_and_unknown_fields_are_refused() -> None:
    lines = fails(FOLDERS / "helm")
    assert "helmCharts: runs Helm" in lines[0]
    assert 'did you mean "resources"?' in lines[1]
    assert len(lines) == 2


def test_plugins_are_refused_and_builtin_transformers_are_not() -> None:
    lines = fails(FOLDERS / "plugin")
    assert ["Program is a plugin" in lines[0], "Maker is a plugin" in lines[1], len(lines)] == [True, True, 2]


def test_a_remote_reference_in_a_base_is_found(tmp_path: Path) -> None:
    folder(tmp_path / "base", "resources: [https://example.com/a.yaml]\n")
    folder(tmp_path / "parts", "components: ['git::https://example.com/a']\n")
    lines = fails(folder(tmp_path / "top", "resources: [../base]\ncomponents: [../parts]\n"))
    assert [line.split(":")[0] for line in lines] == ["base/kustomization.yaml", "parts/kustomization.yaml"]


def test_a_local_directory_that_looks_remote_is_refused(tmp_path: Path) -> None:
    """kustomize would clone it, whether the directory exists or not."""
    path = folder(tmp_path / "top", "resources: [github.com/example]\n")
    folder(path / "github.com" / "example", "resources: []\n")
    assert "remote reference" in fails(path)[0]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/a.yaml",
        "http://example.com/a",
        "HTTPS://example.com/a",
        "ssh://git@example.com/a",
        "git@github.com:example/a",
        "org-123@github.com:example/a",
        "git::https://example.com/a",
        "github.com/example/a",
        "GitHub.com/example/a",
        "www.github.com/example/a",
        "github.com:example/a",
        "gh:example/a",
        "file:///etc/passwd",
        "example.com/a.git?ref=main",
        "base?ref=v1",
        "https://dev.azure.com/o/p/_git/r",
        "/etc/passwd",
    ],
)
def test_remote(text: str) -> None:
    assert remote(text)


@pytest.mark.parametrize("text", ["server.yaml", "../../base", "./a/b.yaml", "v1.2/server.yaml", "a-b_c/d.e.yaml", "."])
def test_local(text: str) -> None:
    assert not remote(text)


@pytest.mark.parametrize(
    "field",
    [
        "patches: [{PATH: https://example.com/a.yaml}]",
        "patches: [https://example.com/a.yaml]",
        "patchesStrategicMerge: [https://example.com/a.yaml]",
        "patchesJson6902: [{target: {kind: Server}, path: 'https://example.com/a.yaml'}]",
        "replacements: [{path: https://example.com/a.yaml}]",
        "crds: [https://example.com/a.json]",
        "configurations: [https://example.com/a.yaml]",
        "secretGenerator: [{name: a, envs: [https://example.com/a]}]",
        "secretGenerator: [{name: a, env: https://example.com/a}]",
        'configMapGenerator: [{name: a, "file\\u017f": [https://example.com/a]}]',
        "bases: [https://example.com/a]",
        "transformers: [https://example.com/a]",
        "Resources: [https://example.com/a]",
        'generators: ["apiVersion: builtin\\nkind: ConfigMapGenerator\\nmetadata: {name: a}\\nFiles: [a=https://example.com/a]\\n"]',
        'transformers: ["apiVersion: builtin\\nkind: PatchTransformer\\nmetadata: {name: a}\\npath: https://example.com/a\\n"]',
        'generators: ["apiVersion: builtin\\nkind: HelmChartInflationGenerator\\nmetadata: {name: a}\\n"]',
        'transformers: ["apiVersion: builtin\\nkind: PrefixTransformer\\nmetadata:\\n  name: a\\n  annotations:\\n'
        "    config.kubernetes.io/function: 'exec: {path: ./a.sh}'\\n\"]",
    ],
)
def test_no_way_to_the_network_or_to_a_program(tmp_path: Path, field: str) -> None:
    """Go reads keys without regard to case, so other spellings have to be refused too."""
    run = program(tmp_path / "kustomize", f"touch {tmp_path}/ran")
    fails(folder(tmp_path / "top", f"resources: [server.yaml]\n{field}\n", server_yaml=SERVER), run)
    assert not (tmp_path / "ran").exists()


def test_a_missing_file_gets_a_suggestion(tmp_path: Path) -> None:
    path = folder(tmp_path / "top", "resources:\n- sever.yaml\n", server_yaml=SERVER)
    assert fails(path) == [
        'top/kustomization.yaml:4  Kustomization: resources: "sever.yaml" does not exist; did you mean "server.yaml"?'
    ]


def test_a_duplicate_key_in_a_resource_names_its_own_line(tmp_path: Path) -> None:
    path = folder(tmp_path / "top", "resources: [server.yaml]\n", server_yaml=SERVER + "  serverConfig: other\n")
    assert fails(path)[0].startswith('top/server.yaml:7  the key "serverConfig" is already given on line 6')


def test_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path / "top", "resources: [server.yaml]\n", server_yaml=SERVER)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "needs kustomize or kubectl, and neither is on PATH; install one" in fails(path, None)[0]
    assert 'the program "/nonexistent/kustomize" was not found' in fails(path)[0]


def test_path_is_searched_for_kustomize_then_kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path / "top", "resources: [server.yaml]\n", server_yaml=SERVER)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    program(tmp_path / "bin" / "kubectl", f'test "$1" = kustomize && cat {path}/server.yaml')
    program(tmp_path / "bin" / "kustomize", f'test "$1" = build && sed s/mlserver/built/ {path}/server.yaml')
    assert load_manifests([str(path)])[0].name == "built"
    (tmp_path / "bin" / "kustomize").unlink()
    assert load_manifests([str(path)])[0].name == "mlserver"


def test_the_program_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path / "top", "resources: [server.yaml]\n", server_yaml=SERVER)
    monkeypatch.setenv("K8S_AUTH_API_KEY", "canary")
    run = program(tmp_path / "kustomize", f"env > {tmp_path}/env; cat {path}/server.yaml")
    load_manifests([str(path)], kustomize=run)
    names = {line.split("=")[0] for line in (tmp_path / "env").read_text(encoding="utf-8").splitlines()}
    assert "GIT_ALLOW_PROTOCOL" in names
    assert names <= {"PATH", "HOME", "GIT_ALLOW_PROTOCOL", "PWD", "OLDPWD", "SHLVL", "_"}


@pytest.mark.parametrize("script", ["exec sleep 60", "sleep 60; true"], ids=["program", "wrapper"])
def test_a_program_that_hangs(tmp_path: Path, script: str) -> None:
    path = folder(tmp_path / "top", "resources: [server.yaml]\n", server_yaml=SERVER)
    began = time.monotonic()
    with pytest.raises(ManifestError) as error:
        load_manifests([str(path)], kustomize=program(tmp_path / "kustomize", script), timeout=0.2)
    assert "did not finish within 0.2 s" in only(error).message
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("kustomize", builders())
def test_files_outside_are_left_to_the_load_restriction(tmp_path: Path, kustomize: str) -> None:
    (tmp_path / "secret.yaml").write_text(SERVER, encoding="utf-8")
    path = folder(tmp_path / "top", "resources: [../secret.yaml]\n")
    (line,) = fails(path, kustomize)
    assert line.startswith('top/kustomization.yaml:3  Kustomization: resources: "../secret.yaml" is not in or below')


def test_a_patch_file_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "top",
        "resources: [server.yaml]\npatches:\n- path: patch.yaml\n",
        server_yaml=SERVER,
        patch_yaml=SERVER + "  env: [a\n",
    )
    assert fails(path)[0].startswith("top/patch.yaml:8  not valid YAML")


def test_a_patch_file_of_a_secret_makes_what_kustomize_says_secret(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "top",
        "resources: [server.yaml]\npatches:\n- path: patch.yaml\n",
        server_yaml=SERVER,
        patch_yaml="apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: hunter2}\n",
    )
    assert walk(str(path), "top").secrets


@pytest.mark.parametrize("kustomize", builders())
def test_built_objects_are_checked_as_strictly(tmp_path: Path, kustomize: str) -> None:
    path = folder(
        tmp_path / "top", "resources: [server.yaml]\n", server_yaml=SERVER.replace("name: mlserver", "name: 0x1f")
    )
    (line,) = fails(path, kustomize)
    assert "metadata.name: must be a string" in line


def test_bases_that_name_each_other_end(tmp_path: Path) -> None:
    folder(tmp_path / "a", "resources: [../b]\n")
    folder(tmp_path / "b", "resources: [../a]\n")
    assert walk(str(tmp_path / "a"), "a").problems == []


def test_two_kustomization_files(tmp_path: Path) -> None:
    path = folder(tmp_path / "top", "resources: []\n")
    (path / "Kustomization").write_text(HEAD, encoding="utf-8")
    assert "more than one kustomization file; keep one" in fails(path)[0]


def test_a_directory_without_kustomization_as_a_base(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    assert (
        "base  Kustomization: has no kustomization.yaml" in fails(folder(tmp_path / "top", "resources: [../base]\n"))[0]
    )
