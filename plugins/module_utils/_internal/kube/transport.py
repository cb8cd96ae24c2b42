# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One HTTP request to the API server: authentication, retries, and the error for a refusal.

``kubernetes`` provides the pool and the credentials. Its ApiClient is not used because it has one value per header, and
impersonation needs several; urllib3's Retry is not used because it treats a time-out like a closed connection, and a
corrupted TLS record like a refused certificate.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from .address import without_user_info
from .errors import ConfigurationError, KubeError, ProxyUnreachable, Unreachable, error_from_status, redirected
from .port_forward import ForwardedPort, forward_port

try:
    import urllib3
    from kubernetes.client import rest

    from .tls import share_context
except ImportError:  # connection.connect() reports it
    urllib3 = None  # type: ignore[assignment]
    rest = None

USER_AGENT = "ml_platform.seldon"
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0
ATTEMPTS = 6
RETRY_AFTER_LIMIT = 30.0
GATEWAY_ERRORS = (502, 503, 504)


class Transport:
    """Sends requests over pooled connections; safe to share between threads."""

    def __init__(
        self,
        configuration: Any,
        headers: Iterable[tuple[str, str]] = (),
        sleep: Callable[[float], None] = time.sleep,
        *,
        proxy_source: str = "",
    ) -> None:
        """``proxy_source`` is the option or variable that names the proxy of the configuration; empty where none is used."""
        self._configuration = configuration
        self._server = str(configuration.host)
        self._proxy = f"{without_user_info(configuration.proxy)} ({proxy_source})" if proxy_source else ""
        self._headers = urllib3.HTTPHeaderDict({"User-Agent": USER_AGENT, "Accept": "application/json"})
        for name, value in headers:
            self._headers.add(name, value)
        try:
            self._pool = rest.RESTClientObject(configuration).pool_manager
            share_context(self._pool)
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as problem:  # an SSLError is an OSError
            raise ConfigurationError(
                f"the certificate authority, client certificate, key or proxy cannot be used: {_cause(problem)}"
            ) from None
        self._sleep = sleep

    @property
    def server(self) -> str:
        """The API server's address."""
        return self._server

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
        accept: str | None = None,
        repeatable: bool = True,
    ) -> Any:
        """The decoded JSON answer. Raises :class:`KubeError`.

        A ``repeatable`` request (all except a create) is sent again after a broken connection and after a gateway's
        error. Every request is sent again after 429, or 503 with Retry-After, which the server sends before it acts.
        """
        url = self.server + path + (f"?{urlencode(query)}" if query else "")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self._pool.request(
                    method,
                    url,
                    body=body,
                    headers=self._request_headers(body is not None, content_type, accept),
                    timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT),
                    retries=False,
                    redirect=False,
                )
            except urllib3.exceptions.HTTPError as problem:
                if attempt < ATTEMPTS and _is_worth_repeating(problem, repeatable, attempt):
                    self._sleep(_backoff(attempt))
                    continue
                raise self._unreachable(_cause(problem)) from None
            if response.status < 300:
                return _decode(response.data)
            if response.status < 400:
                raise redirected(self.server, response.headers.get("Location"))
            pause = _pause(response.status, response.headers.get("Retry-After"), repeatable, attempt)
            if pause is None or attempt == ATTEMPTS:
                raise _refusal(response.status, response.data)
            self._sleep(pause)
        raise AssertionError("unreachable")

    def send_once(
        self, path: str, body: bytes, headers: Mapping[str, str], timeout: float, largest: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        """(status, headers in lower case, body) of a POST that another server answers, for any status.

        It is never sent again; it takes at most ``timeout`` seconds and reads at most ``largest`` bytes. Raises
        :class:`KubeError`.
        """
        merged = self._request_headers(True, "application/json", None)
        merged.update(headers)
        return self._once("POST", path, body, merged, timeout, largest)

    def text(self, path: str, query: Mapping[str, str], timeout: float, largest: int) -> str:
        """A text as answer, with bytes that are not UTF-8 replaced. Sent once, with the limits of :meth:`send_once`. Raises
        :class:`KubeError`.
        """
        status, answered, data = self._once(
            "GET", f"{path}?{urlencode(query)}", None, self._request_headers(False, "", None), timeout, largest
        )
        if 300 <= status < 400:
            raise redirected(self.server, answered.get("location"))
        if status >= 400:
            raise _refusal(status, data)
        return data.decode(errors="replace")

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], timeout: float, largest: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        deadline = time.monotonic() + timeout
        try:
            response = self._pool.request(
                method,
                self.server + path,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(connect=min(CONNECT_TIMEOUT, timeout), total=timeout),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            data = _read(response, deadline, largest)
        except urllib3.exceptions.HTTPError as problem:
            raise self._unreachable(_cause(problem)) from None
        return response.status, {name.lower(): value for name, value in response.headers.items()}, data

    def forward_port(self, namespace: str, pod: str, port: int, timeout: float) -> ForwardedPort:
        """A connection to a port of a pod. Raises :class:`KubeError`."""
        headers = self._request_headers(False, "", None)
        headers.discard("Accept")  # the kubelet does not answer with JSON there
        try:
            return forward_port(
                self._configuration, self.server, list(headers.iteritems()), namespace, pod, port, timeout
            )
        except Unreachable as problem:
            raise self._unreachable(problem.message) from None

    def _unreachable(self, cause: str) -> Unreachable:
        if self._proxy:
            return ProxyUnreachable(f"{self.server}, through the proxy {self._proxy}: {cause}")
        hint = f". It answers without TLS; if that is meant, write {self.server.replace('https', 'http', 1)}"
        return Unreachable(f"{self.server}: {cause}{hint if _NO_TLS in cause else ''}")

    def _request_headers(self, has_body: bool, content_type: str, accept: str | None) -> urllib3.HTTPHeaderDict:
        headers = self._headers.copy()
        if has_body:
            headers["Content-Type"] = content_type
        if accept:
            headers["Accept"] = accept
        for setting in self._configuration.auth_settings().values():
            if setting["value"]:
                headers[setting["key"]] = _header(setting["value"])
        basic = self._configuration.get_basic_auth_token() if self._configuration.username else None
        if basic:
            headers["Authorization"] = basic
        return headers


def _read(response: Any, deadline: float, largest: int) -> bytes:
    """The body. Where it is not read completely, the connection is closed, because it cannot be used again."""
    data = bytearray()
    while piece := response.read1(65536):
        data += piece
        if len(data) > largest:
            response.close()
            raise KubeError(f"the answer is larger than {largest // 1024 // 1024} MiB, and the rest was not read")
        if time.monotonic() > deadline:
            response.close()
            raise Unreachable("the answer did not end in time")
    response.release_conn()
    return bytes(data)


def _header(value: str) -> str:
    """The token as a header's value, without the line break at the end of token files. Raises ConfigurationError."""
    stripped = value.strip()
    if not (stripped.isascii() and stripped.isprintable()):
        raise ConfigurationError(
            "the token has characters that no HTTP header can hold. Check the kubeconfig's token, or the option api_key"
        )
    return stripped


_NO_TLS = "WRONG_VERSION_NUMBER"
_CORRUPTED = ("DECODE_ERROR", "BAD_RECORD_MAC")
"""TLS alerts about bytes that were changed on the way. Others, such as those about certificates, remain after a retry."""


def _is_worth_repeating(problem: Exception, repeatable: bool, attempt: int) -> bool:
    """Whether to send the request again. One that never reached the server is repeated twice, also if it is a create."""
    if isinstance(problem, urllib3.exceptions.SSLError):
        return repeatable and attempt < 2 and any(alert in str(problem) for alert in _CORRUPTED)
    never_sent = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        urllib3.exceptions.ProxyError,
    )
    if isinstance(problem, never_sent):
        return attempt < 3
    if isinstance(problem, urllib3.exceptions.TimeoutError):
        return repeatable and attempt < 2
    return repeatable


