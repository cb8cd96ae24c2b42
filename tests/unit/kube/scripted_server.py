# SPDX-License-Identifier: GPL-3.0-or-later
"""A local HTTP server that gives the answers of a list, and records the exact requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """A response. ``cut`` closes the connection after that many bytes of the body; -1 before any answer."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None


@dataclass(frozen=True)
class Asked:
    """A request as it arrived. Header names are in lower case; repeated ones have several values."""

    method: str
    target: str
    headers: dict[str, list[str]]
    body: bytes

    @property
    def line(self) -> str:
        return f"{self.method} {self.target}"


class ScriptedServer:
    """Answers in the order of ``answers``; a request beyond them is answered 599."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.asked: list[Asked] = []
        self._answers = list(answers)
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                headers: dict[str, list[str]] = {}
                for name, value in self.headers.items():
                    headers.setdefault(name.lower(), []).append(value)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                script.asked.append(Asked(self.command, self.path, headers, body))
                answer = script._answers.pop(0) if script._answers else Answer(599, {"message": "not in the script"})
                data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                if answer.cut == -1:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data if answer.cut is None else data[: answer.cut])
                self.close_connection = answer.cut is not None

            do_GET = do_PATCH = do_POST = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                """Writes no log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True  # a kept connection must not delay the end
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def lines(self) -> list[str]:
        return [asked.line for asked in self.asked]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def scripted(*answers: Answer) -> Iterator[ScriptedServer]:
    server = ScriptedServer(answers)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def status(code: int, reason: str, message: str, causes: Sequence[dict[str, str]] = (), **headers: str) -> Answer:
    """A Status as the API server sends it for a refusal."""
    body = {"kind": "Status", "code": code, "reason": reason, "message": message, "details": {"causes": list(causes)}}
    return Answer(code, body, tuple((name.replace("_", "-"), value) for name, value in headers.items()))
