# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of AWX's API that the modules of awx.awx use: it keeps objects in memory, and records each request.

It knows no permissions, checks no values and runs nothing.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PREFIX = "/api/v2/"
COLLECTIONS = (
    "organizations", "credential_types", "credentials", "execution_environments", "notification_templates", "projects", "inventories",
    "inventory_sources", "job_templates", "workflow_job_templates", "workflow_job_template_nodes", "workflow_approval_templates", "schedules",
)  # fmt: skip
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources")
FIELDS = {"projects": {"scm_revision": "", "status": "successful"}}
"""Fields that AWX adds to a new object and that a module reads."""
APPROVAL = ("name", "description", "timeout")
"""Fields of an approval; AWX ignores others."""
Json = dict[str, Any]


@dataclass
class StandIn:
    """``requests`` are method, path and body of each, in order."""

    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    objects: dict[str, dict[int, Json]] = field(default_factory=lambda: {name: {} for name in COLLECTIONS})
    surveys: dict[str, Json] = field(default_factory=dict)
    associated: dict[str, list[int]] = field(default_factory=dict)
    address: str = ""

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        """The requests other than GET."""
        return [request for request in self.requests if request[0] != "GET"]

    def add(self, collection: str, **fields: Any) -> Json:
        """Creates an object in the collection."""
        number = 1 + sum(map(len, self.objects.values()))
        url = f"{PREFIX}{collection}/{number}/"
        made = {
            "id": number,
            "type": collection[:-1],
            "url": url,
            "related": {"survey_spec": f"{url}survey_spec/"},
            "summary_fields": {},
            **FIELDS.get(collection, {}),
            **fields,
        }
        self.objects[collection][number] = made
        return made

    def named(self, collection: str, name: str) -> Json:
        """The object with that name."""
        [found] = [
            entry for entry in self.objects[collection].values() if name in (entry.get("name"), entry.get("identifier"))
        ]
        return found

    def names(self, url: str, association: str) -> list[str]:
        """The names of the objects that are associated with the object at ``url``."""
        entries = {number: entry for group in self.objects.values() for number, entry in group.items()}
        return [
            entries[number].get("name") or entries[number]["identifier"]
            for number in self.associated.get(f"{url}{association}/", [])
        ]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """The answer to a request: status and JSON."""
        parts = path.removeprefix(PREFIX).strip("/").split("/")
        if parts[0] == "unified_job_templates" and method == "GET":
            return 200, _page([entry for name in UNIFIED for entry in self.objects[name].values()], query)
        if parts[0] not in COLLECTIONS:
            return 404, {"detail": "Not found."}
        if len(parts) == 1:
            return (
                (200, _page([*self.objects[parts[0]].values()], query))
                if method == "GET"
                else (201, self.add(parts[0], **body))
            )
        entry = self.objects[parts[0]].get(int(parts[1]))
        if entry is None:
            return 404, {"detail": "Not found."}
        return (
            self._item_answer(method, entry, body)
            if len(parts) == 2
            else self._below(method, entry, path, parts[2], body, query)
        )

    def _item_answer(self, method: str, entry: Json, body: Any) -> tuple[int, Any]:
        if method == "PATCH":
            known = APPROVAL if entry["type"] == "workflow_approval_template" else body
            entry.update({key: value for key, value in body.items() if key in known})
        return 200, entry

    def _below(
        self, method: str, entry: Json, path: str, name: str, body: Any, query: dict[str, str]
    ) -> tuple[int, Any]:
        if name == "survey_spec":
            if method != "GET":
                self.surveys[entry["url"]] = body if method == "POST" else {}
            return 200, self.surveys.get(entry["url"], {})
        if name == "create_approval_template":
            made = self.add("workflow_approval_templates", **{key: body[key] for key in APPROVAL if key in body})
            entry["unified_job_template"], entry["related"]["unified_job_template"] = made["id"], made["url"]
            return 201, made
        if method == "POST":
            known = self.associated.setdefault(path, [])
            known.remove(body["id"]) if body.get("disassociate") else known.append(body["id"])
            return 204, None
        entries = [
            entry
            for group in self.objects.values()
            for number, entry in group.items()
            if number in self.associated.get(path, [])
        ]
        return 200, _page(entries, query)


def _page(entries: list[Json], query: dict[str, str]) -> Json:
    wanted = {key: value for key, value in query.items() if not key.startswith(("or__", "page", "order"))}
    found = [entry for entry in entries if all(str(entry.get(key)) == value for key, value in wanted.items())]
    either = {key.removeprefix("or__"): value for key, value in query.items() if key.startswith("or__")}
    found = [
        entry for entry in found if not either or any(str(entry.get(key)) == value for key, value in either.items())
    ]
    return {"count": len(found), "next": None, "previous": None, "results": found}


@contextmanager
def awx_stand_in() -> Iterator[StandIn]:
    """The API on a loopback port."""
    awx = StandIn()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or "null") if length else None
            with lock:
                assert re.fullmatch("Bearer .+", self.headers.get("Authorization", "")), (
                    "AWX answers nobody without a token"
                )
                awx.requests.append((self.command, url.path, body))
                status, found = awx.answer(self.command, url.path, dict(parse_qsl(url.query)), body)
                sent = b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PATCH = do_DELETE = _handle

        def log_message(self, format: str, *args: Any) -> None:
            """Writes no log, because requests are recorded."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    awx.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield awx
    finally:
        server.shutdown()
        server.server_close()
