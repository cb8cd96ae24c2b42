# SPDX-License-Identifier: GPL-3.0-or-later
"""The exact requests of the client, and its results for every kind of answer."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import errors
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    CONFIG_MAP,
    NAMESPACE,
    SECRET,
    SERVER,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.transport import ATTEMPTS, Transport

from tests.unit.kube.scripted_server import Answer, ScriptedServer, scripted, status

TOKEN = "s3cr3t-t0ken"
CUT = Answer(cut=-1)


def client_of(server: ScriptedServer, **options: Any) -> KubeClient:
    return connect({"host": server.url, "api_key": TOKEN, **options}, {}, connections=1)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The client's pauses, which are recorded instead of slept."""
    slept: list[float] = []
    original = Transport.__init__

    def init(self: Transport, configuration: Any, headers: Any = (), **options: Any) -> None:
        original(self, configuration, headers, sleep=slept.append, **options)

    monkeypatch.setattr(Transport, "__init__", init)
    return slept


def test_apply_is_one_patch_with_manager_and_strict_fields() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "n"}}
    with scripted(Answer(body={"stored": True}), Answer()) as server:
        client = client_of(server)
        assert client.apply(CONFIG_MAP, obj, field_manager="ours") == {"stored": True}
        client.apply(CONFIG_MAP, obj, field_manager="ours", force=True, dry_run=True)
    path = "PATCH /api/v1/namespaces/n/configmaps/a?fieldManager=ours&fieldValidation=Strict"
    assert server.lines == [path, f"{path}&force=true&dryRun=All"]
    headers = server.asked[0].headers
    assert headers["content-type"] == ["application/apply-patch+yaml"]
    assert headers["authorization"] == [f"Bearer {TOKEN}"]
    assert headers["user-agent"] == ["ml_platform.seldon"]
    assert json.loads(server.asked[0].body) == obj


def test_list_reads_every_page_and_completes_the_items() -> None:
    pages = (
        Answer(body={"items": [{"metadata": {"name": "a"}}], "metadata": {"continue": "more/+="}}),
        Answer(body={"items": [{"metadata": {"name": "b"}}], "metadata": {}}),
    )
    with scripted(*pages) as server:
        found = client_of(server).list(SERVER, "n", "a=b")
    start = "GET /apis/mlops.seldon.io/v1alpha1/namespaces/n/servers?limit=500&labelSelector=a%3Db"
    assert server.lines == [start, f"{start}&continue=more%2F%2B%3D"]
    assert [(o["kind"], o["apiVersion"], o["metadata"]["name"]) for o in found] == [
        ("Server", "mlops.seldon.io/v1alpha1", "a"),
        ("Server", "mlops.seldon.io/v1alpha1", "b"),
    ]


def test_a_log_is_text_and_is_asked_for_once() -> None:
    with scripted(
        Answer(body=b"one\n\xff\n"),
        status(403, "Forbidden", 'pods "p" is forbidden: User "u" cannot get resource "pods/log"'),
        Answer(502, b"dead"),
        Answer(body=b"x" * 1001),
    ) as server:
        client = client_of(server)

        def log() -> str:
            return client.read_log("n", "p", "c", lines=7, seconds=60, largest=1000, timeout=5.0)

        assert log() == "one\n\ufffd\n"
        for kind in (errors.AccessDenied, errors.ServerFailure, errors.KubeError):
            with pytest.raises(kind):
                log()
    assert (
        server.lines
        == ["GET /api/v1/namespaces/n/pods/p/log?container=c&tailLines=7&sinceSeconds=60&limitBytes=1000"] * 4
    )
    assert server.asked[0].headers["authorization"] == [f"Bearer {TOKEN}"]


