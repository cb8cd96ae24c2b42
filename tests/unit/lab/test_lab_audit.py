# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from lab.audit import parse_request, select


def entry(verb: str, uri: str, **target: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "user": {"username": "lab-admin"},
        "userAgent": "ansible/1",
        "verb": verb,
        "requestURI": uri,
        "responseStatus": {"code": 200},
    }
    return {**found, "objectRef": target} if target else found


@pytest.mark.parametrize(
    ("given", "write"),
    [
        (entry("create", "/api/v1/namespaces/a/configmaps?fieldManager=x", resource="configmaps"), True),
        (entry("patch", "/api/v1/namespaces/a/configmaps/b?dryRun=All&fieldManager=x", resource="configmaps"), False),
        (
            entry(
                "create",
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                resource="selfsubjectaccessreviews",
                apiGroup="authorization.k8s.io",
            ),
            False,
        ),
        (
            entry(
                "create",
                "/api/v1/namespaces/a/serviceaccounts/b/token",
                resource="serviceaccounts",
                subresource="token",
            ),
            False,
        ),
        (entry("patch", "/api/v1/namespaces/a/pods/b/status", resource="pods", subresource="status"), True),
        (entry("get", "/version"), False),
        (entry("watch", "/api/v1/pods?watch=1", resource="pods"), False),
    ],
)
def test_is_write(given: dict[str, Any], write: bool) -> None:
    assert parse_request(given).is_write is write


def test_select() -> None:
    requests = [parse_request(entry(verb, "/api/v1/pods", resource="pods")) for verb in ("get", "delete")]
    assert [
        request.verb for request in select(requests, user="lab-admin", user_agent="ansible/", verbs={"delete"})
    ] == ["delete"]
    assert select(requests, user="lab") == select(requests, user_agent="kubectl/") == []
    assert select(requests) == requests
