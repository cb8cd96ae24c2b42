# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the apiserver's audit log, which has every request, so reads and writes can be counted.

log = AuditLog(layout.audit_log, layout.kubeconfig)
mark = log.mark()
...                                                     # the requests to count
writes = [request for request in log.since(mark) if request.is_write and request.user == "lab-admin"]
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .api import Api
from .errors import LabError

WRITE_VERBS = frozenset({"create", "update", "patch", "delete", "deletecollection"})
# A "create" of these kinds is a question; nothing is stored.
_QUESTIONS = frozenset({"authorization.k8s.io", "authentication.k8s.io"})
_PATIENCE = 10.0  # seconds
_OWN_AGENT = "lab-audit"


@dataclass(frozen=True)
class Request:
    """One finished request. `code` is the HTTP status; fields that do not apply, as for /version, are empty."""

    user: str
    user_agent: str
    verb: str
    uri: str
    group: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int

    @property
    def is_write(self) -> bool:
        """Whether the request asks to store something, successful or not. Dry runs and access reviews do not."""
        dry_run = "dryRun" in parse_qs(urlsplit(self.uri).query)
        question = self.group in _QUESTIONS or self.subresource == "token"
        return self.verb in WRITE_VERBS and not dry_run and not question


class AuditLog:
    def __init__(self, path: Path, kubeconfig: Path) -> None:
        self._path = path
        self._api = Api(kubeconfig, _OWN_AGENT)

    def mark(self) -> int:
        """An offset into the log, in bytes: every request answered before this call is before it."""
        marker = f"/version?mark={uuid.uuid4().hex}"
        start = self._path.stat().st_size
        self._api.call("GET", marker)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:  # an answer can arrive before its line is written
            for end, line in _lines(self._path, start):
                if marker.encode() in line:
                    return end
            time.sleep(0.01)
        raise LabError(
            f"{self._path}: the request {marker} is not in the log after {_PATIENCE:.0f} s.\nNext: check that this is the audit log of this lab's apiserver."
        )

    def since(self, start: int, end: int | None = None) -> list[Request]:
        """The requests that finished between two marks; up to now without `end`. The lab's own marks are left out."""
        end = self.mark() if end is None else end
        entries = (json.loads(line) for offset, line in _lines(self._path, start) if offset <= end)
        return [
            parse_request(entry)
            for entry in entries
            if entry["stage"] == "ResponseComplete" and entry.get("userAgent") != _OWN_AGENT
        ]


def select(
    requests: Iterable[Request],
    user: str | None = None,
    user_agent: str | None = None,
    verbs: Iterable[str] | None = None,
) -> list[Request]:
    """The requests of this user (exact), of user agents with this prefix, with one of these verbs; None matches every
    request.
    """
    wanted = None if verbs is None else frozenset(verbs)
    return [
        request
        for request in requests
        if (user is None or request.user == user)
        and (user_agent is None or request.user_agent.startswith(user_agent))
        and (wanted is None or request.verb in wanted)
    ]


def parse_request(entry: dict[str, Any]) -> Request:
    target = entry.get("objectRef", {})
    return Request(
        user=entry["user"].get("username", ""),
        user_agent=entry.get("userAgent", ""),
        verb=entry["verb"],
        uri=entry["requestURI"],
        group=target.get("apiGroup", ""),
        resource=target.get("resource", ""),
        subresource=target.get("subresource", ""),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        code=entry.get("responseStatus", {}).get("code", 0),
    )


def _lines(path: Path, start: int) -> Iterator[tuple[int, bytes]]:
    """(offset after the line, line) for every complete line from `start` on."""
    with path.open("rb") as log:
        log.seek(start)
        for line in log:
            if line.endswith(b"\n"):
                start += len(line)
                yield start, line