def test_metadata_only_is_asked_for_without_an_alternative() -> None:
    pages = (
        Answer(
            body={
                "kind": "PartialObjectMetadataList",
                "items": [{"metadata": {"name": "a"}}],
                "metadata": {"continue": "c"},
            }
        ),
        Answer(body={"kind": "PartialObjectMetadataList", "items": [{"metadata": {"name": "b"}}], "metadata": {}}),
        Answer(406, b"not acceptable"),
    )
    with scripted(*pages) as server:
        client = client_of(server)
        found = client.list_metadata(SECRET, "n")
        with pytest.raises(errors.KubeError):
            client.list_metadata(SECRET)
    start = "GET /api/v1/namespaces/n/secrets?limit=500"
    assert server.lines == [start, f"{start}&continue=c", "GET /api/v1/secrets?limit=500"]
    assert {tuple(asked.headers["accept"]) for asked in server.asked} == {
        ("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",)
    }
    assert found == [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}} for name in "ab"]


def test_an_expired_page_begins_the_list_anew() -> None:
    first = Answer(body={"items": [{"metadata": {"name": "old"}}], "metadata": {"continue": "c"}})
    whole = Answer(body={"items": [{"metadata": {"name": "new"}}]})
    with scripted(first, status(410, "Expired", "too old"), whole) as server:
        found = client_of(server).list(CONFIG_MAP)
    assert [o["metadata"]["name"] for o in found] == ["new"]
    assert server.lines[2] == server.lines[0] == "GET /api/v1/configmaps?limit=500"


def test_delete_says_which_uid_it_means() -> None:
    with scripted(Answer(), Answer()) as server:
        client_of(server).delete(NAMESPACE, None, "n", uid="u-1")
        client_of(server).delete(CONFIG_MAP, "n", "a")
    assert server.lines == ["DELETE /api/v1/namespaces/n", "DELETE /api/v1/namespaces/n/configmaps/a"]
    assert json.loads(server.asked[0].body)["preconditions"] == {"uid": "u-1"}
    assert "preconditions" not in json.loads(server.asked[1].body)


def test_every_part_of_a_path_is_encoded() -> None:
    tampered = Resource("g/../..", "v1?x", "secrets/../x", "K", True)
    assert tampered.path("n/..", "a?b#c") == "/apis/g%2F..%2F../v1%3Fx/namespaces/n%2F../secrets%2F..%2Fx/a%3Fb%23c"


def test_throttling_is_waited_for_as_the_server_asks(pauses: list[float]) -> None:
    with scripted(status(429, "TooManyRequests", "slow down", Retry_After="7"), Answer(body={"ok": 1})) as server:
        assert client_of(server).get(CONFIG_MAP, "n", "a") == {"ok": 1}
    assert pauses == [7.0]
    assert len(server.asked) == 2


@pytest.mark.parametrize("header", ["-5", "nan", "inf", "Wed, 21 Oct 2065 07:28:00 GMT", "999999999", ""])
def test_a_strange_retry_after_is_kept_within_limits(header: str, pauses: list[float]) -> None:
    with scripted(status(429, "TooManyRequests", "x", Retry_After=header), Answer(body={"ok": 1})) as server:
        client_of(server).create(CONFIG_MAP, {"metadata": {"namespace": "n"}})
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 30


def test_throttling_without_end_is_an_error_with_a_next_step(pauses: list[float]) -> None:
    answers = [status(429, "TooManyRequests", "slow down", Retry_After="1")] * ATTEMPTS
    with scripted(*answers) as server, pytest.raises(errors.Throttled, match="slow down.*fewer forks"):
        client_of(server).get(CONFIG_MAP, "n", "a")
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize("code", [502, 503, 504])
def test_a_gateways_error_is_tried_again_where_that_is_safe(code: int) -> None:
    with scripted(Answer(code, b"<html>"), Answer(body={"ok": 1})) as server:
        assert client_of(server).get(CONFIG_MAP, "n", "a") == {"ok": 1}
    with scripted(Answer(code, b"<html>")) as server, pytest.raises(errors.ServerFailure):
        client_of(server).create(CONFIG_MAP, {})
    assert len(server.asked) == 1


