# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Multi-Tenancy Benchmarks: each answer once with the tenants that it is true of, and at a tenant only what others do not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .element import Child, Markup, element
from .index import Index, Part
from .table import table
from .words import state

_Key = tuple[str, str]
_Answer = tuple[str, str, str]
_TENANT = "<tenant>"


@dataclass(frozen=True)
class Benchmarks:
    """``answers``: for each check, by its id and title, the tenants of every answer, the commonest first.

    An answer has ``<tenant>`` where its reason has the tenant's name.
    """

    answers: Mapping[_Key, Sequence[tuple[_Answer, Sequence[str]]]]

    def unusual(self, tenant: Part) -> list[Part]:
        """The tenant's checks that are answered otherwise than for most."""
        return [check for check in tenant["benchmarks"] if self.answers[_key(check)][0][0] != _answer(tenant, check)]


def benchmarks(index: Index) -> Benchmarks:
    """Of all tenants."""
    found: dict[_Key, dict[_Answer, list[str]]] = {}
    for tenant in index.tenants:
        for check in tenant["benchmarks"]:
            found.setdefault(_key(check), {}).setdefault(_answer(tenant, check), []).append(tenant["name"])
    return Benchmarks(
        {key: sorted(answers.items(), key=lambda entry: -len(entry[1])) for key, answers in found.items()}
    )


def _key(check: Part) -> _Key:
    return check["id"], check["title"]


def _answer(tenant: Part, check: Part) -> _Answer:
    name = tenant["name"]
    return check["corrected"], check["as_written"], check["why"].replace(name, _TENANT) if name else check["why"]


def summary(index: Index, found: Benchmarks) -> Markup | None:
    """Every check with its answers."""
    if not found.answers:
        return None
    rows = [(_title(key), *_answers(index, answers)) for key, answers in found.answers.items()]
    said = "Each check is answered twice: as the benchmarks have it written, and without its errors. The corrected answer is the one that counts."
    return element(
        "section",
        element("h2", "Multi-Tenancy Benchmarks", id="benchmarks"),
        element("p", said, f" {_TENANT} stands for the tenant's name."),
        table("Benchmarks", ("Check", "Corrected", "As written", "Why", "Tenants"), rows),
        aria_labelledby="benchmarks",
    )


def _title(key: _Key) -> list[Child]:
    identifier, title = key
    return [title, element("small", identifier)]


def _answers(index: Index, answers: Sequence[tuple[_Answer, Sequence[str]]]) -> list[Child]:
    shown = [
        (answer, ["all"] if len(names) == len(index.tenants) else index.tenant_links(names, 3))
        for answer, names in answers[:6]
    ]
    columns: list[list[Child]] = [
        [element("div", state(corrected)) for (corrected, _written, _why), _names in shown],
        [element("div", written) for (_corrected, written, _why), _names in shown],
        [element("div", why) for (_corrected, _written, why), _names in shown],
        [element("div", names) for _answer_, names in shown],
    ]
    return [*columns]


def of_tenant(unusual: Sequence[Part]) -> Markup:
    """What is otherwise than for most tenants."""
    rows = [(_title(_key(check)), state(check["corrected"]), check["as_written"], check["why"]) for check in unusual]
    link = element("a", "as for most tenants", href="#benchmarks")
    return element(
        "div",
        element("p", "All is ", link, " but:"),
        table("Unusual answers", ("Check", "Corrected", "As written", "Why"), rows),
    )
