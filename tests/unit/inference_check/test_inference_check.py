# SPDX-License-Identifier: GPL-3.0-or-later
"""The check with servers that are slow, wrong, refusing, lying or hostile: it ends in time, reports the reason, and
sends no request twice.
"""

from __future__ import annotations

import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.payload import LARGEST
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation

from lab import pki
from tests.unit.inference_check.hostile_server import GOOD, Answer, HangUp, always, hostile, http

PAYLOAD = {"inputs": [{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}]}
ROUTED = {"x_seldon_route": ":m_1:"}


def options(**given: Any) -> dict[str, Any]:
    """Options as Ansible passes them."""
    source = {} if "src" in given else {"payload": PAYLOAD}
    validated = ArgumentSpecValidator(entry_point.ARGUMENT_SPEC, **entry_point.CONSTRAINTS).validate(
        {"namespace": "team", "name": "m", **source, **given}
    )
    assert not validated.error_messages, validated.error_messages
    return dict(validated.validated_parameters)


def check(answer: Answer, context: ssl.SSLContext | None = None, **given: Any) -> tuple[dict[str, Any], list[str]]:
    """The result, and the heads of the received requests."""
    with hostile(answer, context) as server:
        scheme = "https" if context else "http"
        result = entry_point.run(options(via="url", url=f"{scheme}://localhost:{server.port}", **given), Invocation({}))
        return result, server.requests


def failure(answer: Answer, **given: Any) -> str:
    result, requests = check(answer, **given)
    assert result["failed"]
    assert result["verdict"] == "failed"
    assert result["requests"]["sent"] == len(requests) == 1, "nothing is sent twice, and nothing after a first failure"
    return str(result["msg"])


def test_a_good_server() -> None:
    result, requests = check(always(http(GOOD, **ROUTED)), requests=3)
    assert not result.get("failed")
    assert result["verdict"] == "ok"
    assert result["requests"] == {"asked": 3, "sent": 3, "succeeded": 3}
    assert result["served"] == {"m": 3}
    assert result["split"] is None
    assert result["outputs"] == [{"name": "predict", "datatype": "INT64", "shape": [1]}]
    assert set(result["latency"]) == {"min_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms"}
    assert result["text"].startswith("Model m in team: ok\n  answers  3 of 3 as expected, by url\n  latency  min ")
    assert len(requests) == 3
    head = requests[0].lower()
    assert head.startswith("post /v2/models/m/infer http/1.1")
    assert "seldon-model: m" in head
    assert "content-type: application/json" in head
    assert "x-seldon-route" not in head, "it would pin a candidate"


def test_headers_of_the_user_are_sent_and_never_shown() -> None:
    result, requests = check(always(http(GOOD, **ROUTED)), url_headers={"Authorization": "Bearer hunter2"})
    assert "Authorization: Bearer hunter2" in requests[0]
    assert "hunter2" not in str(result)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (http(GOOD, "404 Not Found"), "404"),
        (http(b"", "404 Not Found"), "the mesh does not know Model m"),
        (http(b"no healthy upstream", "503 Service Unavailable"), "no replica serves Model m"),
        (
            http(b"", "302 Found", Location="http://127.0.0.1:1/"),
            "a redirect to http://127.0.0.1:1/, which is not followed",
        ),
        (http({**GOOD, "model_name": "other_1"}, **ROUTED), "the answer's model_name is 'other_1'"),
        (http(GOOD, x_seldon_route=":other_1:"), "answered by other; expected m"),
        (
            http({**GOOD, "outputs": [{**GOOD["outputs"][0], "shape": [2]}]}, **ROUTED),
            "has 1 values, but shape [2] holds 2",
        ),
        (http(b'{"a": "\xc3\x28"}', **ROUTED), "is not UTF-8"),
        (http(b"<html>hello</html>", **ROUTED), "is not JSON"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "not JSON"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000 + b"\r\n\r\n", "the answer is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "closed before the answer was complete"),
    ],
)
def test_wrong_answers(data: bytes, said: str) -> None:
    def answer(connection: socket.socket, _number: int) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        raise HangUp

    assert said in failure(answer, requests=20)


