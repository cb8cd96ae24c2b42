# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``inference_check``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect, require_libraries
from ..kube.errors import Invalid
from ..kube.invocation import Invocation
from .check import inference_check
from .options import FailOn, Via, read_options
from .payload import LARGEST, read_payload, write_payload
from .target import Kind

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespace": {"type": "str", "required": True},
    "kind": {"type": "str", "choices": [kind.value for kind in Kind], "default": "Model"},
    "name": {"type": "str", "required": True},
    "payload": {"type": "dict"},
    "src": {"type": "path"},
    "via": {"type": "str", "choices": [via.value for via in Via], "default": "port_forward"},
    "url": {"type": "str"},
    "url_headers": {"type": "dict", "default": {}, "no_log": True},
    "url_ca_cert": {"type": "path"},
    "requests": {"type": "int"},
    "concurrency": {"type": "int", "default": 1},
    "request_timeout": {"type": "float", "default": 10.0},
    "timeout": {"type": "float", "default": 300.0},
    "expect_status": {"type": "int", "default": 200},
    "expect_outputs": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"name": {"type": "str"}, "datatype": {"type": "str"}, "shape": {"type": "list", "elements": "int"}},
    },
    "weights": {"type": "dict"},
    "confidence": {"type": "float", "default": 0.999},
    "split_tolerance": {"type": "float", "default": 0.1},
    "fail_on": {"type": "str", "choices": [choice.value for choice in FailOn], "default": "deviates"},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {
    "mutually_exclusive": [("payload", "src")],
    "required_one_of": [("payload", "src")],
    "required_if": [("via", "url", ["url"])],
}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``. Raises KubeError."""
    question = read_options(params)
    body = _payload(params)
    if invocation.check_mode:
        return {"changed": False, "skipped": True, "msg": "the payload is a V2 request; in check mode nothing is sent"}
    client = None
    if question.asks_cluster:
        require_libraries()
        client = connect(params, invocation.environ, connections=question.concurrency + 1)
    return inference_check(client, question, body, params["url_ca_cert"])


def _payload(params: Mapping[str, Any]) -> bytes:
    if params["src"] is None:
        return write_payload(params["payload"], "payload")
    source = Path(params["src"])
    try:
        with source.open("rb") as file:
            return read_payload(file.read(LARGEST + 1), str(source))
    except OSError as problem:
        raise Invalid(f"src: {source} cannot be read: {problem.strerror}. Name a file with a V2 request") from None