def test_503_with_retry_after_is_tried_again_even_for_a_create() -> None:
    with scripted(status(503, "ServiceUnavailable", "x", Retry_After="1"), Answer(201)) as server:
        client_of(server).create(CONFIG_MAP, {})
    assert len(server.asked) == 2


def test_503_without_end_is_a_server_failure() -> None:
    with (
        scripted(*[Answer(503, b"apiserver not ready")] * 6) as server,
        pytest.raises(errors.ServerFailure, match="not ready"),
    ):
        client_of(server).get(CONFIG_MAP, "n", "a")
    assert len(server.asked) == 4


@pytest.mark.parametrize("cut", [-1, 4])
def test_a_connection_that_dies_is_made_anew_for_what_can_be_repeated(cut: int) -> None:
    dying = Answer(body={"half": "an answer"}, cut=cut)
    obj = {"metadata": {"name": "a", "namespace": "n"}}
    with scripted(dying, Answer(body={"ok": 1})) as server:
        assert client_of(server).apply(CONFIG_MAP, obj, field_manager="m") == {"ok": 1}
    assert len(server.asked) == 2
    with scripted(dying, Answer(body={"ok": 1})) as server, pytest.raises(errors.Unreachable):
        client_of(server).create(CONFIG_MAP, obj)
    assert len(server.asked) == 1


def test_a_patch_is_repeated_only_behind_a_test() -> None:
    test = {"op": "test", "path": "/metadata/resourceVersion", "value": "1"}
    with scripted(CUT, Answer()) as server:
        client_of(server).json_patch(CONFIG_MAP, "n", "a", [test])
    assert len(server.asked) == 2
    with scripted(CUT, Answer()) as server, pytest.raises(errors.Unreachable):
        client_of(server).json_patch(CONFIG_MAP, "n", "a", [{"op": "add", "path": "/x/-", "value": 1}])
    assert len(server.asked) == 1


def test_a_server_that_always_hangs_up_is_unreachable_in_plain_words() -> None:
    with scripted(*[CUT] * ATTEMPTS) as server, pytest.raises(errors.Unreachable) as caught:
        client_of(server).get(CONFIG_MAP, "n", "a")
    assert len(server.asked) == ATTEMPTS
    assert "object at 0x" not in str(caught.value)
    assert server.url in str(caught.value)


def test_a_refused_connection_is_unreachable_in_plain_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(errors.Unreachable) as caught:
        connect({"host": address, "api_key": TOKEN}, {}).server_version()
    text = str(caught.value)
    assert text.startswith(f"{address}: ")
    assert "refused" in text and "Check that the API server runs" in text
    assert "object at 0x" not in text and TOKEN not in text


def test_tls_to_a_server_without_it_is_unreachable_at_once(pauses: list[float]) -> None:
    with scripted() as server, pytest.raises(errors.Unreachable, match="(?i)ssl"):
        connect({"host": server.url.replace("http:", "https:"), "api_key": TOKEN}, {}).server_version()
    assert pauses == []