def test_a_server_that_hangs_up() -> None:
    def before(_connection: socket.socket, _number: int) -> None:
        raise HangUp

    def within(connection: socket.socket, _number: int) -> None:
        connection.sendall(http(GOOD, **ROUTED)[:-10])
        raise HangUp

    assert "the connection was closed before the answer was complete" in failure(before, requests=20)
    assert "the connection was closed before the answer was complete" in failure(within, requests=20)


def test_one_failure_among_many_is_not_hidden() -> None:
    def third_hangs_up(connection: socket.socket, number: int) -> None:
        if number == 3:
            raise HangUp
        connection.sendall(http(GOOD, **ROUTED))

    result, requests = check(third_hangs_up, requests=5)
    assert result["failed"]
    assert result["requests"] == {"asked": 5, "sent": 5, "succeeded": 4}
    assert "1 of 5 requests failed" in result["msg"]
    assert len(requests) == 5


def test_servers_that_say_nothing_or_drip_end_in_time() -> None:
    def silent(_connection: socket.socket, _number: int) -> None:
        time.sleep(2)

    def drip(data: bytes) -> Answer:
        def answer(connection: socket.socket, _number: int) -> None:
            for byte in data:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)

        return answer

    for slow in (silent, drip(http(GOOD, **ROUTED)), drip(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200)):
        began = time.monotonic()
        assert "no complete answer within 0.3 s" in failure(slow, request_timeout=0.3, requests=9)
        assert time.monotonic() - began < 1.5


def test_the_time_for_all_requests_is_kept() -> None:
    def slow(connection: socket.socket, _number: int) -> None:
        time.sleep(0.05)
        connection.sendall(http(GOOD, **ROUTED))

    result, requests = check(slow, requests=1000, timeout=0.6, request_timeout=5)
    assert result["failed"]
    assert result["requests"]["sent"] == len(requests) < 20
    assert "Raise" in result["msg"]


