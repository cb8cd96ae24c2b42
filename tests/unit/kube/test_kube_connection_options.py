# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options that would send a credential elsewhere than meant, or would silently be ignored, are refused before
any request.
"""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    ConfigurationError,
    ProxyUnreachable,
    Redirected,
    Unreachable,
)

from tests.unit.kube.scripted_server import Answer, ScriptedServer, scripted
from tests.unit.kube.test_kube_connection import VERSION, kubeconfig

SECRET = "s3cr3t-t0ken"


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def refused(options: dict[str, Any], environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        connect(options, environ or {})
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("where", ["option", "variable", "kubeconfig"])
def test_an_address_without_a_scheme_gets_tls_and_never_sends_the_token_as_plain_text(where: str) -> None:
    """The server records all bytes that arrive. The first of a TLS connection is 0x16."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        options: dict[str, Any] = {"api_key": SECRET}
        environ: dict[str, str] = {}
        if where == "option":
            options["host"] = address
        elif where == "variable":
            environ = {"K8S_AUTH_HOST": address}
        else:
            options = {"kubeconfig": kubeconfig(address, SECRET)}
        client = connect(options, environ)
        assert client.server == f"https://{address}"
        received = _first_bytes(listener, client)
    assert received[:1] == b"\x16"
    assert SECRET.encode() not in received and b"Authorization" not in received


def _first_bytes(listener: socket.socket, client: Any) -> bytes:
    seen: list[bytes] = []

    def serve() -> None:
        connection, _peer = listener.accept()
        with connection:
            seen.append(connection.recv(65536))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with pytest.raises(Unreachable):
        client.server_version()
    thread.join(5)
    return seen[0]


def test_http_that_is_written_is_used() -> None:
    with scripted(VERSION) as server:
        connect({"host": server.url, "api_key": "t"}, {}).server_version()
    assert server.lines == ["GET /version"]


def test_a_server_without_tls_is_named_as_such() -> None:
    with scripted() as server:
        address = server.url.removeprefix("http://")
        with pytest.raises(Unreachable, match=f"It answers without TLS; if that is meant, write http://{address}"):
            connect({"host": address, "api_key": "t"}, {}).server_version()


@pytest.mark.parametrize(
    "host",
    [
        f"https://admin:{SECRET}@10.0.0.1",
        f"admin:{SECRET}@10.0.0.1:6443",
        "https://10.0.0.1:port",
        "https://10.0.0.1:99999",
        "https://10.0.0.1:",
        "https://10.0.0.1:0",
        "https://",
        "https://10.0.0.1 :6443",
        " https://10.0.0.1",
        "https://10.0.0.1\n",
        "ftp://10.0.0.1",
        "unix:///run/apiserver.sock",
        "https:/10.0.0.1",
        "2001:db8::1",
        "https://10.0.0.1/?x=y",
        "https://10.0.0.1/#x",
        "https://k8s.ex\N{LATIN SMALL LETTER A WITH DIAERESIS}mple",
    ],
)
def test_an_address_that_is_none_is_refused_with_an_example(host: str) -> None:
    message = refused({"api_key": SECRET}, {"K8S_AUTH_HOST": host})
    assert message.startswith("K8S_AUTH_HOST ") and "Expected https://" in message
    message = refused({"kubeconfig": kubeconfig(host)})
    assert message.startswith("kubeconfig (given inline), cluster 'c': server ")


@pytest.mark.parametrize(
    ("host", "server"),
    [
        ("k8s.example.com", "https://k8s.example.com"),
        ("HTTPS://k8s.example.com/", "https://k8s.example.com"),
        ("[2001:db8::1]:6443", "https://[2001:db8::1]:6443"),
        ("rancher.example.com/k8s/clusters/c-1/", "https://rancher.example.com/k8s/clusters/c-1"),
        ("localhost:6443", "https://localhost:6443"),
    ],
)
def test_the_address_is_completed(host: str, server: str) -> None:
    assert connect({"host": host, "api_key": "t"}, {}).server == server


def test_a_cluster_without_an_address_is_refused() -> None:
    config = kubeconfig("")
    assert "cluster 'c': server is empty" in refused({"kubeconfig": config})
    del config["clusters"][0]["cluster"]["server"]
    assert "cluster 'c': server is empty" in refused({"kubeconfig": config})


@pytest.mark.parametrize("option", ["ca_cert", "client_cert", "validate_certs"])
def test_http_with_settings_of_tls_is_refused(option: str, tmp_path: Path) -> None:
    file = tmp_path / "pem"
    file.write_text("pem")
    options: dict[str, Any] = {"host": "http://10.0.0.1:6443", "api_key": SECRET}
    options[option] = True if option == "validate_certs" else str(file)
    if option == "client_cert":
        options |= {"client_key": str(file), "api_key": None}
    message = refused(options)
    assert message == (
        f"the API server's address is http://10.0.0.1:6443, without TLS, and only TLS uses {option}. "
        f"Write https://10.0.0.1:6443, or remove {option}"
    )


