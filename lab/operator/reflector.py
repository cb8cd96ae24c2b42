# SPDX-License-Identifier: GPL-3.0-or-later
"""List and watch one resource in one namespace, and put the changes into the main loop's inbox."""

from __future__ import annotations

import queue
import random
import threading
from typing import Any, NamedTuple

from urllib3.exceptions import HTTPError

from . import log
from .api import Api, ApiError
from .resources import Resource

Json = dict[str, Any]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.8, 30.0


class Listed(NamedTuple):
    resource: Resource
    namespace: str
    items: list[Json]


class Changed(NamedTuple):
    resource: Resource
    thing: Json
    deleted: bool


Seen = Listed | Changed


def start(api: Api, resource: Resource, namespace: str, inbox: queue.SimpleQueue[Any]) -> None:
    """Start a thread that lists and watches forever."""
    name = f"{resource.plural}/{namespace}"
    threading.Thread(target=_reflect, args=(api, resource, namespace, inbox), name=name, daemon=True).start()


def _reflect(api: Api, resource: Resource, namespace: str, inbox: queue.SimpleQueue[Any]) -> None:
    pause, stop = _FIRST_PAUSE, threading.Event()
    while True:
        verb = "list"
        try:
            listed = api.list(resource, namespace)
            inbox.put(Listed(resource, namespace, listed.get("items") or []))
            verb, version = "watch", listed["metadata"]["resourceVersion"]
            while True:
                version = _watch(api, resource, namespace, version, inbox)
                pause = _FIRST_PAUSE
        except ApiError as error:
            if error.status != 410:
                log.error(f"Failed to {verb} {resource.go_type}: failed to {verb} {resource.go_type}: {error}")
                stop.wait(pause * random.uniform(1.0, 2.0))
                pause = min(pause * 2, _LONGEST_PAUSE)


def _watch(api: Api, resource: Resource, namespace: str, since: str, inbox: queue.SimpleQueue[Any]) -> str:
    """One watch; returns the last resourceVersion, raises ApiError when the watch cannot continue from there."""
    version = since
    try:
        for event in api.watch(resource, namespace, version, random.randint(300, 600)):
            thing = event["object"]
            if event["type"] == "ERROR":
                raise ApiError(int(thing.get("code") or 410), thing.get("reason", ""), thing.get("message", ""))
            version = thing["metadata"]["resourceVersion"]
            if event["type"] != "BOOKMARK":
                inbox.put(Changed(resource, thing, event["type"] == "DELETED"))
    except (OSError, ValueError, HTTPError) as error:
        raise ApiError(0, "Unreachable", f"watch of {resource.plural} ended: {error}") from error
    return version
