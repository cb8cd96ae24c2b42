# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m lab.mesh.server <port>: answers V2 requests for every model name, on loopback, without a model.

A stand-in for an inference server: for each row of the first input it returns the index of the largest value, as a
classifier does.
"""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PATH = re.compile(r"/v2/models/([^/]+)/(infer|ready)")
_LARGEST = 16 * 1024 * 1024


def infer(model: str, request: Any) -> tuple[int, Any]:
    """(HTTP status, body) for a decoded request."""
    try:
        rows = int(request["inputs"][0]["shape"][0])
        values = [float(value) for value in request["inputs"][0]["data"]]
        width = len(values) // rows
        classes = [max(range(width), key=lambda column: values[row * width + column]) for row in range(rows)]
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
        return 422, {"error": "expected one input with flat numbers, such as shape [2, 4]"}
    output = {"name": "predict", "shape": [rows, 1], "datatype": "INT64", "data": classes}
    return 200, {"model_name": model, "model_version": "1", "outputs": [output]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one packet: the second of two would wait for an acknowledgement

    def do_POST(self) -> None:
        match = _PATH.fullmatch(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if not match or match[2] != "infer" or length > _LARGEST:
            self._answer(404, {"error": "not found"})
            self.close_connection = True
            return
        try:
            request = json.loads(self.rfile.read(length))
        except ValueError:
            self._answer(400, {"error": "the request is not JSON"})
            return
        self._answer(*infer(match[1], request))

    def do_GET(self) -> None:
        self._answer(200 if _PATH.fullmatch(self.path) else 404, {})

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Writes no log."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Handler)
    server.daemon_threads = True
    server.serve_forever()
