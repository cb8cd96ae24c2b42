# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controls of the Pod Security Standards, and which rules each has from which release on.

Source: k8s.io/pod-security-admission at v0.37.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional

from .host import host_namespaces, host_path_volumes, host_ports, host_probes
from .pod import Pod
from .policy import Level, Policy
from .privileges import (
    default_capabilities,
    host_process,
    no_capabilities,
    privilege_escalation,
    privileged,
    proc_mount,
)
from .profiles import apparmor_profile, seccomp_annotations, seccomp_not_unconfined, seccomp_profile, selinux_options
from .settings import restricted_volumes, sysctls
from .users import run_as_non_root, run_as_user
from .verdict import Forbidden

Judge = Callable[[Pod], Optional[Forbidden]]


@dataclass(frozen=True)
class Control:
    """``rules``: the judge that counts from each minor release on. ``replaces``: the baseline control that it takes the
    place of, while it has a rule.
    """

    id: str
    level: Level
    rules: dict[int, Judge]
    replaces: str = ""

    def judge(self, minor: int) -> Judge | None:
        """None where that release does not have the control yet."""
        since = max((start for start in self.rules if start <= minor), default=None)
        return None if since is None else self.rules[since]


def _not_on_windows(judge: Judge) -> Judge:
    """Windows has no such setting, and the API server refuses it there."""
    return lambda pod: None if pod.is_windows else judge(pod)


def _not_in_user_namespace(judge: Judge) -> Judge:
    return lambda pod: None if pod.in_user_namespace else judge(pod)


_SYSCTLS = frozenset(
    (
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_syncookies",
    )
)
_SYSCTLS_27 = _SYSCTLS | {"net.ipv4.ip_local_reserved_ports"}
_SYSCTLS_29 = _SYSCTLS_27 | {
    f"net.ipv4.tcp_{name}" for name in ("fin_timeout", "keepalive_intvl", "keepalive_probes", "keepalive_time")
}
_SYSCTLS_32 = _SYSCTLS_29 | {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}
_SYSCTLS_37 = _SYSCTLS_32 | {"net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"}
_SELINUX = frozenset(("container_init_t", "container_kvm_t", "container_t"))

_BASELINE = (
    Control("appArmorProfile", Level.BASELINE, {0: apparmor_profile}),
    Control("capabilities_baseline", Level.BASELINE, {0: default_capabilities}),
    Control("hostNamespaces", Level.BASELINE, {0: host_namespaces}),
    Control("hostPathVolumes", Level.BASELINE, {0: host_path_volumes}),
    Control("hostPorts", Level.BASELINE, {0: host_ports}),
    Control("hostProbesAndHostLifecycle", Level.BASELINE, {34: host_probes}),
    Control("privileged", Level.BASELINE, {0: privileged}),
    Control("procMount", Level.BASELINE, {0: proc_mount, 35: _not_in_user_namespace(proc_mount)}),
    Control(
        "seLinuxOptions",
        Level.BASELINE,
        {0: selinux_options(_SELINUX), 31: selinux_options(_SELINUX | {"container_engine_t"})},
    ),
    Control("seccompProfile_baseline", Level.BASELINE, {0: seccomp_annotations, 19: seccomp_not_unconfined}),
    Control(
        "sysctls",
        Level.BASELINE,
        {
            0: sysctls(_SYSCTLS),
            27: sysctls(_SYSCTLS_27),
            29: sysctls(_SYSCTLS_29),
            32: sysctls(_SYSCTLS_32),
            37: sysctls(_SYSCTLS_37),
        },
    ),
    Control("windowsHostProcess", Level.BASELINE, {0: host_process}),
)
_RESTRICTED = (
    Control(
        "allowPrivilegeEscalation",
        Level.RESTRICTED,
        {8: privilege_escalation, 25: _not_on_windows(privilege_escalation)},
    ),
    Control(
        "capabilities_restricted",
        Level.RESTRICTED,
        {22: no_capabilities, 25: _not_on_windows(no_capabilities)},
        "capabilities_baseline",
    ),
    Control("procMount_restricted", Level.RESTRICTED, {35: proc_mount}, "procMount"),
    Control("restrictedVolumes", Level.RESTRICTED, {0: restricted_volumes}, "hostPathVolumes"),
    Control("runAsNonRoot", Level.RESTRICTED, {0: run_as_non_root, 35: _not_in_user_namespace(run_as_non_root)}),
    Control("runAsUser", Level.RESTRICTED, {23: run_as_user, 35: _not_in_user_namespace(run_as_user)}),
    Control(
        "seccompProfile_restricted",
        Level.RESTRICTED,
        {19: seccomp_profile, 25: _not_on_windows(seccomp_profile)},
        "seccompProfile_baseline",
    ),
)
CONTROLS = _BASELINE + _RESTRICTED
"""In the API server's order: baseline before restricted, each by id."""


def controls_of(policy: Policy, minor: int) -> list[tuple[Control, Judge]]:
    """The controls of that level in that release of Kubernetes, with their judges."""
    if policy.level is Level.PRIVILEGED:
        return []
    levels = (Level.BASELINE,) if policy.level is Level.BASELINE else (Level.BASELINE, Level.RESTRICTED)
    found = [(control, judge) for control in CONTROLS if control.level in levels and (judge := control.judge(minor))]
    replaced = {control.replaces for control, _judge in found}
    return [(control, judge) for control, judge in found if control.id not in replaced]
