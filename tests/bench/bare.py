# SPDX-License-Identifier: GPL-3.0-or-later
"""The lower bound: one server-side apply per object, in parallel, without reads, planning or records.

    python -m tests.bench.bare ACCESS OBJECTS

ACCESS is a JSON file: server, ca, certificate, key (paths). OBJECTS is a JSON file: a list of [path, object],
namespaces first.
"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import urlsplit

USER_AGENT = "bench-bare"
THREADS = 16


def main() -> int:
    access, objects = (json.loads(Path(path).read_text()) for path in sys.argv[1:])
    context = ssl.create_default_context(cafile=access["ca"])
    context.load_cert_chain(access["certificate"], access["key"])
    server, own = urlsplit(access["server"]), local()

    def apply(entry: tuple[str, dict[str, Any]]) -> None:
        path, obj = entry
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPSConnection(server.hostname or "", server.port, context=context)
        headers = {"Content-Type": "application/apply-patch+yaml", "User-Agent": USER_AGENT}
        own.connection.request(
            "PATCH", f"{path}?fieldManager={USER_AGENT}&fieldValidation=Strict", json.dumps(obj), headers
        )
        answer = own.connection.getresponse()
        body = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{path}: {answer.status} {body.decode()}")

    namespaces = [entry for entry in objects if entry[1]["kind"] == "Namespace"]
    with ThreadPoolExecutor(THREADS) as executor:
        list(executor.map(apply, namespaces))
        list(executor.map(apply, objects[len(namespaces) :]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
