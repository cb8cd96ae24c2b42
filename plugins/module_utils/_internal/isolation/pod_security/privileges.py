# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Controls on what the processes of containers may do beyond their user."""

from __future__ import annotations

from collections.abc import Callable

from .part import Part
from .pod import Pod, name_of, security_of
from .verdict import Forbidden, Place
from .words import containers, quoted, setters

_DEFAULT_CAPABILITIES = frozenset(
    (
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    )
)


def _breaking(pod: Pod, breaks: Callable[[Part], bool]) -> list[Part]:
    return [container for container in pod.containers if breaks(security_of(container))]


def _places(bad: list[Part], key: str, next_step: str) -> tuple[Place, ...]:
    return tuple(Place(f"{container.path}.securityContext.{key}", next_step) for container in bad)


def privileged(pod: Pod) -> Forbidden | None:
    bad = _breaking(pod, lambda security: security.flag("privileged") is True)
    if not bad:
        return None
    detail = f"{containers([*map(name_of, bad)])} must not set securityContext.privileged=true"
    return Forbidden("privileged", detail, _places(bad, "privileged", "remove it"))


def privilege_escalation(pod: Pod) -> Forbidden | None:
    """Only a false that is written counts."""
    bad = _breaking(pod, lambda security: security.flag("allowPrivilegeEscalation") is not False)
    if not bad:
        return None
    detail = f"{containers([*map(name_of, bad)])} must set securityContext.allowPrivilegeEscalation=false"
    return Forbidden(
        "allowPrivilegeEscalation != false", detail, _places(bad, "allowPrivilegeEscalation", "set it to false")
    )


def default_capabilities(pod: Pod) -> Forbidden | None:
    """Nothing may be added beyond what container engines give anyway."""
    bad, added = _adding(pod, _DEFAULT_CAPABILITIES)
    if not bad:
        return None
    detail = f"{containers([*map(name_of, bad)])} must not include {quoted(sorted(added))} in securityContext.capabilities.add"
    return Forbidden(
        "non-default capabilities", detail, _places(bad, "capabilities.add", f"remove {', '.join(sorted(added))}")
    )


def no_capabilities(pod: Pod) -> Forbidden | None:
    """All must be dropped, and only binding to low ports may be added again."""
    keeping = _breaking(pod, lambda security: "ALL" not in security.part("capabilities").texts("drop"))
    adding, added = _adding(pod, frozenset(("NET_BIND_SERVICE",)))
    details: list[str] = []
    places: tuple[Place, ...] = ()
    if keeping:
        details.append(f'{containers([*map(name_of, keeping)])} must set securityContext.capabilities.drop=["ALL"]')
        places = _places(keeping, "capabilities.drop", 'set it to ["ALL"]')
    if adding:
        details.append(
            f"{containers([*map(name_of, adding)])} must not include {quoted(sorted(added))} in securityContext.capabilities.add"
        )
        places += _places(adding, "capabilities.add", f"remove {', '.join(sorted(added))}")
    return Forbidden("unrestricted capabilities", "; ".join(details), places) if details else None


def _adding(pod: Pod, allowed: frozenset[str]) -> tuple[list[Part], set[str]]:
    bad, added = [], set()
    for container in pod.containers:
        forbidden = set(security_of(container).part("capabilities").texts("add")) - allowed
        if forbidden:
            bad.append(container)
            added |= forbidden
    return bad, added


def proc_mount(pod: Pod) -> Forbidden | None:
    bad, kinds = [], set()
    for container in pod.containers:
        security = security_of(container)
        if "procMount" in security.fields and (kind := security.text("procMount")) != "Default":
            bad.append(container)
            kinds.add(kind)
    if not bad:
        return None
    detail = f"{containers([*map(name_of, bad)])} must not set securityContext.procMount to {quoted(sorted(kinds))}"
    return Forbidden("procMount", detail, _places(bad, "procMount", "remove it"))


def host_process(pod: Pod) -> Forbidden | None:
    """Windows' containers that are processes of the node itself."""
    by_pod = pod.security.part("windowsOptions").flag("hostProcess") is True
    bad = _breaking(pod, lambda security: security.part("windowsOptions").flag("hostProcess") is True)
    if not by_pod and not bad:
        return None
    detail = f"{' and '.join(setters(by_pod, [*map(name_of, bad)]))} must not set securityContext.windowsOptions.hostProcess=true"
    own = (Place("spec.securityContext.windowsOptions.hostProcess", "remove it"),) if by_pod else ()
    return Forbidden("hostProcess", detail, own + _places(bad, "windowsOptions.hostProcess", "remove it"))
