# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON requests to the API server as the user agent "manager", with controller-runtime's rate limit."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import urllib3
from kubernetes.client import ApiClient, Configuration
from kubernetes.config import load_kube_config

from .resources import Resource

Json = dict[str, Any]

_QUERIES_PER_SECOND, _BURST = 20.0, 30.0


class ApiError(Exception):
    """An error response of the API server; str() is its message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Api:
    """One API server, as the user of a kubeconfig. Safe to use from several threads."""

    def __init__(self, kubeconfig: str | None) -> None:
        self._kubeconfig = kubeconfig
        self._pace = _Pace(_QUERIES_PER_SECOND, _BURST)
        self._connect()

    def own_namespace(self) -> str:
        """The namespace of the token's ServiceAccount, or the context's namespace if the token does not name one."""
        token = self._headers.get("authorization", "").removeprefix("Bearer ")
        try:
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return str(claims["kubernetes.io"]["namespace"])
        except (IndexError, KeyError, TypeError, ValueError):
            return "default"

    def list(self, resource: Resource, namespace: str) -> Json:
        return self._request("GET", resource.path(namespace))

    def get(self, resource: Resource, namespace: str, name: str) -> Json:
        return self._request("GET", resource.path(namespace, name))

    def create(self, resource: Resource, thing: Json) -> Json:
        return self._request("POST", resource.path(thing["metadata"]["namespace"]), thing)

    def update(self, resource: Resource, thing: Json, subresource: str = "") -> Json:
        metadata = thing["metadata"]
        return self._request("PUT", resource.path(metadata["namespace"], metadata["name"], subresource), thing)

    def delete(self, resource: Resource, namespace: str, name: str) -> None:
        self._request("DELETE", resource.path(namespace, name))

    def watch(self, resource: Resource, namespace: str, since: str, seconds: int) -> Iterator[Json]:
        """Watch events from a resourceVersion on, until the server ends the watch."""
        query = urlencode(
            {
                "watch": "true",
                "resourceVersion": since,
                "allowWatchBookmarks": "true",
                "timeoutSeconds": seconds,
            }
        )
        timeout = urllib3.Timeout(connect=10, read=seconds + 30)
        response = self._send("GET", f"{resource.path(namespace)}?{query}", None, timeout)
        try:
            if response.status != 200:
                raise _error(response.status, response.data)
            rest = b""
            for chunk in response.stream(amt=None, decode_content=True):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield json.loads(line)
        finally:
            response.close()

    def _connect(self) -> None:
        configuration = Configuration()
        load_kube_config(
            config_file=self._kubeconfig,
            client_configuration=configuration,
        )
        configuration.connection_pool_maxsize = 32
        configuration.retries = urllib3.Retry(total=0)
        client = ApiClient(configuration)
        self._pool = client.rest_client.pool_manager
        self._host = configuration.host
        # The part before the slash becomes the name of the field manager.
        self._headers = {"user-agent": "manager/v0.0.0 (linux/amd64) kubernetes/lab", "accept": "application/json"}
        token = configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
        if token:
            self._headers["authorization"] = token

    def _request(self, method: str, path: str, body: Json | None = None) -> Json:
        self._pace.wait()
        response = self._send(method, path, body, urllib3.Timeout(connect=10, read=30))
        if response.status == 401:
            # The file already holds a renewed token.
            self._connect()
            response = self._send(method, path, body, urllib3.Timeout(connect=10, read=30))
        if response.status >= 400:
            raise _error(response.status, response.data)
        content: Json = json.loads(response.data)
        return content

    def _send(self, method: str, path: str, body: Json | None, timeout: urllib3.Timeout) -> Any:
        headers, data = dict(self._headers), None
        if body is not None:
            headers["content-type"] = "application/json"
            data = json.dumps(body).encode()
        try:
            return self._pool.request(
                method,
                self._host + path,
                headers=headers,
                body=data,
                timeout=timeout,
                preload_content="watch=true" not in path,
            )
        except urllib3.exceptions.HTTPError as error:
            raise ApiError(0, "Unreachable", f'{method.title()} "{self._host}{path}": {error}') from error


class _Pace:
    """Token bucket for requests, as client-go's."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._tokens, self._at = rate, burst, burst, time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - 1
            self._at = now
            pause = max(0.0, -self._tokens / self._rate)
        time.sleep(pause)


def _error(status: int, body: bytes) -> ApiError:
    try:
        content = json.loads(body)
        return ApiError(status, content.get("reason", ""), content["message"])
    except (ValueError, KeyError, AttributeError):
        return ApiError(status, "", body.decode(errors="replace").strip() or f"status {status}")
