# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One audit: everything that was found, and everything that could not be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from ..serverconfig.resolve import Resolution
from .benchmarks import Check, checks
from .catalogue import find, unknown
from .finding import in_order, worst
from .holders import Holder, holders
from .metrics import Metric, Use, metrics, utilisation
from .reach import Reach, reachability
from .rule import Finding, Severity
from .server_configs import resolutions
from .snapshot import Snapshot
from .waivers import Waiver, apply_waivers
from .world import World


class Verdict(str, Enum):
    """FINDINGS also if something else is unknown."""

    OK = "ok"
    FINDINGS = "findings"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Audit:
    """``findings`` are those that no waiver covers, the worst first. ``unread``: reasons by kind; ``unknown``: kinds by
    rule.
    """

    snapshot: Snapshot
    tenants: Sequence[str]
    findings: Sequence[Finding]
    waived: Sequence[tuple[Finding, Waiver]]
    unread: Mapping[str, str]
    unknown: Mapping[str, Sequence[str]]
    metrics: Sequence[Metric]
    utilisation: Sequence[Use]
    holders: Sequence[Holder]
    reach: Sequence[Reach]
    checks: Sequence[Check]
    resolutions: Sequence[Resolution]

    @property
    def worst(self) -> Severity | None:
        return worst(self.findings)

    @property
    def verdict(self) -> Verdict:
        """Whether there is anything to do."""
        if self.findings:
            return Verdict.FINDINGS
        return Verdict.UNKNOWN if self.unread else Verdict.OK


def audit(snapshot: Snapshot, waivers: Sequence[Waiver] = ()) -> Audit:
    """Judges the snapshot; never raises for what it finds in objects."""
    world = World(snapshot)
    findings = in_order(find(world))
    judged = apply_waivers(findings, waivers, snapshot.now.date())
    uses = utilisation(world)
    return Audit(
        snapshot=snapshot,
        tenants=[tenant.name for tenant in world.tenants],
        findings=in_order(judged.standing),
        waived=judged.waived,
        unread=snapshot.unread,
        unknown=unknown(snapshot),
        metrics=metrics(world, findings, uses),
        utilisation=uses,
        holders=holders(world),
        reach=reachability(world),
        checks=checks(world),
        resolutions=resolutions(world),
    )
