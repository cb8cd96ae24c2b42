# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Multi-Tenancy Benchmarks: each answer once with the tenants that it is true of, and at a tenant only what others
do not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .element import Child, Markup, element
from .index import Index, Part
from .table import table
from .words import chip, state

_Key = tuple[str, str]
_TENANT = "<tenant>"


class Answer(NamedTuple):
    """Of one check. ``why`` has ``<tenant>`` in the place of the tenant's name."""

    corrected: str
    written: str
    why: str
    by_design: str


@dataclass(frozen=True)
class Benchmarks:
    """``answers``: for each check, by its id and title, the tenants of every answer, the commonest first."""

    answers: Mapping[_Key, Sequence[tuple[Answer, Sequence[str]]]]

    def unusual(self, tenant: Part) -> list[Part]:
        """The tenant's checks that are answered otherwise than for most."""
        return [check for check in tenant["benchmarks"] if self.answers[_key(check)][0][0] != _answer(tenant, check)]


def benchmarks(index: Index) -> Benchmarks:
    """Of all tenants."""
    found: dict[_Key, dict[Answer, list[str]]] = {}
    for tenant in index.tenants:
        for check in tenant["benchmarks"]:
            found.setdefault(_key(check), {}).setdefault(_answer(tenant, check), []).append(tenant["name"])
    return Benchmarks(
        {key: sorted(answers.items(), key=lambda entry: -len(entry[1])) for key, answers in found.items()}
    )


def _key(check: Part) -> _Key:
    return check["id"], check["title"]


def _answer(tenant: Part, check: Part) -> Answer:
    name = tenant["name"]
    why = check["why"].replace(name, _TENANT) if name else check["why"]
    return Answer(check["corrected"], check["as_written"], why, check["by_design"])


def summary(index: Index, found: Benchmarks) -> Markup | None:
    """Every check with its answers."""
    if not found.answers:
        return None
    rows = [(_title(key), *_answers(index, answers)) for key, answers in found.answers.items()]
    twice = "Each check is answered twice: as the benchmarks have it written, and without its errors (corrected)."
    counts = (
        "A failed check is not a finding and does not fail a run: the rules find what endangers a tenant. "
        "A check that fails by design tests what the platform allows or keeps for itself."
    )
    return element(
        "section",
        element("h2", "Multi-Tenancy Benchmarks", id="benchmarks"),
        element("p", twice, f" {_TENANT} stands for the tenant's name."),
        element("p", counts),
        table("Benchmarks", ("Check", "Corrected", "As written", "Why", "Tenants"), rows),
        aria_labelledby="benchmarks",
    )


def _title(key: _Key) -> list[Child]:
    identifier, title = key
    return [title, element("small", identifier)]


def _answers(index: Index, answers: Sequence[tuple[Answer, Sequence[str]]]) -> list[Child]:
    shown = [
        (answer, ["all"] if len(names) == len(index.tenants) else index.tenant_links(names, 3))
        for answer, names in answers[:6]
    ]
    columns: list[list[Child]] = [
        [element("div", _corrected(answer)) for answer, _names in shown],
        [element("div", answer.written) for answer, _names in shown],
        [element("div", _why(answer)) for answer, _names in shown],
        [element("div", names) for _answered, names in shown],
    ]
    return [*columns]


def _corrected(answer: Answer) -> Markup:
    return chip("none", "fail by design") if answer.by_design else state(answer.corrected)


def _why(answer: Answer) -> list[Child]:
    return [answer.why, element("small", f"By design: {answer.by_design}") if answer.by_design else None]


def of_tenant(tenant: Part, unusual: Sequence[Part]) -> Markup:
    """The checks whose result differs from that of most tenants."""
    answers = [(check, _answer(tenant, check)._replace(why=check["why"])) for check in unusual]
    rows = [(_title(_key(check)), _corrected(answer), answer.written, _why(answer)) for check, answer in answers]
    link = element("a", "as for most tenants", href="#benchmarks")
    return element(
        "div",
        element("p", "All is ", link, " but:"),
        table("Unusual answers", ("Check", "Corrected", "As written", "Why"), rows),
    )