CAUSES = [{"reason": "FieldManagerConflict", "message": 'conflict with "kubectl" using v1', "field": ".data.k"}]


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (status(401, "Unauthorized", "Unauthorized"), errors.Unauthorized, "Renew the credentials"),
        (status(403, "Forbidden", 'configmaps is forbidden: User "eve" cannot list resource "configmaps"'), errors.AccessDenied, "Grant that permission"),
        (status(403, "Forbidden", "pods is forbidden: exceeded quota: team"), errors.Forbidden, "exceeded quota: team"),
        (status(404, "NotFound", 'configmaps "a" not found'), errors.NotFound, "not found"),
        (Answer(404, b"404 page not found\n"), errors.NotFound, "404 page not found"),
        (status(409, "Conflict", "Apply failed with 1 conflict", CAUSES), errors.Conflict, "1 conflict"),
        (status(422, "Invalid", "spec.x is invalid", [{"reason": "FieldValueInvalid", "message": "m", "field": "spec.x"}]), errors.Invalid, "spec.x"),
        (status(400, "BadRequest", "unknown field"), errors.Invalid, "unknown field"),
        (status(500, "InternalError", "failed calling webhook"), errors.ServerFailure, "webhook"),
        (status(403, "Forbidden", "configmaps \"a\" is forbidden: unable to create new content in namespace team because it is being terminated", [{"reason": "NamespaceTerminating", "message": "", "field": ""}]), errors.NamespaceTerminating, "Wait until it is gone, then run again; to complete the deletion of a tenant: ansible localhost -m ml_platform.seldon.tenant_drain -a namespace=team"),
        (Answer(302, b"<a href=/login>", (("Location", "https://u:p@login.example/x?y"),)), errors.Redirected, "redirect to https://login.example, which is not followed"),
        (status(403, "Forbidden", 'forbidden: User "system:anonymous" cannot get path "/api"'), errors.Anonymous, "Grant nothing to system:anonymous"),
        (Answer(200, b"<html>hello</html>"), errors.KubeError, "Kubernetes API server"),
        (Answer(200, b"[1]"), errors.KubeError, "Kubernetes API server"),
        (Answer(200, b""), errors.KubeError, "Kubernetes API server"),
        (Answer(500, b"\xff\xfe"), errors.ServerFailure, "500"),
        (Answer(500, b'"text"'), errors.ServerFailure, "500"),
    ],
)  # fmt: skip
def test_each_refusal_is_an_error_of_its_own(answer: Answer, kind: type[errors.KubeError], text: str) -> None:
    with scripted(answer) as server, pytest.raises(errors.KubeError) as caught:
        client_of(server).get(CONFIG_MAP, "n", "a")
    assert type(caught.value) is kind
    assert text in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert len(server.asked) == 1


def test_a_conflict_knows_whether_it_is_about_ownership() -> None:
    with scripted(
        status(409, "Conflict", "x", CAUSES), status(409, "Conflict", "the object has been modified")
    ) as server:
        client = client_of(server)
        for expected in (True, False):
            with pytest.raises(errors.Conflict) as caught:
                client.get(CONFIG_MAP, "n", "a")
            assert caught.value.is_about_ownership is expected


def test_discovery_is_two_requests_and_old_servers_are_told_apart() -> None:
    resource = {"resource": "configmaps", "responseKind": {"kind": "ConfigMap"}, "scope": "Namespaced"}
    core = {"kind": "APIGroupDiscoveryList", "items": [{"versions": [{"version": "v1", "resources": [resource]}]}]}
    with scripted(Answer(body=core), Answer(body={"kind": "APIGroupDiscoveryList"})) as server:
        assert client_of(server).discover().find("v1", "ConfigMap") == CONFIG_MAP
    assert server.lines == ["GET /api", "GET /apis"]
    assert server.asked[0].headers["accept"][0].startswith("application/json;g=apidiscovery.k8s.io;v=v2")
    with (
        scripted(Answer(body={"kind": "APIVersions"}), Answer(body={})) as server,
        pytest.raises(errors.KubeError, match="1.27"),
    ):
        client_of(server).discover()


def test_impersonation_sends_one_line_a_group() -> None:
    with scripted(Answer(body={"gitVersion": "v1"})) as server:
        client_of(server, impersonate_user="eve", impersonate_groups=["a", "b"]).server_version()
    assert server.asked[0].headers["impersonate-user"] == ["eve"]
    assert server.asked[0].headers["impersonate-group"] == ["a", "b"]


def test_a_handshake_that_was_garbled_on_the_way_is_tried_once_more(pauses: list[float]) -> None:
    alert = bytes((21, 3, 1, 0, 2, 2, 50))  # TLS alert: fatal, decode_error
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            for _attempt in range(2):
                connection, _peer = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(alert)

        thread = threading.Thread(target=refuse)
        thread.start()
        with pytest.raises(errors.Unreachable, match="DECODE_ERROR"):
            connect({"host": f"https://127.0.0.1:{server.getsockname()[1]}", "api_key": TOKEN}, {}).server_version()
        thread.join()
    assert len(pauses) == 1
