# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results of the inference requests: latency, and the measured traffic split compared with its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .element import Markup, element
from .index import Part
from .table import table
from .words import counted, state

_WIDTH = 320
_TITLES = {"min_ms": "min", "p50_ms": "p50", "p90_ms": "p90", "p99_ms": "p99", "max_ms": "max"}


def inference(checks: Iterable[Part]) -> Markup:
    """One entry per Model, Pipeline or Experiment."""
    return element("ul", [_check(check) for check in checks], class_="f")


def _check(check: Part) -> Markup:
    asked = check["requests"]
    said = (
        f"{asked.get('succeeded', 0)} of {asked.get('sent', 0)} answered as expected"
        if asked.get("sent")
        else "no request was sent"
    )
    if asked.get("asked", 0) != asked.get("sent", 0):
        said += f"; {asked.get('asked', 0)} were planned"
    problem = check["error"] or _failures(check)
    return element(
        "li",
        element(
            "p",
            state(check["verdict"]),
            " ",
            element("strong", f"{check['kind']} {check['name']}"),
            element("small", f" {said}"),
        ),
        element("p", problem) if problem else None,
        _latency(check["latency"]) if check["latency"] else None,
        _split(check["split"]) if check["split"] else None,
        [element("p", note, class_="m") for note in check["notes"]],
    )


def _latency(latency: Mapping[str, float]) -> Markup:
    """From the fastest to the slowest as a line, p50 to p90 as a bar, p50 and p99 as ticks."""
    given = {key: float(latency[key]) for key in _TITLES if key in latency}
    scale = _WIDTH / max(*given.values(), 0.001)
    at = {key: round(value * scale) for key, value in given.items()}
    words = ", ".join(f"{_TITLES[key]} {_ms(value)}" for key, value in given.items())
    line = f"M{at['min_ms']} 13H{at['max_ms']}" if {"min_ms", "max_ms"} <= at.keys() else ""
    ticks = "".join(f"M{at[key]} 6v14" for key in ("p50_ms", "p99_ms") if key in at)
    between = {"p50_ms", "p90_ms"} <= at.keys()
    middle = element("rect", x=at["p50_ms"], width=max(2, at["p90_ms"] - at["p50_ms"])) if between else None
    return element(
        "p",
        element("svg", middle, element("path", d=line + ticks), class_="l", aria_hidden="true"),
        element("small", " latency ", words),
    )


def _ms(value: float) -> str:
    return f"{value:g} ms"


def _split(split: Part) -> Markup:
    rows = [
        (candidate["name"], _interval(candidate), candidate["weight"], _percent(candidate["expected"]), _percent(candidate["observed"]),
         f"{_number(candidate['lower'])} to {_percent(candidate['upper'])}", candidate["served"])
        for candidate in split["candidates"]
    ]  # fmt: skip
    needed = (
        f"; it takes {counted(split['requests_needed'], 'answer')} to detect a deviation of {_percent(split['tolerance'])}"
        if split["verdict"] == "too_few"
        else ""
    )
    head = element(
        "p",
        "Traffic split: ",
        state(split["verdict"]),
        element("small", f" at a confidence of {_percent(split['confidence'])}{needed}"),
    )
    return element(
        "div",
        head,
        table(
            "Traffic split",
            ("Candidate", "0 to 100 %", "Weight", "Expected", "Observed", "True share", "Answers"),
            rows,
        ),
    )


def _interval(candidate: Part) -> Markup:
    """The interval as a bar, the expected share as a line, the observed one as a dot."""
    lower, upper, expected, observed = (
        round(160 * min(1.0, max(0.0, float(candidate[key]))), 1) for key in ("lower", "upper", "expected", "observed")
    )
    drawn = (
        element("rect", x=f"{lower:g}", width=f"{max(1.0, upper - lower):g}"),
        element("path", d=f"M{expected:g} 1v16"),
        element("circle", cx=f"{observed:g}", cy=9, r=3),
    )
    return element("svg", drawn, class_="l ci", aria_hidden="true")


def _percent(share: float) -> str:
    return f"{_number(share)} %"


def _number(share: float) -> str:
    return f"{round(100 * float(share), 1):g}"


def _failures(check: Part) -> str:
    """Each problem and how often it happened."""
    return "; ".join(f"{failure['problem']} ({counted(failure['count'], 'time')})" for failure in check["failures"])
