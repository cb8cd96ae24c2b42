# SPDX-License-Identifier: GPL-3.0-or-later
"""A forwarded port over the WebSocket protocol that an API server speaks (v4.channel.k8s.io), on loopback."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import NotFound, Unreachable

from tests.unit.kube.scripted_server import scripted, status

PORT = 9000
DATA, ERROR = b"\0", b"\1"


class Kubelet:
    """Accepts one connection, opens the two channels of the port, and answers ``reply`` to the first data."""

    def __init__(self, reply: bytes) -> None:
        self.head = ""
        self.received = b""
        self._reply = reply
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        connection, _address = self._listener.accept()
        with connection, connection.makefile("rb") as reader:
            while line := reader.readline().strip().decode():
                self.head += line + "\n"
            key = next(line for line in self.head.splitlines() if line.startswith("Sec-WebSocket-Key")).split()[1]
            accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest())
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            for channel in (DATA, ERROR):
                connection.sendall(frame(channel + struct.pack("<H", PORT)))
            self.received = payload(reader)
            connection.sendall(frame(self._reply))
            reader.read()  # until the other side closes


def frame(content: bytes) -> bytes:
    """One short binary frame of a server."""
    return struct.pack("!BB", 0x82, len(content)) + content


def payload(reader: Any) -> bytes:
    """The content of one short frame of a client, which is masked."""
    _kind, length = reader.read(2)
    mask, masked = reader.read(4), reader.read(length & 0x7F)
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(masked))


@contextmanager
def kubelet(reply: bytes) -> Iterator[Kubelet]:
    server = Kubelet(reply)
    try:
        yield server
    finally:
        server.close()


def test_data_goes_both_ways_with_every_header_of_the_caller() -> None:
    with kubelet(DATA + b"pong") as server:
        options = {"host": server.url, "api_key": "t", "impersonate_user": "eve", "impersonate_groups": ["a", "b"]}
        forwarded = connect(options, {}).forward_port("team", "mesh-0", PORT, 5)
        forwarded.socket.settimeout(5)
        forwarded.socket.sendall(b"ping")
        assert forwarded.socket.recv(100) == b"pong"
        assert forwarded.error == ""
        forwarded.socket.close()
    assert server.received == DATA + b"ping"
    lines = server.head.splitlines()
    assert lines[0] == f"GET /api/v1/namespaces/team/pods/mesh-0/portforward?ports={PORT} HTTP/1.1"
    assert {"authorization: Bearer t", "Impersonate-User: eve", "Impersonate-Group: a", "Impersonate-Group: b"} <= {
        *lines
    }
    assert "Sec-WebSocket-Protocol: v4.channel.k8s.io" in lines


def test_what_the_kubelet_says_of_a_closed_port_is_kept() -> None:
    with kubelet(ERROR + b"connection refused\n") as server:
        forwarded = connect({"host": server.url, "api_key": "t"}, {}).forward_port("team", "mesh-0", PORT, 5)
        forwarded.socket.settimeout(5)
        forwarded.socket.sendall(b"ping")
        assert forwarded.socket.recv(100) == b""
        assert forwarded.error == "connection refused"


def test_a_server_that_does_not_answer_ends_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = connect({"host": f"http://127.0.0.1:{silent.getsockname()[1]}", "api_key": "t"}, {})
        with pytest.raises(Unreachable, match="timed out"):
            client.forward_port("team", "mesh-0", PORT, 0.2)


def test_a_refusal_is_the_api_servers_own() -> None:
    with scripted(status(404, "NotFound", 'pods "mesh-0" not found')) as server:
        client = connect({"host": server.url, "api_key": "t"}, {})
        with pytest.raises(NotFound, match='pods "mesh-0" not found'):
            client.forward_port("team", "mesh-0", PORT, 5)