def test_an_endless_answer_is_cut_off() -> None:
    def endless(connection: socket.socket, _number: int) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _part in range(LARGEST // 65536 + 100):
            connection.sendall(b" " * 65536)

    assert "larger than 16 MiB" in failure(endless)


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = entry_point.run(options(via="url", url=f"http://localhost:{port}", requests=9), Invocation({}))
    assert f"localhost:{port}: nothing listens there" in result["msg"]


def test_names_that_do_not_resolve() -> None:
    result = entry_point.run(options(via="url", url="http://mesh.invalid"), Invocation({}))
    assert "mesh.invalid: the name does not resolve" in result["msg"] or "mesh.invalid: " in result["msg"]


def test_certificates(tmp_path: Path) -> None:
    authority = pki.Authority(tmp_path / "pki")
    pair = authority.server("mesh", ["localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    trusted = str(authority.pair.certificate)
    result, _requests = check(always(http(GOOD, **ROUTED)), context, url_ca_cert=trusted, requests=2)
    assert result["verdict"] == "ok"
    result, _requests = check(always(http(GOOD, **ROUTED)), context)
    assert "its certificate is not trusted" in result["msg"]
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = authority.server("other", ["elsewhere"])
    other.load_cert_chain(pair.certificate, pair.key)
    result, _requests = check(always(http(GOOD, **ROUTED)), other, url_ca_cert=trusted)
    assert "its certificate is not trusted: Hostname mismatch" in result["msg"]


def test_tls_where_there_is_none() -> None:
    with hostile(always(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        result = entry_point.run(
            options(via="url", url=f"https://localhost:{server.port}", request_timeout=0.5), Invocation({})
        )
    assert "TLS failed" in result["msg"] or "was closed" in result["msg"] or "no complete answer" in result["msg"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"namespace": "Team"}, "namespace: 'Team'"),
        ({"name": "a/b"}, "name: 'a/b' is not the name of a Model"),
        ({"via": "url", "url": "localhost:8080"}, "url: is not an address of the mesh"),
        ({"via": "url", "url": "http://[::1"}, "url: is not an address of the mesh"),
        ({"via": "url", "url": "http://h:99999"}, "url: is not an address of the mesh"),
        ({"via": "url", "url": "http://me:secret@h"}, "url: contains credentials"),
        ({"via": "url", "url": "http://h/v2/models/m/infer"}, "url: is more than the mesh's address"),
        ({"url": "http://h"}, "url: is for via=url only"),
        ({"url_headers": {"a": "b"}}, "url_headers: are for via=url only"),
        (
            {"via": "url", "url": "http://h", "url_headers": {"Seldon-Model": "x"}},
            "url_headers: Seldon-Model is set by the check itself",
        ),
        (
            {"via": "url", "url": "http://h", "url_headers": {"A": "b\r\nC: d"}},
            "characters that no HTTP header can hold",
        ),
        ({"requests": 0}, "requests: 0 is out of range"),
        ({"requests": 10_001}, "Expected 1 to 10000"),
        ({"concurrency": 33}, "concurrency"),
        ({"confidence": 1.0}, "confidence"),
        ({"split_tolerance": float("nan")}, "split_tolerance"),
        ({"weights": {"m": 1}}, "weights: are for an Experiment"),
        ({"kind": "Experiment", "weights": {"m": 1.5}}, "weights: the weight of m is 1.5"),
        ({"kind": "Experiment", "weights": {}}, "weights: no candidate has a weight above 0"),
        ({"payload": {"inputs": []}}, "payload: is not a V2 inference request"),
        ({"src": "/nowhere/payload.json"}, "src: /nowhere/payload.json cannot be read"),
        (
            {"via": "url", "url": "http://h", "url_ca_cert": "/nowhere/ca.crt"},
            "url: begins with http://, so url_ca_cert would be ignored",
        ),
        (
            {"via": "url", "url": "https://h", "url_ca_cert": "/nowhere/ca.crt"},
            "url_ca_cert: /nowhere/ca.crt cannot be used",
        ),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(given: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as caught:
        entry_point.run(options(**given), Invocation({"KUBECONFIG": "/nowhere"}))
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_check_mode_judges_the_payload_and_sends_nothing() -> None:
    with hostile(always(b"")) as server:
        given = options(via="url", url=f"http://localhost:{server.port}")
        assert entry_point.run(given, Invocation({}, check_mode=True))["skipped"]
        with pytest.raises(Invalid):
            entry_point.run({**given, "payload": {}}, Invocation({}, check_mode=True))
        assert server.requests == []


def splitting(weights: dict[str, int]) -> Answer:
    """Answers in a fixed rotation by weight, for every client."""
    turn = [name for name, weight in weights.items() for _one in range(weight)]
    count = [0]

    def answer(connection: socket.socket, _number: int) -> None:
        name = turn[count[0] % len(turn)]
        count[0] += 1
        connection.sendall(http({**GOOD, "model_name": f"{name}_1"}, x_seldon_route=f":{name}_1:"))

    return answer


def test_a_split_as_weighted_deviating_and_too_few() -> None:
    experiment = {"kind": "Experiment", "name": "ab", "weights": {"a": 8, "b": 2}}
    result, requests = check(splitting({"a": 8, "b": 2}), **experiment)
    assert result["verdict"] == result["split"]["verdict"].replace("as_weighted", "ok") == "ok"
    assert len(requests) == result["split"]["requests_needed"] == 223
    assert "seldon-model: ab.experiment" in requests[0].lower()
    result, _requests = check(splitting({"a": 1, "b": 1}), **experiment)
    assert (result["verdict"], result["failed"]) == ("deviates", True)
    assert "the traffic is not split by the weights: a 112 (50.2%" in result["msg"]
    result, _requests = check(splitting({"a": 8, "b": 2}), requests=10, **experiment)
    assert (result["verdict"], result.get("failed", False)) == ("too_few", False)
    result, _requests = check(splitting({"a": 8, "b": 2}), requests=10, fail_on="too_few", **experiment)
    assert "10 requests are too few to judge the split, 223 are needed" in result["msg"]


def test_a_mesh_that_does_not_know_the_experiment_fails_once() -> None:
    assert "the mesh does not know Experiment ab" in failure(
        always(http(b"", "404 Not Found")), kind="Experiment", name="ab", weights={"a": 1, "b": 1}
    )


def test_requests_at_once_are_all_counted() -> None:
    result, requests = check(
        splitting({"a": 8, "b": 2}), kind="Experiment", name="ab", weights={"a": 8, "b": 2}, requests=60, concurrency=4
    )
    assert result["requests"] == {"asked": 60, "sent": 60, "succeeded": 60}
    assert len(requests) == 60