def _backoff(attempt: int) -> float:
    return float(min(0.1 * 2**attempt, 5.0) * random.uniform(0.8, 1.2))  # noqa: S311


def _pause(status: int, retry_after: str | None, repeatable: bool, attempt: int) -> float | None:
    """Seconds to wait before the request is sent again; None where it is not sent again."""
    if status == 429 or (status == 503 and retry_after):
        return max(_seconds(retry_after), _backoff(attempt))
    if status in GATEWAY_ERRORS and repeatable and attempt < 4:
        return _backoff(attempt)
    return None


def _seconds(retry_after: str | None) -> float:
    """A Retry-After header in seconds, limited to RETRY_AFTER_LIMIT; 1 where it is not a number."""
    try:
        seconds = float(retry_after or 1)
    except ValueError:
        return 1.0
    return 1.0 if math.isnan(seconds) else min(max(seconds, 0.0), RETRY_AFTER_LIMIT)


def _decode(data: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(data)
    except ValueError:
        decoded = None
    if isinstance(decoded, dict):
        return decoded
    raise KubeError("the answer is not a JSON object. Is this the address of a Kubernetes API server?")


def _refusal(code: int, data: bytes) -> KubeError:
    try:
        status = json.loads(data)
    except ValueError:
        status = {"message": f"the API server answered {code}: {data[:200].decode(errors='replace').strip()}"}
    return error_from_status(code, status if isinstance(status, dict) else {})


def _cause(problem: Exception) -> str:
    """The innermost cause as text, without the names of Python objects that urllib3 puts before it."""
    reason = getattr(problem, "reason", None) or problem.__cause__ or problem.__context__ or problem
    return str(reason).rsplit(">: ", maxsplit=1)[-1] or type(reason).__name__
