# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.docs_tables [--write]

The tables of the documentation that are made from the rules in the code. Without --write it prints the documents whose
tables differ; exit code 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / ".collections"), str(ROOT)]

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.options import GuardOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.rules import all_rules
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import RESERVED, RULES
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.measures import (
    DEPENDENCIES,
    ERRORS,
    MEASURES,
    MODELS,
    UTILISATION,
)

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table of a document; it is found by its ``header``."""

    document: str
    header: Row
    rows: Sequence[Row]

    @property
    def path(self) -> Path:
        return ROOT / self.document

    def lines(self) -> list[str]:
        """As Markdown."""
        return [_line(self.header), "|---" * len(self.header) + "|", *map(_line, self.rows)]

    def put_into(self, text: str) -> str:
        """The text with this table in the place of the one that it has. Raises ValueError if it has none, or several."""
        lines = text.split("\n")
        starts = [number for number, line in enumerate(lines) if line == _line(self.header)]
        if len(starts) != 1:
            raise ValueError(f"{self.document} has {len(starts)} tables with the header {_line(self.header)}")
        [start] = starts
        end = next(number for number, line in enumerate(lines) if number > start and not line.startswith("|"))
        return "\n".join([*lines[:start], *self.lines(), *lines[end:]])


def tables() -> Iterator[Table]:
    """All of them."""
    yield Table("docs/audit.md", ("metric", "counts", "target", "unknown when"), list(_metrics()))
    yield Table("docs/audit.md", ("id", "severity", "what", "why", "repair"), sorted(_audit_rules()))
    yield Table("docs/scoping-guard.md", ("rule", "name", "refuses", "why", "default"), list(_guard_rules()))


def _metrics() -> Iterator[Row]:
    counts = {
        MODELS: "Models in tenants' namespaces, in percent of all Models",
        UTILISATION: "the highest use of any key of any quota, in percent, rounded up",
    }
    unknown = {
        DEPENDENCIES: "a kind that those rules read cannot be read",
        MODELS: "Models or Namespaces cannot be read",
        ERRORS: "a Seldon kind, Namespaces, Pods, Events or an operator's log cannot be read",
        UTILISATION: "a quota cannot be read or is not counted",
    }
    for metric, (_unit, target) in MEASURES.items():
        *ids, last = [rule.id for rule in RULES.values() if rule.metric == metric] or [""]
        counted = counts.get(metric) or f"findings of {', '.join(ids)} and {last}"
        yield f"`{metric}`", counted, target, unknown[metric]


def _audit_rules() -> Iterator[Row]:
    for rule in RULES.values():
        yield rule.id, rule.severity.value, rule.title, rule.why, rule.repair
    for identifier, title in RESERVED.items():
        yield identifier, "", f"reserved for strategy `mirror`: {title}", "", ""


def _guard_rules() -> Iterator[Row]:
    always = {rule.id for rule in all_rules(GuardOptions())}
    for rule in all_rules(GuardOptions(registries=("registry.example",))):
        default = "yes" if rule.id in always else "with `seldon_core_allowed_registries`"
        yield rule.id, f"`{rule.name}`", rule.title, rule.why, default if rule.default else "opt-in"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.docs_tables", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables into the documents")
    write = parser.parse_args().write
    stale = []
    for table in tables():
        text = table.path.read_text(encoding="utf-8")
        if table.put_into(text) == text:
            continue
        if write:
            table.path.write_text(table.put_into(text), encoding="utf-8")
        else:
            stale.append(table.document)
    for document in dict.fromkeys(stale):
        print(f"{document}: a table is not that of the code; run: python -m tests.docs_tables --write")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
