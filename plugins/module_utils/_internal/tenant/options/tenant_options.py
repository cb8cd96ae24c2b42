# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the platform team may decide about one tenant, and how it is read: every problem at once, before the first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.reading import Reading
from ...diagnosis.render import as_text
from ...monitoring.options import MonitoringOptions, read_monitoring
from ...quota.container_limits import ContainerLimits
from ...seldon.charts import PLATFORM_NAMESPACE
from ..readme.options import ReadmeOptions, read_readme
from .access import Access, TeamServiceAccount, read_access, read_service_accounts
from .limit_range import check_defaults, read_limit_range
from .metadata import read_annotations, read_labels
from .network import NETWORK_KEYS, NetworkOptions, read_network
from .operator import OperatorOptions, read_operator
from .pod_security import PodSecurity, read_pod_security
from .quota import SPECIFICATION_QUOTA, read_quota
from .runtime import RuntimeOptions, check_services, read_runtime
from .tenant_name import check_tenant_name

PREFIX = "tenant_namespace_"
"""Prefix of the names of the role's variables; the keys of the options are the same names without it."""
KEYS = (
    "name",
    "platform_namespace",
    "reserved_names",
    "labels",
    "annotations",
    "adopt",
    "pod_security",
    "quota",
    "limit_range",
    "access",
    "service_accounts",
    "runtime",
    "operator",
    "monitoring",
    "readme",
    *NETWORK_KEYS,
)


@dataclass(frozen=True)
class TenantOptions:
    """One tenant of strategy ``dedicated``. ``adopt`` allows guard-rails in a namespace that somebody else made."""

    name: str
    platform_namespace: str = PLATFORM_NAMESPACE
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    adopt: bool = False
    pod_security: PodSecurity = PodSecurity()
    quota: Mapping[str, str] = field(default_factory=lambda: dict(SPECIFICATION_QUOTA))
    limit_range: ContainerLimits = field(default_factory=ContainerLimits)
    access: Access = Access()
    service_accounts: tuple[TeamServiceAccount, ...] = ()
    runtime: RuntimeOptions = field(default_factory=RuntimeOptions)
    operator: OperatorOptions = field(default_factory=OperatorOptions)
    monitoring: MonitoringOptions = field(default_factory=MonitoringOptions)
    readme: ReadmeOptions = ReadmeOptions()
    network: NetworkOptions = NetworkOptions()


class OptionsError(ValueError):
    """Options that cannot be used; ``problems`` holds every reason."""

    def __init__(self, problems: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(map(as_text, problems)))
        self.problems = tuple(problems)


def parse_options(options: Mapping[str, Any]) -> TenantOptions:
    """Keys: see KEYS; only ``name`` is required, and None means the default. Raises OptionsError."""
    reading = Reading()
    given = reading.mapping(options, PREFIX.rstrip("_"))
    reading.refuse_unknown_keys(given, PREFIX, KEYS)
    platform = reading.string(given.get("platform_namespace"), PREFIX + "platform_namespace", PLATFORM_NAMESPACE)
    reserved = _strings(reading, given.get("reserved_names"), PREFIX + "reserved_names")
    reading.problems += check_tenant_name(given.get("name", ""), platform, reserved)

    def section(key: str, read: Callable[[Reading, object, str], Any]) -> Any:
        return read(reading, given.get(key), PREFIX + key)

    parsed = TenantOptions(
        name=str(given.get("name", "")),
        platform_namespace=platform,
        labels=section("labels", read_labels),
        annotations=section("annotations", read_annotations),
        adopt=reading.boolean(given.get("adopt"), PREFIX + "adopt", False),
        pod_security=section("pod_security", read_pod_security),
        quota=section("quota", read_quota),
        limit_range=section("limit_range", read_limit_range),
        access=section("access", read_access),
        service_accounts=section("service_accounts", read_service_accounts),
        runtime=section("runtime", read_runtime),
        operator=section("operator", read_operator),
        monitoring=section("monitoring", read_monitoring),
        readme=section("readme", read_readme),
        network=read_network(reading, given, PREFIX, str(given.get("name", ""))),
    )
    if not reading.problems:
        # What belongs together is compared only when each part is sound: one cause first.
        check_defaults(reading, parsed.quota, parsed.limit_range, PREFIX)
        check_services(reading, parsed.quota, parsed.runtime, PREFIX)
    if reading.problems:
        raise OptionsError(reading.problems)
    return parsed


def _strings(reading: Reading, value: object, path: str) -> tuple[str, ...]:
    """Distinct strings, none of them empty, in the order given."""
    read: list[str] = []
    for position, entry in enumerate(reading.listed(value, path)):
        before = len(reading.problems)
        text = reading.string(entry, f"{path}[{position}]")
        if not text and len(reading.problems) == before:
            reading.refuse(f"{path}[{position}]", "is empty")
        elif text and text not in read:
            read.append(text)
    return tuple(read)
