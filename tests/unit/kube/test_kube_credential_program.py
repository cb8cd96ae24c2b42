# SPDX-License-Identifier: GPL-3.0-or-later
"""A user of a kubeconfig without usable credentials is refused before any request, with the cause: the program that failed
and its own words. Requests without credentials would be refused for ``system:anonymous``, as if a permission were missing.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import ConfigurationError

from tests.unit.kube.scripted_server import scripted
from tests.unit.kube.test_kube_connection import VERSION, kubeconfig

API = "client.authentication.k8s.io/v1"
TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.s3cr3t"
URL = "https://127.0.0.1:1"


def program(directory: Path, script: str) -> Path:
    path = directory / "get-credential"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def prints(**status: Any) -> str:
    credential = json.dumps({"apiVersion": API, "kind": "ExecCredential", "status": status})
    return f"cat <<'END'\n{credential}\nEND"


def executing(command: object, server: str = URL, **more: Any) -> dict[str, Any]:
    return kubeconfig(server, exec={"apiVersion": API, "command": str(command), "interactiveMode": "Never", **more})


def refused(config: dict[str, Any], **options: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        connect({"kubeconfig": config, **options}, {})
    assert "s3cr3t" not in str(caught.value) and "anonymous" not in str(caught.value)
    return str(caught.value)


def test_a_program_that_does_not_exist_is_named() -> None:
    assert refused(executing("no-such-program")) == (
        "kubeconfig (given inline), user 'u': the credential program 'no-such-program' does not exist on this machine. "
        "Install it, or put its directory on the PATH"
    )
    hint = "Install kubelogin:\n  see https://example.com\n"
    assert refused(executing("no-such-program", installHint=hint)).endswith(
        "does not exist on this machine. Install kubelogin: see https://example.com"
    )


def test_a_program_that_fails_is_named_with_its_own_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    command = program(tmp_path, "echo 'error: your login has expired; run: corp-login' >&2; exit 3")
    with caplog.at_level(logging.DEBUG):
        assert refused(executing(command)) == (
            f"kubeconfig (given inline), user 'u': the credential program '{command}' ended with exit code 3: "
            "error: your login has expired; run: corp-login. Run it by hand and log in again if it asks for that, or use "
            "another context"
        )
    assert not caplog.records and capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("exit 1", "ended with exit code 1, without a message"),
        (r"printf 'a\033[2Jb\r\nfatal: \342\200\256 c' >&2; exit 1", "ended with exit code 1: a [2Jb fatal: c"),
        (f"echo 'refused: {TOKEN} and more' >&2; exit 1", "ended with exit code 1: refused: (token) and more"),
        ("head -c 5000 /dev/zero | tr '\\0' x >&2; echo ' last words' >&2; exit 1", "x last words"),
        ("echo s3cr3t", "gave an answer that cannot be used: failed to decode process output: Expecting value"),
        ("echo '{}'", "gave an answer that cannot be used: malformed response. missing key 'apiVersion'"),
        (prints(), "printed neither a token, nor a client certificate with its key"),
        (prints(token=""), "printed neither a token"),
        (prints(token=7), "printed neither a token"),
        (prints(clientCertificateData="pem"), "printed neither a token"),
    ],
)
def test_the_words_of_a_program_are_not_trusted(tmp_path: Path, script: str, outcome: str) -> None:
    message = refused(executing(program(tmp_path, script)))
    assert outcome in message
    assert len(message) < 700 and message.isprintable()


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("x")
    assert "cannot be started: Permission denied" in refused(executing(plain))
    assert "is not described correctly" in refused(executing("true", args=7))
    config = executing("true")
    del config["users"][0]["user"]["exec"]["command"]
    assert "missing key 'command'" in refused(config)


def test_the_token_of_a_program_is_sent(tmp_path: Path) -> None:
    with scripted(VERSION, VERSION) as server:
        client = connect({"kubeconfig": executing(program(tmp_path, prints(token="t")), server.url)}, {})
        client.server_version()
        client.server_version()
    assert [asked.headers["authorization"] for asked in server.asked] == [["Bearer t"]] * 2


def test_a_relative_program_is_next_to_the_kubeconfig(tmp_path: Path) -> None:
    program(tmp_path, prints(token="t"))
    with scripted(VERSION) as server:
        file = tmp_path / "config"
        file.write_text(yaml.safe_dump(executing("./get-credential", server.url)))
        connect({"kubeconfig": str(file)}, {}).server_version()
    assert server.asked[0].headers["authorization"] == ["Bearer t"]


def test_a_token_is_renewed_when_it_expires_and_a_failure_then_is_the_programs(tmp_path: Path) -> None:
    def until(moment: datetime) -> str:
        return moment.isoformat().replace("+00:00", "Z")

    soon, later = until(datetime.now(UTC)), until(datetime.now(UTC) + timedelta(hours=1))
    command = program(tmp_path, prints(token="first", expirationTimestamp=soon))
    with scripted(VERSION, VERSION) as server:
        client = connect({"kubeconfig": executing(command, server.url)}, {})
        program(tmp_path, "echo 'session ended' >&2; exit 9")
        with pytest.raises(ConfigurationError, match="ended with exit code 9: session ended"):
            client.server_version()
        program(tmp_path, prints(token="second", expirationTimestamp=later))
        client.server_version()
        program(tmp_path, "exit 1")
        client.server_version()
    assert [asked.headers["authorization"] for asked in server.asked] == [["Bearer second"]] * 2


def test_the_certificate_of_a_program_is_used(tmp_path: Path) -> None:
    command = program(tmp_path, prints(clientCertificateData="pem", clientKeyData="pem"))
    with pytest.raises(ConfigurationError, match="client certificate"):  # this one cannot be parsed
        connect({"kubeconfig": executing(command)}, {})


def test_a_program_is_not_run_where_an_option_has_the_credential() -> None:
    with scripted(VERSION) as server:
        config = executing("no-such-program", server.url)
        connect({"kubeconfig": config, "api_key": "given"}, {}).server_version()
    assert server.asked[0].headers["authorization"] == ["Bearer given"]


def test_a_context_with_a_user_that_does_not_exist_is_refused() -> None:
    config = kubeconfig(URL)
    assert refused(config, context="two") == (
        "kubeconfig (given inline), context 'two': its user 'second' does not exist. Expected one of: u. "
        "Correct the context's user, or add the user"
    )
    for users in ([], None):
        assert "Expected one of: none, the file has no users" in refused({**config, "users": users})
    del config["users"]
    assert "its user 'u' does not exist" in refused(config)


@pytest.mark.parametrize(
    ("user", "message"),
    [
        ({"auth-provider": {"name": "azure", "config": {}}}, "auth-provider gives no credential that can be used"),
        ({"username": "u"}, "username gives no credential"),
        ({"token": ""}, "token gives no credential"),
        ({"tokenFile": "/nowhere"}, "cannot be used (FileNotFoundError)"),
        ({"as": "deployer", "token": "s3cr3t"}, "as would be ignored, and requests sent without impersonation"),
        ({"auth-provider": {"name": "gcp", "config": {"cmd-path": "no-such-gcloud", "cmd-args": "--secret s3cr3t"}}},
         "the credential program 'no-such-gcloud' failed (FileNotFoundError). Log in again"),
        ({"auth-provider": {"name": "gcp", "config": {"cmd-path": "sh", "cmd-args": "-s3cr3t"}}}, "the credential program 'sh' failed ("),
    ],
)  # fmt: skip
def test_a_user_without_a_usable_credential_is_refused(user: dict[str, Any], message: str) -> None:
    assert message in refused(kubeconfig(URL, **user))


def test_a_user_that_is_meant_to_have_none_is_accepted() -> None:
    """As for kubectl proxy, which adds the credentials itself."""
    config = kubeconfig("http://127.0.0.1:8001")
    config["contexts"][0]["context"].pop("user")
    assert connect({"kubeconfig": config}, {}).server == "http://127.0.0.1:8001"


def test_an_entry_that_is_quoted_by_the_library_does_not_show_its_token(tmp_path: Path) -> None:
    file = tmp_path / "config"
    config = kubeconfig(URL)
    config["users"] = [{"name": "u", "token": "s3cr3t"}]  # without the level `user`
    file.write_text(yaml.safe_dump(config))
    with pytest.raises(ConfigurationError) as caught:
        connect({"kubeconfig": str(file)}, {})
    assert "s3cr3t" not in str(caught.value) and "Expected key user in" in str(caught.value)
