# SPDX-License-Identifier: GPL-3.0-or-later
"""Events about a change of Ready (facts 1.9); at most as many as client-go's spam filter passes in a burst."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from . import log
from .api import Api, ApiError
from .clock import timestamp
from .resources import EVENT, Resource

Json = dict[str, Any]

_BURST = 25  # events about one object


class Events:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._told: Counter[str] = Counter()

    def ready_turned(self, resource: Resource, thing: Json, ready: bool) -> None:
        """Send an event that an object became ready or is no longer ready. A refused request is only logged."""
        uid = thing["metadata"]["uid"]
        self._told[uid] += 1
        if self._told[uid] > _BURST:
            return
        try:
            self._api.create(EVENT, _event(resource, thing, ready))
        except ApiError as error:
            log.error("Server rejected event (will not retry!)", error=str(error))


def _event(resource: Resource, thing: Json, ready: bool) -> Json:
    metadata, now = thing["metadata"], timestamp()
    subject = "Runtime" if ready and resource.kind == "SeldonRuntime" else resource.kind
    reason = f"{subject}{'' if ready else 'Not'}Ready"
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{metadata['name']}.{uuid.uuid4().hex[:16]}", "namespace": metadata["namespace"]},
        "type": "Normal" if ready else "Warning",
        "reason": reason,
        "message": f"{resource.kind} {metadata['name']} is {'ready' if ready else 'not ready'}",
        "count": 1,
        "firstTimestamp": now,
        "lastTimestamp": now,
        "source": {"component": f"{resource.kind.lower()}-controller"},
        "involvedObject": {
            "apiVersion": resource.api_version,
            "kind": resource.kind,
            "name": metadata["name"],
            "namespace": metadata["namespace"],
            "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"],
        },
    }
