# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of results, compared with the targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from .contenders import APPLYSET, BARE, CONTENDERS, KUBECTL, KUBERNETES_CORE, Contender
from .measure import Cost

FIRST, AGAIN = "first run", "unchanged re-run"


@dataclass(frozen=True)
class Key:
    """The identity of a measurement: `run` is FIRST or AGAIN."""

    tenants: int
    run: str
    contender: str


@dataclass(frozen=True)
class Sample:
    """One measurement. `others` is the share of the machine that unrelated processes used, 0 to 1; `requests` counts by
    verb what the client asked, `writes` those that ask to store something.
    """

    objects: int
    cost: Cost
    server_cpu: float
    others: float
    requests: Mapping[str, int]
    writes: int
    problem: str = ""


Samples = Mapping[Key, Sequence[Sample]]


@dataclass(frozen=True)
class Target:
    """With this number of tenants, `ours` takes at most `at_most` times the seconds of `peer`."""

    tenants: int
    run: str
    peer: Contender
    at_most: float


TARGETS = (
    Target(100, FIRST, KUBERNETES_CORE, 1 / 3),
    Target(100, FIRST, KUBECTL, 1 / 6),
    Target(100, AGAIN, KUBERNETES_CORE, 1 / 8),
    Target(100, AGAIN, KUBECTL, 1 / 8),
    Target(100, FIRST, BARE, 3),
)
_LEGEND = """x NAME: seconds as a multiple of NAME's; below 1 is faster.  cpu s: of the client.  server cpu: of kube-apiserver and etcd, in s.
others: share of the machine that was busy with something else; where it is high or differs, compare cpu rather than seconds.
MiB largest, all: peak memory of the largest process, and of all together."""
PEERS = (KUBERNETES_CORE, KUBECTL, BARE)


def render(samples: Samples) -> str:
    """One table with medians over the rounds, then the targets."""
    lines = []
    for tenants in sorted({key.tenants for key in samples}):
        for run in (FIRST, AGAIN):
            rows = [
                (contender, samples[key])
                for contender in CONTENDERS
                if (key := Key(tenants, run, contender.name)) in samples
            ]
            if rows:
                lines += ["", *_block(tenants, run, rows)]
    return "\n".join([*lines, "", *_targets(samples)])


def _block(tenants: int, run: str, rows: Sequence[tuple[Contender, Sequence[Sample]]]) -> list[str]:
    objects, rounds = rows[0][1][0].objects, len(rows[0][1])
    head = f"{tenants} tenant{'s' if tenants > 1 else ''}, {objects} objects, {run}, median of {rounds} round{'s' if rounds > 1 else ''}"
    peers = [contender for contender, _ in rows if contender in PEERS]
    seconds = {contender: median(sample.cost.seconds for sample in found) for contender, found in rows}
    columns = [
        "seconds",
        "objects/s",
        *(f"x {peer.name}" for peer in peers),
        "cpu s",
        "server cpu",
        "others",
        "MiB largest",
        "MiB all",
        "requests",
    ]
    table = [["", *columns]]
    for contender, found in rows:
        table.append(
            [
                contender.title + (" (FAILED)" if any(sample.problem for sample in found) else ""),
                f"{seconds[contender]:.2f}",
                f"{objects / seconds[contender]:.0f}",
                *("" if peer is contender else f"{seconds[contender] / seconds[peer]:.2f}" for peer in peers),
                f"{median(sample.cost.cpu for sample in found):.2f}",
                f"{median(sample.server_cpu for sample in found):.2f}",
                f"{median(sample.others for sample in found):.0%}",
                f"{median(sample.cost.largest for sample in found):.0f}",
                f"{median(sample.cost.tree for sample in found):.0f}",
                _requests(found[-1]),
            ]
        )
    return [head, *_aligned(table)]


def _requests(sample: Sample) -> str:
    counted = ", ".join(f"{count} {verb}" for verb, count in sorted(sample.requests.items()))
    return f"{sum(sample.requests.values())}: {counted}; {sample.writes} writes"


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    last = len(widths) - 1
    return [
        "  ".join(
            cell.ljust(width) if column in (0, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in table
    ]


def _targets(samples: Samples) -> list[str]:
    lines = [_LEGEND, f"Targets of {APPLYSET.title}:"]
    for target in TARGETS:
        peer = samples.get(Key(target.tenants, target.run, target.peer.name))
        ours = samples.get(Key(target.tenants, target.run, APPLYSET.name))
        if peer and ours:
            ratio = _seconds(ours) / _seconds(peer)
            verdict = "reached" if ratio <= target.at_most else "missed"
            lines.append(
                f"  {target.tenants} tenants, {target.run}: {ratio:.2f} x {target.peer.title}, at most {target.at_most:.2f}: {verdict}"
            )
    problems = Counter(f"{key.contender}, {key.tenants} tenants, {key.run}: {text}" for key, text in _problems(samples))
    return [*lines, *(f"FAILED {text}" for text in problems)]


def _seconds(found: Sequence[Sample]) -> float:
    return median(sample.cost.seconds for sample in found)


def _problems(samples: Samples) -> Iterable[tuple[Key, str]]:
    return ((key, sample.problem) for key, found in samples.items() for sample in found if sample.problem)
