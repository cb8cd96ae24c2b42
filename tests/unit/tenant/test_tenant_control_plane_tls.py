# SPDX-License-Identifier: GPL-3.0-or-later
"""A control plane with TLS needs Secrets in the tenant's namespace."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import NotFound
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.operator.control_plane_tls import (
    control_plane_secrets,
    missing_secrets,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.read import read_snapshots

from tests.unit.tenant.builders import PLATFORM, KubeObject, central

CLIENT, SERVER = "seldon-controlplane-client", "seldon-controlplane-server"
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": CLIENT}}


def operator(**variables: Any) -> KubeObject:
    """The central operator with these variables; a mapping is a valueFrom."""
    deployment = central()
    deployment["spec"]["template"]["spec"]["containers"][0]["env"] = [
        {"name": name, "valueFrom" if isinstance(value, dict) else "value": value} for name, value in variables.items()
    ]
    return deployment


TLS = operator(
    CONTROL_PLANE_SECURITY_PROTOCOL="SSL",
    CONTROL_PLANE_CLIENT_TLS_SECRET_NAME=CLIENT,
    CONTROL_PLANE_SERVER_TLS_SECRET_NAME=SERVER,
)


def test_both_secrets_are_needed_with_tls() -> None:
    assert control_plane_secrets(TLS) == [CLIENT, SERVER]


@pytest.mark.parametrize(
    "without",
    [
        None,
        operator(),
        operator(CONTROL_PLANE_SECURITY_PROTOCOL="PLAINTEXT", CONTROL_PLANE_CLIENT_TLS_SECRET_NAME=CLIENT),
        operator(CONTROL_PLANE_SECURITY_PROTOCOL="SSL", CONTROL_PLANE_CLIENT_TLS_SECRET_NAME=""),
        operator(
            CONTROL_PLANE_SECURITY_PROTOCOL={"configMapKeyRef": {"name": "c", "key": "k"}},
            CONTROL_PLANE_CLIENT_TLS_SECRET_NAME=CLIENT,
        ),
    ],
)
def test_none_is_needed_without(without: KubeObject | None) -> None:
    assert control_plane_secrets(without) == []


def test_those_that_are_neither_there_nor_brought_are_named() -> None:
    [note] = missing_secrets(TLS, [], [], "t")
    assert str(note.subject) == f"Secret {CLIENT}, {SERVER}" and "not in t" in note.message
    [note] = missing_secrets(TLS, [SECRET], [], "t")
    assert str(note.subject) == f"Secret {SERVER}" and "seldon-scheduler.t" in as_text(note)
    assert missing_secrets(TLS, [SECRET], [SERVER], "t") == []


def test_the_secrets_of_a_platform_that_is_still_to_come_are_looked_for_too() -> None:
    class Client:
        def list(self, _resource: object, _namespace: str) -> list[KubeObject]:
            return []

        def get(self, resource: object, _namespace: str | None, name: str) -> KubeObject:
            if resource == known.SECRET and name == CLIENT:
                return SECRET
            if resource == known.DEPLOYMENT:
                return operator()
            raise NotFound(name)

        def server_version(self) -> str:
            return "v1.37.2"

    client = cast(KubeClient, Client())
    platform, live = read_snapshots(client, "t", PLATFORM, coming=[TLS])
    assert platform.central == operator() and set(live.control_plane_secrets) == {CLIENT}
    assert not read_snapshots(client, "t", PLATFORM)[1].control_plane_secrets