@pytest.mark.parametrize("place", ["cluster", "user"])
def test_http_with_certificates_in_the_kubeconfig_is_refused(place: str) -> None:
    config = kubeconfig("http://10.0.0.1:6443")
    key = "certificate-authority-data" if place == "cluster" else "client-certificate-data"
    config[f"{place}s"][0][place][key] = "cGVt"
    name = "c" if place == "cluster" else "u"
    assert f"only TLS uses kubeconfig (given inline), {place} {name!r}: {key}" in refused({"kubeconfig": config})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api_key": SECRET, "username": "u", "password": SECRET}, "api_key and username are set, and a request has one credential"),
        ({"api_key": SECRET, "client_cert": "/a", "client_key": "/a"}, "api_key and client_cert are set"),
        ({"username": "u"}, "username is set without password (K8S_AUTH_PASSWORD). Set both"),
        ({"password": SECRET}, "password is set without username (K8S_AUTH_USERNAME). Set both"),
        ({"client_cert": "/a"}, "client_cert is set without client_key (K8S_AUTH_KEY_FILE). Set both, to the same file if it holds both"),
        ({"client_key": "/a"}, "client_key is set without client_cert (K8S_AUTH_CERT_FILE)"),
        ({"api_key": SECRET, "impersonate_groups": ["a"]}, "impersonate_groups is set without impersonate_user"),
        ({"api_key": SECRET, "validate_certs": False, "ca_cert": "/a"}, "validate_certs is false, so ca_cert would be ignored"),
        ({"api_key": SECRET, "context": "prod"}, "context has no effect: host and api_key are set, so no kubeconfig is read"),
        ({"api_key": SECRET, "proxy": "proxy:3128"}, "proxy is 'proxy:3128', without a scheme. Write http://proxy:3128"),
        ({"api_key": SECRET, "proxy": "socks5://proxy:1080"}, "proxy names a SOCKS proxy, which is not supported"),
        ({"api_key": SECRET, "proxy": f"http://u:{SECRET}@proxy:x"}, "proxy contains 'proxy:x', and its port is not a number from 1 to 65535"),
    ],
)  # fmt: skip
def test_options_that_exclude_each_other_are_refused(options: dict[str, Any], message: str) -> None:
    assert message in refused({"host": "https://10.0.0.1", **options})


@pytest.mark.parametrize("option", ["kubeconfig", "context"])
def test_an_option_that_selects_a_cluster_is_not_overruled_by_a_variable_for_all_hosts(option: str) -> None:
    value = kubeconfig("https://10.0.0.1") if option == "kubeconfig" else "one"
    message = refused({option: value}, {"K8S_AUTH_HOST": "https://10.0.0.2"})
    assert f"the option {option} selects a cluster, and K8S_AUTH_HOST gives the address of another one" in message


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_variable_is_checked_too(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, f"me:{SECRET}@proxy:3128")
    message = refused({"host": "https://10.0.0.1", "api_key": SECRET})
    assert message == f"{name} is 'proxy:3128', without a scheme. Write http://proxy:3128"
    monkeypatch.setenv("NO_PROXY", "10.0.0.1")
    assert connect({"host": "https://10.0.0.1", "api_key": SECRET}, {}).server == "https://10.0.0.1"


def test_a_proxy_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{SECRET}@127.0.0.1:{port}")
    client = connect({"host": "https://10.0.0.1:6443", "api_key": "t"}, {})
    for call in (client.server_version, lambda: client.forward_port("n", "p", 80, 5)):
        with pytest.raises(ProxyUnreachable) as caught:
            call()
        assert str(caught.value).startswith(
            f"https://10.0.0.1:6443, through the proxy http://127.0.0.1:{port} (HTTPS_PROXY): "
        )
        assert "Check the proxy" in str(caught.value) and SECRET not in str(caught.value)


def elsewhere(server: ScriptedServer) -> Answer:
    return Answer(307, b"", (("Location", f"{server.url}/login"),))


def test_no_request_follows_a_redirect_with_the_token() -> None:
    with scripted() as other, scripted(elsewhere(other), elsewhere(other), elsewhere(other)) as server:
        client = connect({"host": server.url, "api_key": "t"}, {})
        for call in (
            client.server_version,
            lambda: client.read_log("n", "p", "c", lines=1, seconds=1, largest=9, timeout=5),
            lambda: client.forward_port("n", "p", 80, 5),
        ):
            with pytest.raises(Redirected, match=f"redirect to {other.url}, which is not followed"):
                call()
    assert other.asked == []


def test_the_kubeconfig_does_not_turn_off_the_certificate_check_that_an_option_asks_for() -> None:
    """The library's hook for tokens, which runs before each request, resets all settings to those of the kubeconfig."""
    config = kubeconfig("https://10.0.0.1:6443")
    config["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = True
    client = connect({"kubeconfig": config, "validate_certs": True, "proxy": "http://proxy:3128"}, {})
    configuration = client._transport._configuration
    assert configuration.auth_settings()["BearerToken"]["value"] == "Bearer from-file"
    assert (configuration.verify_ssl, configuration.proxy) == (True, "http://proxy:3128")
