# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A connection to a port of a pod, through the API server, as ``kubectl port-forward`` makes it.

``kubernetes.stream.portforward`` sends only the header Authorization, so it would not impersonate; it also has no
time-out and hides the status of a refusal. Only its class PortForward, which carries the data, is used.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from .errors import KubeError, Unreachable, error_from_status, redirected

try:
    import websocket
    from kubernetes.stream.ws_client import PortForward, websocket_proxycare
except ImportError:  # connection.require_libraries() reports it
    websocket = None  # type: ignore[assignment]
    PortForward = websocket_proxycare = None

_PROTOCOL = "v4.channel.k8s.io"


class ForwardedPort:
    """One connection. ``socket`` behaves as that of a TCP connection to the port."""

    def __init__(self, forward: Any, port: int) -> None:
        self._forward, self._port = forward, port
        self.socket: Any = forward.socket(port)

    @property
    def error(self) -> str:
        """The kubelet's error about a connection that it could not make; empty for none."""
        return str(self._forward.error(self._port) or "").strip()


def forward_port(
    configuration: Any,
    server: str,
    headers: Sequence[tuple[str, str]],
    namespace: str,
    pod: str,
    port: int,
    timeout: float,
) -> ForwardedPort:
    """Connects within ``timeout`` seconds. ``headers`` hold the credentials, so no redirect is followed. Raises KubeError; an
    Unreachable has only the cause as its text.
    """
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/portforward?ports={port}"
    url = server.replace("http", "ws", 1) + path
    given: dict[str, Any] = {"redirect_limit": 0}
    given |= {
        "header": [f"{name}: {value}" for name, value in headers],
        "subprotocols": [_PROTOCOL],
        "timeout": timeout,
    }
    if configuration.proxy:
        given = websocket_proxycare(given, configuration, url, None)
    connection: Any = websocket.WebSocket(sslopt=_tls(configuration))
    try:
        connection.connect(url, **given)
    except websocket.WebSocketBadStatusException as problem:
        raise _refusal(problem) from None
    except (websocket.WebSocketException, OSError) as problem:  # an SSLError is an OSError
        _check_redirect(connection, server)
        raise Unreachable(str(problem)) from None
    _check_redirect(connection, server)
    connection.settimeout(None)  # the thread that carries the data waits for it
    return ForwardedPort(PortForward(connection, [port]), port)


def _check_redirect(connection: Any, server: str) -> None:
    """Older releases of websocket-client return such a connection, newer ones raise an exception."""
    if 300 <= (connection.getstatus() or 0) < 400:
        raise redirected(server, (connection.getheaders() or {}).get("location"))


def _tls(configuration: Any) -> dict[str, Any]:
    options = {
        "cert_reqs": ssl.CERT_REQUIRED if configuration.verify_ssl else ssl.CERT_NONE,
        "check_hostname": bool(configuration.verify_ssl) and configuration.assert_hostname is not False,
        "ca_certs": configuration.ssl_ca_cert,
        "certfile": configuration.cert_file,
        "keyfile": configuration.key_file,
        "server_hostname": configuration.tls_server_name,
    }
    return {name: value for name, value in options.items() if value is not None}


def _refusal(problem: Any) -> KubeError:
    try:
        status = json.loads(problem.resp_body or b"")
    except ValueError:
        status = {}
    return error_from_status(problem.status_code, status if isinstance(status, dict) else {})
