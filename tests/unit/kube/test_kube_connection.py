# SPDX-License-Identifier: GPL-3.0-or-later
"""Options, then K8S_AUTH_* variables, then kubeconfig files; and the messages when none of them is usable."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import ConfigurationError

from tests.unit.kube.scripted_server import Answer, ScriptedServer, scripted

VERSION = Answer(body={"gitVersion": "v1.37.2"})


def kubeconfig(server: str, token: str = "from-file", **user: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": user or {"token": token}}],
        "contexts": [
            {"name": "one", "context": {"cluster": "c", "user": "u"}},
            {"name": "two", "context": {"cluster": "c", "user": "second"}},
        ],
        "current-context": "one",
    }


def authorization(server: ScriptedServer, options: dict[str, Any], environ: dict[str, str]) -> list[str]:
    """The Authorization header that the server received."""
    connect(options, environ).server_version()
    return server.asked[-1].headers.get("authorization", [])


def test_an_option_wins_over_a_variable_and_that_over_the_file(tmp_path: Path) -> None:
    with scripted(VERSION, VERSION, VERSION) as server:
        file = tmp_path / "config"
        file.write_text(yaml.safe_dump(kubeconfig(server.url)))
        environ = {"KUBECONFIG": str(file)}
        assert authorization(server, {}, environ) == ["Bearer from-file"]
        environ["K8S_AUTH_API_KEY"] = "from-variable"
        assert authorization(server, {}, environ) == ["Bearer from-variable"]
        assert authorization(server, {"api_key": "from-option"}, environ) == ["Bearer from-option"]


def test_a_variable_names_another_file_and_host(tmp_path: Path) -> None:
    with scripted(VERSION, VERSION) as server:
        file = tmp_path / "config"
        file.write_text(yaml.safe_dump(kubeconfig("http://127.0.0.1:1")))
        environ = {"KUBECONFIG": "/nowhere", "K8S_AUTH_KUBECONFIG": str(file), "K8S_AUTH_HOST": server.url + "/"}
        assert authorization(server, {}, environ) == ["Bearer from-file"]
    assert server.lines == ["GET /version"]


def test_several_files_are_merged_and_missing_ones_skipped(tmp_path: Path) -> None:
    with scripted(VERSION) as server:
        first, second = tmp_path / "first", tmp_path / "second"
        first.write_text(yaml.safe_dump(kubeconfig(server.url)))
        users = [{"name": "second", "user": {"token": "of-second"}}]
        second.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", "users": users}))
        environ = {"KUBECONFIG": os.pathsep.join([str(first), str(tmp_path / "missing"), str(second)])}
        assert authorization(server, {"context": "two"}, environ) == ["Bearer of-second"]


def test_a_kubeconfig_can_be_given_inline() -> None:
    with scripted(VERSION) as server:
        assert authorization(server, {"kubeconfig": kubeconfig(server.url, "inline")}, {}) == ["Bearer inline"]


@pytest.mark.parametrize("user", [{"username": "u", "password": "p"}, {"token": "other"}])
def test_a_given_token_is_the_only_credential(user: dict[str, str]) -> None:
    with scripted(VERSION) as server:
        options = {"kubeconfig": kubeconfig(server.url, **user), "api_key": "given"}
        assert authorization(server, options, {}) == ["Bearer given"]


def test_a_given_token_is_not_outdone_by_the_files_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(
        "ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection.Transport",
        lambda configuration, _headers, **_options: seen.append(configuration),
    )
    data = base64.b64encode(b"pem").decode()
    config = kubeconfig("https://127.0.0.1:1", **{"client-certificate-data": data, "client-key-data": data})
    connect({"kubeconfig": config}, {})
    connect({"kubeconfig": config, "api_key": "given"}, {})
    assert [bool(configuration.cert_file) for configuration in seen] == [True, False]
    assert seen[1].key_file is None


def test_user_and_password() -> None:
    with scripted(VERSION) as server:
        options = {"host": server.url, "username": "u", "password": "p"}
        assert authorization(server, options, {}) == ["Basic " + base64.b64encode(b"u:p").decode()]


def test_impersonation_by_variables() -> None:
    with scripted(VERSION) as server:
        environ = {
            "K8S_AUTH_HOST": server.url, "K8S_AUTH_API_KEY": "t",
            "K8S_AUTH_IMPERSONATE_USER": "eve", "K8S_AUTH_IMPERSONATE_GROUPS": "a,b",
        }  # fmt: skip
        connect({}, environ).server_version()
    assert server.asked[0].headers["impersonate-group"] == ["a", "b"]


def refused(options: dict[str, Any], environ: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        connect(options, environ)
    return str(caught.value)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "no kubeconfig: ~/.kube/config does not exist" in refused({}, {})
    assert "kubeconfig /nowhere does not exist" in refused({}, {"KUBECONFIG": "/nowhere"})
    assert "kubeconfig /elsewhere does not exist" in refused({"kubeconfig": "/elsewhere"}, {"KUBECONFIG": "/nowhere"})
    assert "ca_cert /nowhere does not exist" in refused(
        {"host": "https://x", "api_key": "t", "ca_cert": "/nowhere"}, {}
    )
    assert "expected true or false" in refused({}, {"K8S_AUTH_VERIFY_SSL": "perhaps"})
    inline = kubeconfig("https://127.0.0.1:1")
    assert "context 'three' does not exist. Expected one of: one, two. Correct context" in refused(
        {"kubeconfig": inline, "context": "three"}, {}
    )
    del inline["current-context"]
    assert "has no current-context. Expected one of: one, two. Set the option context" in refused(
        {"kubeconfig": inline}, {}
    )


@pytest.mark.parametrize(
    "text",
    [
        "users: [{name: u, user: {token: s3cr3t}}",
        "- s3cr3t",
        "s3cr3t",
        "",
        "users: s3cr3t\ncurrent-context: one\n",
        "\x00s3cr3t",
    ],
)
def test_a_broken_file_is_named_without_its_content(text: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    message = refused({}, {"KUBECONFIG": str(file)})
    assert str(file) in message and "s3cr3t" not in message
