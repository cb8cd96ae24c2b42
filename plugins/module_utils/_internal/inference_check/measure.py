# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sends one request many times and keeps the judgement and the duration of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

from .judge import Judgement
from .message import Exchange, NoResponse, Request, Sample


@dataclass(frozen=True)
class Effort:
    """``requests`` in total. ``request_timeout``: seconds for one request; ``timeout``: seconds for all."""

    requests: int
    request_timeout: float
    timeout: float


@dataclass(frozen=True)
class Measured:
    """The result of one request. The answer itself is not kept: thousands of them can be large."""

    judgement: Judgement
    seconds: float


def measure(
    exchanges: Sequence[Exchange], request: Request, effort: Effort, judge: Callable[[Sample], Judgement]
) -> list[Measured]:
    """One result per request, in the order of sending; fewer than requested when the time was up.

    The first request is sent alone. If its judgement has a problem, no more are sent.
    """
    end = time.monotonic() + effort.timeout
    first = _send(exchanges[0], request, min(effort.request_timeout, effort.timeout), judge)
    if effort.requests == 1 or first.judgement.problem:
        return [first]
    tickets = count(1)

    def work(exchange: Exchange) -> list[tuple[int, Measured]]:
        done: list[tuple[int, Measured]] = []
        while (ticket := next(tickets)) < effort.requests and (left := end - time.monotonic()) > 0:
            done.append((ticket, _send(exchange, request, min(effort.request_timeout, left), judge)))
        return done

    with ThreadPoolExecutor(max_workers=len(exchanges)) as executor:
        numbered = [entry for part in executor.map(work, exchanges) for entry in part]
    return [first, *(measured for _ticket, measured in sorted(numbered, key=lambda entry: entry[0]))]


def _send(exchange: Exchange, request: Request, seconds: float, judge: Callable[[Sample], Judgement]) -> Measured:
    began = time.perf_counter()
    try:
        response = exchange(request, seconds)
    except NoResponse as problem:
        return Measured(judge(Sample(None, str(problem))), time.perf_counter() - began)
    elapsed = time.perf_counter() - began
    return Measured(judge(Sample(response, "")), elapsed)
