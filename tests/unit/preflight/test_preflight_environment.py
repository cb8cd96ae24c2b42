# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of kubernetes.core get the address and the kubeconfig files that this collection reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import ConfigurationError
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.environment import (
    shared_connection,
)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("files/lab.yaml", "other"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("options", "environ", "files"),
    [
        ({"kubeconfig": "files/lab.yaml"}, {}, ["files/lab.yaml"]),
        ({"kubeconfig": "./files/../other"}, {"KUBECONFIG": "files/lab.yaml"}, ["other"]),
        ({"kubeconfig": "~/other"}, {}, ["other"]),
        ({"kubeconfig": "files/lab.yaml:other:missing"}, {}, ["files/lab.yaml", "other"]),
        ({}, {"K8S_AUTH_KUBECONFIG": "files/lab.yaml:other", "KUBECONFIG": "/nowhere"}, ["files/lab.yaml", "other"]),
        ({}, {"KUBECONFIG": "other:files/lab.yaml:"}, ["other", "files/lab.yaml"]),
        ({}, {"KUBECONFIG": ""}, []),
        ({"kubeconfig": {"kind": "Config"}}, {"KUBECONFIG": "other"}, []),
    ],
)
def test_paths_are_relative_to_where_the_playbook_was_started(
    options: dict[str, Any], environ: dict[str, str], files: list[str], directory: Path
) -> None:
    found = shared_connection(options, environ, str(directory))["kubeconfig"]
    assert found == ":".join(str(directory / name) for name in files)


def test_on_another_host_paths_stay_as_they_are(directory: Path) -> None:
    assert shared_connection({"kubeconfig": "files/lab.yaml"}, {}, "") == {"host": "", "kubeconfig": ""}


def test_a_missing_file_is_named_with_the_path_that_was_read(directory: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"kubeconfig lab.yaml does not exist .as {directory}/lab.yaml."):
        shared_connection({"kubeconfig": "lab.yaml"}, {}, str(directory))


def test_the_address_is_completed_and_a_connection_without_kubeconfig_reads_none(directory: Path) -> None:
    options, environ = {"host": "10.0.0.1:6443", "api_key": "t"}, {"KUBECONFIG": "other"}
    expected = {"host": "https://10.0.0.1:6443", "kubeconfig": "/dev/null"}
    assert shared_connection(options, environ, str(directory)) == expected
    assert shared_connection({}, {"K8S_AUTH_HOST": "10.0.0.1:6443", "K8S_AUTH_API_KEY": "t"}, "") == expected
