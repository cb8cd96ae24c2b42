# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sends the requests, and judges the answers."""

from __future__ import annotations

from typing import Any

from ..kube.client import KubeClient
from . import routes
from .judge import judge
from .measure import Effort, measure
from .message import Exchange, Request
from .objects import read_candidates
from .options import MOST_REQUESTS, Question, Via
from .report import as_data, report
from .split import requests_needed
from .target import Candidates, Kind
from .text import as_text, message


def inference_check(client: KubeClient | None, question: Question, body: bytes, ca_cert: str | None) -> dict[str, Any]:
    """The result as plain data; one that did not pass has ``failed`` and ``msg``. Raises KubeError.

    ``body`` is the payload of each request, ``ca_cert`` the file by which an address of the mesh is verified.
    """
    candidates, notes = _candidates(client, question)
    requests = question.requests or _requests(question, candidates)
    prefix = question.url.path.rstrip("/")
    request = Request(prefix + question.target.path, {**question.url_headers, **question.target.headers}, body)
    connections = min(question.concurrency, requests)
    measured = measure(
        _exchanges(client, question, ca_cert, connections),
        request,
        Effort(requests, question.request_timeout, question.timeout),
        lambda sample: judge(sample, question.target, candidates, question.expectation),
    )
    outcome = report(question, candidates, requests, measured, notes)
    result = {"changed": False, **as_data(outcome), "text": "\n".join(as_text(outcome))}
    return {**result, "failed": True, "msg": message(outcome)} if outcome.fails else result


def _candidates(client: KubeClient | None, question: Question) -> tuple[Candidates, list[str]]:
    """(candidates, notes): from the given weights, else from the cluster; without a cluster only the target."""
    if question.weights is not None:
        return Candidates(Kind.MODEL, question.weights), []
    if client is None:
        return Candidates.only(question.target), []
    return read_candidates(client, question.namespace, question.target)


def _requests(question: Question, candidates: Candidates) -> int:
    """The number of requests: 1, or as many as are needed to judge a split."""
    if question.target.kind is not Kind.EXPERIMENT or question.expectation.status >= 300:
        return 1
    return min(requests_needed(candidates.weights, question.precision), MOST_REQUESTS)


def _exchanges(client: KubeClient | None, question: Question, ca_cert: str | None, connections: int) -> list[Exchange]:
    if client is None or question.via is Via.URL:
        return routes.by_url(question.url, ca_cert, connections)
    if question.via is Via.PROXY:
        return routes.by_proxy(client, question.namespace, connections)
    return routes.by_port_forward(client, question.namespace, connections)
