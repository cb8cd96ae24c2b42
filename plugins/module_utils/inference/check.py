# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module ``inference_check``: its one call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..kube.client import KubeClient
from ..kube.connection import connect, require_libraries
from ..kube.errors import Invalid
from ..kube.process import ENVIRON
from . import routes
from .judge import judge
from .measure import Effort, measure
from .message import Exchange, Request
from .objects import read_candidates
from .options import MOST_REQUESTS, Question, Via, read_options
from .payload import LARGEST, read_payload, write_payload
from .report import as_data, report
from .split import requests_needed
from .target import Candidates, Kind
from .text import as_text, message


def run_inference_check(
    params: Mapping[str, Any], environ: Mapping[str, str] = ENVIRON, *, check_mode: bool = False
) -> dict[str, Any]:
    """The module's result; one that did not pass has ``failed`` and ``msg``. Raises KubeError."""
    question = read_options(params)
    body = _payload(params)
    if check_mode:
        return {"changed": False, "skipped": True, "msg": "the payload is a V2 request; in check mode nothing is sent"}
    client = _client(question, params, environ)
    candidates, notes = _candidates(client, question)
    requests = question.requests or _requests(question, candidates)
    prefix = question.url.path.rstrip("/")
    request = Request(prefix + question.target.path, {**question.url_headers, **question.target.headers}, body)
    connections = min(question.concurrency, requests)
    measured = measure(
        _exchanges(client, question, params, connections),
        request,
        Effort(requests, question.request_timeout, question.timeout),
        lambda sample: judge(sample, question.target, candidates, question.expectation),
    )
    found = report(question, candidates, requests, measured, notes)
    result = {"changed": False, **as_data(found), "text": "\n".join(as_text(found))}
    return {**result, "failed": True, "msg": message(found)} if found.fails else result


def _payload(params: Mapping[str, Any]) -> bytes:
    if params["src"] is None:
        return write_payload(params["payload"], "payload")
    source = Path(params["src"])
    try:
        with source.open("rb") as file:
            return read_payload(file.read(LARGEST + 1), str(source))
    except OSError as problem:
        raise Invalid(f"src: {source} cannot be read: {problem.strerror}. Name a file with a V2 request") from None


def _client(question: Question, params: Mapping[str, Any], environ: Mapping[str, str]) -> KubeClient | None:
    if not question.asks_cluster:
        return None
    require_libraries()
    return connect(params, environ, connections=question.concurrency + 1)


def _candidates(client: KubeClient | None, question: Question) -> tuple[Candidates, list[str]]:
    """Weights that are given say who may answer; else the cluster does, and without one only the target may."""
    if question.weights is not None:
        return Candidates(Kind.MODEL, question.weights), []
    if client is None:
        return Candidates.only(question.target), []
    return read_candidates(client, question.namespace, question.target)


def _requests(question: Question, candidates: Candidates) -> int:
    """One, or what judging a split takes."""
    if question.target.kind is not Kind.EXPERIMENT or question.expectation.status >= 300:
        return 1
    return min(requests_needed(candidates.weights, question.precision), MOST_REQUESTS)


def _exchanges(
    client: KubeClient | None, question: Question, params: Mapping[str, Any], connections: int
) -> list[Exchange]:
    if client is None or question.via is Via.URL:
        return routes.by_url(question.url, params["url_ca_cert"], connections)
    if question.via is Via.PROXY:
        return routes.by_proxy(client, question.namespace, connections)
    return routes.by_port_forward(client, question.namespace, connections)
