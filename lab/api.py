# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own client of its apiserver: single requests, and a list that is kept up to date by a watch.

Objects are plain manifests (dicts). The official client provides connections and credentials; its typed models are not
used because the node process passes objects through that it does not interpret.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3.exceptions
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

Manifest = dict[str, Any]
TRANSPORT_ERRORS = (urllib3.exceptions.HTTPError, OSError, json.JSONDecodeError)

_WATCH_SECONDS = 300
_PAUSE = 1.0  # seconds before listing again after an error
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """`gone`: the object no longer exists, or no longer matches the selector."""

    manifest: Manifest
    gone: bool


class Api:
    def __init__(self, kubeconfig: Path, user_agent: str) -> None:
        self._client: client.ApiClient = config.new_client_from_config(config_file=str(kubeconfig))
        self._headers = {"Accept": "application/json", "User-Agent": user_agent}

    def call(
        self,
        method: str,
        path: str,
        body: Manifest | None = None,
        content_type: str = "application/json",
        timeout: float = 30.0,
    ) -> Manifest:
        """One request. Raises ApiException, or one of TRANSPORT_ERRORS."""
        answer = self._open(method, path, body, content_type, (timeout, timeout))
        found: Manifest = json.loads(answer.read())
        return found

    def ready(self, timeout: float) -> bool:
        """Whether the apiserver's /readyz reports that it is ready."""
        try:
            return bool(self._open("GET", "/readyz", None, "application/json", (timeout, timeout)).read() == b"ok")
        except (ApiException, *TRANSPORT_ERRORS):
            return False

    def follow(self, path: str, selector: dict[str, str], stop: threading.Event) -> Iterator[list[Change]]:
        """Yields every existing object, then the changes as they happen, until `stop` is set.

        After an error of the apiserver it lists again, and reports objects that vanished meanwhile as gone.
        """
        known: dict[str, Manifest] = {}
        while not stop.is_set():
            try:
                listed = self.call("GET", f"{path}?{urlencode(selector)}")
                present = {item["metadata"]["uid"]: item for item in listed.get("items") or []}
                yield [Change(item, True) for uid, item in known.items() if uid not in present] + [
                    Change(item, False) for item in present.values()
                ]
                known = present
                version = listed["metadata"]["resourceVersion"]
                while not stop.is_set():
                    for event in self._watch(path, selector, version):
                        item = event["object"]
                        if event["type"] == "ERROR":  # most often 410: the resourceVersion is too old
                            raise ApiException(status=item.get("code"), reason=item.get("message"))
                        version = item["metadata"]["resourceVersion"]
                        if event["type"] == "BOOKMARK":
                            continue
                        gone = event["type"] == "DELETED"
                        if gone:
                            known.pop(item["metadata"]["uid"], None)
                        else:
                            known[item["metadata"]["uid"]] = item
                        yield [Change(item, gone)]
            except (ApiException, *TRANSPORT_ERRORS) as error:
                _log.warning("watching %s: %s; listing again", path, str(error).splitlines()[0])
                stop.wait(_PAUSE)

    def _watch(self, path: str, selector: dict[str, str], version: str) -> Iterator[Manifest]:
        query = {
            **selector,
            "watch": "1",
            "resourceVersion": version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(_WATCH_SECONDS),
        }
        answer = self._open("GET", f"{path}?{urlencode(query)}", None, "application/json", (5.0, _WATCH_SECONDS + 30.0))
        left = b""
        try:
            for chunk in answer.response.stream(amt=None, decode_content=False):
                *lines, left = (left + chunk).split(b"\n")
                yield from (json.loads(line) for line in lines if line)
        finally:
            answer.response.close()

    def _open(
        self, method: str, path: str, body: Manifest | None, content_type: str, timeout: tuple[float, float]
    ) -> Any:
        headers = {**self._headers, "Content-Type": content_type}
        answer = self._client.rest_client.request(
            method, self._client.configuration.host + path, headers=headers, body=body, _request_timeout=timeout
        )
        if not 200 <= answer.status < 300:
            text = answer.read().decode(errors="replace")
            raise ApiException.from_response(http_resp=answer, body=text, data=None)
        return answer
