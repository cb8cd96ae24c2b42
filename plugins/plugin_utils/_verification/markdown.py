# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The verification report as a comment on a pull request: GitHub's Markdown, the worst first, and never longer than
GitHub takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.readme.markdown import table
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.text import one_line

from .html.index import Index, Part
from .html.isolation import exposures
from .html.quota import highest
from .html.summary import METRICS, sentence, target
from .html.words import by_severity, counted, listed, word

LONGEST = 60_000
"""Characters; GitHub takes 65,536."""
_TENANTS = 12_000
_LIST = 5_000
_END = 500
_SHORT = 200
_HARMLESS = re.compile(r"\(?(?:[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,6})\)?[,;:.]?|%|[A-Z]{2}[0-9]{3}")
_COMMIT = re.compile(r"[0-9a-fA-F]{7,40}[,;:.]?")
_TICKS = re.compile("`+")


def as_markdown(document: Mapping[str, Any]) -> str:
    """At most 60,000 characters; omitted lines are counted at the end. Text from the cluster cannot format, link, mention
    or end a cell.
    """
    index = Index(document)
    head = [*_verdict(index), *_metrics(index), *_unseen(index)]
    exposed = exposures(index)
    wrong = [tenant for tenant in index.tenants if tenant["verdict"] != "ok" or _is_failing(tenant)]
    rows, left_tenants = _fitting(lambda tenant: _tenant(index, tenant, exposed[tenant["name"]].said), wrong, _TENANTS)
    tenants = (
        [
            "",
            "### Tenants",
            "",
            *table(("Tenant", "Findings", "Servers", "Quota", "Reached by", "Inference", "Drift"), rows),
        ]
        if rows
        else []
    )
    title = ["", "### Findings", "", *table(("Severity", "Rule", "Tenant", "Object", "Evidence", "Next step"), ())]
    found, left_findings = _fitting(
        _finding, document["findings"], LONGEST - _END - sum(len(line) + 1 for line in (*head, *title, *tenants))
    )
    findings = [*title, *table((), found)[2:]] if document["findings"] else []
    return "\n".join([*head, *findings, *tenants, "", *_end(index, len(wrong), left_findings, left_tenants), ""])


def text(said: str) -> str:
    """Words that are plain stay as they are; any other becomes code, in which nothing is a link, a mention, or HTML."""
    shown: list[str] = []
    odd: list[str] = []
    for one in one_line(said).split():
        if _HARMLESS.fullmatch(one) and not _COMMIT.fullmatch(one):
            shown += [*_code(odd), one]
            odd = []
        else:
            odd.append(one)
    return " ".join([*shown, *_code(odd)])


def _code(words: Sequence[str]) -> Iterator[str]:
    """A bar would end the cell even in code, so it is written as an entity, outside the code spans."""
    if words:
        yield "&#124;".join(_span(part) if part.strip() else "" for part in " ".join(words).split("|"))


def _span(code: str) -> str:
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(code)), default=0))
    space = " " if code[0] in "` " or code[-1] in "` " else ""
    return f"{fence}{space}{code}{space}{fence}"


def _short(said: str) -> str:
    return text(said if len(said) <= _SHORT else f"{said[:_SHORT]} …")


def _verdict(index: Index) -> list[str]:
    document = index.document
    lines = [
        f"## Verification of {_short(document['cluster'])}",
        "",
        f"**{sentence(index)}** {_short(document['verified_at'])}",
        "",
    ]
    if not document["fails"]:
        return [*lines, "This run passes."]
    return [*lines, "This run fails, because:", "", *_items(map(_short, document["fails"]))]


def _items(lines: Iterable[str]) -> list[str]:
    shown: list[str] = []
    left = 0
    for line in lines:
        if left or sum(map(len, shown)) + len(line) > _LIST:
            left += 1
        else:
            shown.append(f"- {line}")
    return shown + [f"- and {left} more"] * bool(left)


def _metrics(index: Index) -> list[str]:
    rows = [
        (METRICS.get(name) or _short(name), _value(metric), _short(target(metric)), _short(word(metric["state"])))
        for name, metric in index.document["metrics"].items()
    ]
    return ["", "### Success metrics", "", *table(("Metric", "Value", "Target", "State"), rows)]


def _value(metric: Mapping[str, Any]) -> str:
    return "unknown" if metric["value"] is None else f"{metric['value']}{' %' if metric['unit'] == 'percent' else ''}"


def _unseen(index: Index) -> list[str]:
    parts = index.document["unseen"]
    return (
        [
            "",
            "### Not checked",
            "",
            *_items(f"{_short(part['what'])}: {_short(part['reason'])}" for part in parts),
        ]
        if parts
        else []
    )


def _fitting(row: Callable[[Part], Sequence[str]], parts: Sequence[Part], most: int) -> tuple[list[Sequence[str]], int]:
    """The rows that are together no longer than so many characters, and how many are left out."""
    rows: list[Sequence[str]] = []
    length = 0
    for part in parts:
        cells = row(part)
        length += sum(len(cell) + 3 for cell in cells) + 2
        if length > most:
            break
        rows.append(cells)
    return rows, len(parts) - len(rows)


def _finding(finding: Part) -> Sequence[str]:
    where = _short(f"{finding['object']} {finding['field']}")
    tenant = _short(finding["tenant"]) or "the cluster"
    return (
        _short(finding["severity"]),
        _short(finding["rule"]),
        tenant,
        where,
        f"{_short(finding['title'])}: {_short(finding['evidence'])}",
        _short(finding["next_step"]),
    )


def _is_failing(tenant: Part) -> bool:
    return any(part["verdict"] not in ("ok", "not_sent") for part in (*tenant["servers"], *tenant["inference"])) or any(
        not line["within"] for line in tenant["quota"]
    )


def _tenant(index: Index, tenant: Part, reached_by: str) -> Sequence[str]:
    line = highest(tenant["quota"])
    drifted = len(index.drifted(tenant["name"])) + len(tenant["drift"]["objects"])
    return (
        _short(tenant["name"]),
        by_severity(tenant["counts"]) or _short(tenant["verdict"]),
        _tally(tenant["servers"]),
        f"{max(line['percent'], line['percent_after'] or 0)} %" if line else "",
        reached_by,
        _tally(tenant["inference"]),
        counted(drifted, "object") if drifted else "unknown" if tenant["drift"]["state"] == "unknown" else "",
    )


def _tally(parts: Sequence[Part]) -> str:
    verdicts = [part["verdict"] for part in parts]
    return ", ".join(f"{verdicts.count(verdict)} {_short(word(verdict))}" for verdict in dict.fromkeys(verdicts))


def _end(index: Index, wrong: int, findings: int, tenants: int) -> list[str]:
    waived, fine = len(index.document["waived"]), len(index.tenants) - wrong
    lines = [
        f"{counted(fine, 'tenant')} in order." if fine else "",
        f"{counted(waived, 'finding')} waived." if waived else "",
    ]
    left = [counted(number, one) for number, one in ((findings, "finding"), (tenants, "tenant")) if number]
    lines.append(f"**Left out here: {listed(left)}.** The HTML report has all of it." if left else "")
    return [" ".join(line for line in lines if line) or "Nothing is left out."]
