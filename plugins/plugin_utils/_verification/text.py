# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A verification in at most 30 lines, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FINDINGS, UNSEEN, ANSWERS = 9, 4, 5
"""Lines of each that are shown."""
_STATES = {"met": "ok", "missed": "NOT MET", "unknown": "unknown"}


def as_text(document: Mapping[str, Any]) -> list[str]:
    """Lines, the verdict last."""
    tenants = document["tenants"]
    counts = ", ".join(f"{number} {severity}" for severity, number in document["counts"].items() if number) or "none"
    waived = f"; {len(document['waived'])} waived" if document["waived"] else ""
    return [
        f"{document['cluster']}: {len(tenants)} tenant{'' if len(tenants) == 1 else 's'}, findings: {counts}{waived}",
        *_metrics(document),
        *_answers(tenants),
        *_few([_finding(one) for one in document["findings"]], FINDINGS),
        *_few([f"unknown   {one['what']}: {one['reason']}" for one in document["unseen"]], UNSEEN),
        f"verdict: {document['verdict']}"
        + (f"; fails for {' and '.join(document['fails'])}" if document["fails"] else ""),
    ]


def _metrics(document: Mapping[str, Any]) -> Iterator[str]:
    for name, metric in document["metrics"].items():
        value = "unknown" if metric["value"] is None else f"{metric['value']} {metric['unit']}"
        yield f"  {name.replace('_', ' '):30} {value:12} (target {metric['target']})  {_STATES[metric['state']]}"


def _answers(tenants: list[Mapping[str, Any]]) -> list[str]:
    lines = []
    for tenant in tenants:
        for answer in tenant["inference"]:
            requests = answer["requests"]
            said = answer["error"] or f"{requests['succeeded']} of {requests['asked']} answered as expected"
            times = (
                f", p50 {answer['latency']['p50_ms']:.1f} ms, p99 {answer['latency']['p99_ms']:.1f} ms"
                if answer["latency"]
                else ""
            )
            split = f", split {answer['split']['verdict'].replace('_', ' ')}" if answer["split"] else ""
            lines.append(f"  {answer['kind']} {tenant['name']}/{answer['name']}: {said}{times}{split}")
    return _few(lines, ANSWERS)


def _finding(one: Mapping[str, Any]) -> str:
    field = f" {one['field']}" if one["field"] else ""
    return f"{one['severity']:9} {one['rule']} {one['object']}{field}: {one['evidence']}"


def _few(lines: list[str], most: int) -> list[str]:
    return (
        lines if len(lines) <= most else [*lines[: most - 1], f"  and {len(lines) - most + 1} more; the report has all"]
    )
