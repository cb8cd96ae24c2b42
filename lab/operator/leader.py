# SPDX-License-Identifier: GPL-3.0-or-later
"""Leader election by a Lease, with client-go's times. As upstream, it does not release the Lease at the end."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from . import log
from .api import Api, ApiError
from .resources import LEASE

Json = dict[str, Any]

NAME = "e98130ae.seldon.io"
_DURATION, _DEADLINE, _RETRY = 15, 10.0, 2.0


def acquire(api: Api, namespace: str) -> threading.Event:
    """An event that is set once this process is the leader; when it loses the Lease, the process exits with 1."""
    elected = threading.Event()
    threading.Thread(target=_campaign, args=(api, namespace, elected), name="leader", daemon=True).start()
    return elected


def _campaign(api: Api, namespace: str, elected: threading.Event) -> None:
    identity = f"{socket.gethostname()}_{uuid.uuid4()}"
    record: Json = {}  # the Lease's spec as last seen, and when
    seen_at = renewed_at = 0.0
    pause = threading.Event()
    log.info(f"attempting to acquire leader lease {namespace}/{NAME}...")
    while True:
        now = time.monotonic()
        try:
            lease = _read(api, namespace)
            spec = lease["spec"] if lease else {}
            if spec != record:
                record, seen_at = spec, now
            holder = spec.get("holderIdentity")
            if holder in (None, "", identity) or now - seen_at > spec.get("leaseDurationSeconds", _DURATION):
                record = _write(api, namespace, identity, lease)
                seen_at = renewed_at = now
                if not elected.is_set():
                    log.info(f"successfully acquired lease {namespace}/{NAME}")
                    elected.set()
        except ApiError as error:
            if error.status != 409:
                log.error(f"error retrieving resource lock {namespace}/{NAME}: {error}")
        if elected.is_set() and time.monotonic() - renewed_at > _DEADLINE:
            log.error("problem running manager", error="leader election lost")
            os._exit(1)
        pause.wait(_RETRY)


def _read(api: Api, namespace: str) -> Json | None:
    try:
        return api.get(LEASE, namespace, NAME)
    except ApiError as error:
        if error.status == 404:
            return None
        raise


def _write(api: Api, namespace: str, identity: str, lease: Json | None) -> Json:
    """Take or renew the Lease; returns its new spec."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    old = lease["spec"] if lease else {}
    mine = old.get("holderIdentity") == identity
    spec: Json = {
        "holderIdentity": identity,
        "leaseDurationSeconds": _DURATION,
        "renewTime": now,
        "acquireTime": old.get("acquireTime", now) if mine else now,
        "leaseTransitions": old.get("leaseTransitions", 0) + (0 if mine or not lease else 1),
    }
    if lease is None:
        metadata = {"name": NAME, "namespace": namespace}
        body = {"apiVersion": LEASE.api_version, "kind": LEASE.kind, "metadata": metadata, "spec": spec}
        return dict(api.create(LEASE, body)["spec"])
    return dict(api.update(LEASE, {**lease, "spec": spec})["spec"])
