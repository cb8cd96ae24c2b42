# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The routes to the mesh: an address, a forwarded port, the API server's proxy. Each returns one Exchange per connection."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult

from ..kube.client import KubeClient
from ..kube.errors import AccessDenied, Invalid, KubeError, NotFound, error_from_status
from ..kube.port_forward import ForwardedPort
from ..kube.resources import POD, SERVICE
from . import mesh
from .http_exchange import CONNECT_TIMEOUT, HttpExchange, tcp
from .message import Exchange, NoResponse, Request, Response
from .payload import LARGEST

FORWARD_PERMISSIONS = "get and create on pods/portforward"
PROXY_PERMISSIONS = "create on services/proxy"


def by_url(url: SplitResult, ca_cert: str | None, connections: int) -> list[Exchange]:
    """Connections to an address that the user names. Raises Invalid."""
    context = _context(ca_cert) if url.scheme == "https" else None
    host = url.hostname or ""
    port = url.port or (443 if context else 80)
    return [HttpExchange(url.netloc, tcp(host, port, context)) for _number in range(connections)]


def _context(ca_cert: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(Path(ca_cert).expanduser()) if ca_cert else None)
    except (OSError, ssl.SSLError) as problem:
        raise Invalid(f"url_ca_cert: {ca_cert} cannot be used: {problem}") from None


def by_port_forward(client: KubeClient, namespace: str, connections: int) -> list[Exchange]:
    """Connections to a pod behind the mesh's Service, as ``kubectl port-forward service/seldon-mesh`` makes them.
    Raises KubeError.
    """
    service = _service(client, namespace)
    pods = client.list(POD, namespace, mesh.label_selector(service, namespace))
    pod, port = mesh.forwarded(service, pods, namespace)
    exchanges: list[Exchange] = []
    for _number in range(connections):
        tunnel = _Tunnel(client, namespace, pod, port)
        exchanges.append(HttpExchange(f"{mesh.SERVICE}.{namespace}", tunnel.connect, tunnel.explain))
    return exchanges


def _service(client: KubeClient, namespace: str) -> Any:
    try:
        return client.get(SERVICE, namespace, mesh.SERVICE)
    except NotFound:
        step = f"The operator creates it for the SeldonRuntime: kubectl get seldonruntimes -n {namespace}"
        raise KubeError(f"Service {mesh.SERVICE} does not exist in namespace {namespace}. {step}") from None


class _Tunnel:
    """Forwards a port, again for each connection."""

    def __init__(self, client: KubeClient, namespace: str, pod: str, port: int) -> None:
        self._client, self._namespace, self._pod, self._port = client, namespace, pod, port
        self._forwarded: ForwardedPort | None = None

    def connect(self, seconds: float) -> Any:
        """A socket. Raises NoResponse."""
        try:
            self._forwarded = self._client.forward_port(
                self._namespace, self._pod, self._port, min(CONNECT_TIMEOUT, seconds)
            )
        except KubeError as problem:
            needed = f". Needed permission: {FORWARD_PERMISSIONS}" if isinstance(problem, AccessDenied) else ""
            raise NoResponse(f"port {self._port} of pod {self._pod} cannot be forwarded: {problem}{needed}") from None
        return self._forwarded.socket

    def explain(self) -> str:
        """The kubelet's error about a connection that ended; empty for none."""
        error = self._forwarded.error if self._forwarded else ""
        return f"pod {self._pod}: {error[:300]}. See: kubectl logs {self._pod} -n {self._namespace}" if error else ""


def by_proxy(client: KubeClient, namespace: str, connections: int) -> list[Exchange]:
    """Exchanges through the API server's proxy of Services; the client has its own pool of connections."""
    return [_ProxyExchange(client, namespace)] * connections


class _ProxyExchange:
    """An Exchange. An answer of the API server itself, instead of the mesh, becomes NoResponse."""

    def __init__(self, client: KubeClient, namespace: str) -> None:
        self._client, self._namespace = client, namespace

    def __call__(self, request: Request, seconds: float) -> Response:
        try:
            answer = self._client.post_to_service(
                self._namespace,
                f"{mesh.SERVICE}:{mesh.PORT}",
                request.path,
                request.body,
                request.all_headers,
                seconds,
                LARGEST,
            )
        except KubeError as problem:
            raise NoResponse(f"through the API server's proxy: {problem}") from None
        response = Response(*answer)
        if own := _own_refusal(response):
            step = (
                f"Needed permission: {PROXY_PERMISSIONS}"
                if isinstance(own, AccessDenied)
                else "Try via=port_forward, where the kubelet connects to the pod"
            )
            raise NoResponse(f"the API server's proxy: {str(own).rstrip('.')}. {step}")
        return response


def _own_refusal(response: Response) -> KubeError | None:
    """The error in a Status object of the API server, which no inference server returns; None for any other answer."""
    if response.status < 400:
        return None
    try:
        status = json.loads(response.body)
    except ValueError:
        return None
    if not isinstance(status, dict) or status.get("kind") != "Status" or status.get("apiVersion") != "v1":
        return None
    return error_from_status(response.status, status)
