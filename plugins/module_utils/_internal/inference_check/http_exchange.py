# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One connection that sends V2 requests over TCP, TLS, or any given socket."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

from .message import NoResponse, Request, Response
from .payload import LARGEST

CONNECT_TIMEOUT = 10.0
Connect = Callable[[float], Any]
"""Seconds → a connected socket. Raises OSError, or NoResponse where it knows the cause."""


class HttpExchange:
    """An Exchange that keeps its connection for the next request. Not to be shared between threads."""

    def __init__(self, host: str, connect: Connect, explain: Callable[[], str] = lambda: "") -> None:
        """``host``: for the header Host and for messages. ``explain``: returns why the last connection ended, or an empty
        text.
        """
        self._host, self._explain = host, explain
        self._connection = _Connection(host, connect)

    def __call__(self, request: Request, seconds: float) -> Response:
        connection = self._connection
        connection.deadline = time.monotonic() + seconds
        try:
            connection.request("POST", request.path, body=request.body, headers=dict(request.all_headers))
            response = connection.getresponse()
            body = response.read(LARGEST + 1)
            if response.length and len(body) <= LARGEST:  # read() does not report it
                raise http.client.IncompleteRead(body, response.length)
        except NoResponse:
            connection.close()
            raise
        except (OSError, http.client.HTTPException, ValueError) as problem:
            connection.close()
            raise NoResponse(self._explain() or explain(problem, self._host, seconds)) from None
        if len(body) > LARGEST:
            connection.close()
            raise NoResponse(
                f"{self._host}: the answer is larger than {LARGEST // 1024 // 1024} MiB, and the rest was not read"
            )
        headers: dict[str, str] = {}
        for name, value in response.getheaders():
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        return Response(response.status, headers, body)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def tcp(host: str, port: int, context: ssl.SSLContext | None) -> Connect:
    """Connects to an address, by TLS where there is a ``context``."""

    def connect(seconds: float) -> socket.socket:
        connected = socket.create_connection((host, port), timeout=min(CONNECT_TIMEOUT, seconds))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return context.wrap_socket(connected, server_hostname=host) if context else connected

    return connect


def explain(problem: Exception, host: str, seconds: float) -> str:
    """The message for a failure, with the next step."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"{host}: its certificate is not trusted: {problem.verify_message}. Name the file of its certificate authority in url_ca_cert"
    if isinstance(problem, ssl.SSLError):
        return f"{host}: TLS failed: {problem.reason or problem}. Does this port speak TLS?"
    if isinstance(problem, socket.gaierror):
        return f"{host}: the name does not resolve. Correct url"
    if isinstance(problem, ConnectionRefusedError):
        return f"{host}: nothing listens there. Is the mesh, or its port-forward, running?"
    if isinstance(problem, TimeoutError):
        return f"{host}: no complete answer within {seconds:g} s. Raise request_timeout, or see the log of the model's server"
    if isinstance(problem, (http.client.RemoteDisconnected, http.client.IncompleteRead, ConnectionError)):
        return f"{host}: the connection was closed before the answer was complete. See the log of the server behind it"
    if isinstance(problem, (http.client.HTTPException, ValueError)):
        return f"{host}: the answer is not HTTP. Does the port speak TLS, or gRPC only?"
    return f"{host}: {problem.strerror or problem}" if isinstance(problem, OSError) else f"{host}: {problem}"


class _Connection(http.client.HTTPConnection):
    """Every wait on its socket ends at ``deadline`` (of time.monotonic), also when the answer arrives byte by byte."""

    def __init__(self, host: str, connect: Connect) -> None:
        super().__init__(host)
        self._connect = connect
        self.deadline = 0.0

    def connect(self) -> None:
        self.sock = _DeadlineSocket(self._connect(self.left()), self.left)

    def left(self) -> float:
        """Seconds until the deadline, more than 0. Raises TimeoutError after it."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


class _DeadlineSocket:
    """The part of a socket that http.client uses."""

    def __init__(self, sock: Any, left: Callable[[], float]) -> None:
        self._socket, self._left = sock, left

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._left())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._socket, self._left))

    def close(self) -> None:
        self._socket.close()


class _DeadlineReader(io.RawIOBase):
    def __init__(self, sock: Any, left: Callable[[], float]) -> None:
        self._socket, self._left = sock, left
        self._file = sock.makefile("rb", buffering=0)  # keeps the socket open until the answer is read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._left())
        count: int | None = self._file.readinto(buffer)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
