# SPDX-License-Identifier: GPL-3.0-or-later
"""A loopback server whose answers are written byte by byte by a function of the test."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answer = Callable[[socket.socket, int], None]
"""A function that answers a request after it was read. Arguments: the connection and the request's number on it, from
1. HangUp closes the connection.
"""
GOOD = {"model_name": "m_1", "outputs": [{"name": "predict", "shape": [1], "datatype": "INT64", "data": [1]}]}


def http(body: Any, status: str = "200 OK", **headers: str) -> bytes:
    """A complete HTTP answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(data)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


class Hostile:
    """``requests``: the heads of the received requests, as text."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None, address: str = "127.0.0.1") -> None:
        self.requests: list[str] = []
        self._answer, self._context = answer, context
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        self.stop = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.stop.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            with (
                self._context.wrap_socket(plain, server_side=True) if self._context else plain as connection,
                connection.makefile("rb") as reader,
            ):
                number = 0
                while head := self._head(reader):
                    number += 1
                    self.requests.append(head)
                    self._answer(connection, number)
        except (OSError, ConnectionError):
            return

    @staticmethod
    def _head(reader: Any) -> str:
        lines = []
        while (line := reader.readline()) not in (b"\r\n", b""):
            lines.append(line.decode("latin-1").strip())
        length = next((int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:")), 0)
        reader.read(length)
        return "\n".join(lines)


@contextmanager
def hostile(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    server = Hostile(answer, context)
    try:
        yield server
    finally:
        server.close()


def always(data: bytes) -> Answer:
    """The same bytes for every request."""
    return lambda connection, _number: connection.sendall(data)


class HangUp(OSError):
    """Raised by an answer to close the connection."""
