# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Secrets that an operator with a TLS control plane reads in the namespace it works for, at its start or first
connection.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.objects import by_name, of
from ...kube.resources import SECRET
from ...kube.types import KubeObject
from ...operators.environment import environment
from ...seldon.operator_container import manager_position

_PROTOCOL = "CONTROL_PLANE_SECURITY_PROTOCOL"
_NAMES = ("CONTROL_PLANE_CLIENT_TLS_SECRET_NAME", "CONTROL_PLANE_SERVER_TLS_SECRET_NAME")


def control_plane_secrets(central: KubeObject | None) -> list[str]:
    """Their names, by the central operator's environment; none without TLS, and none that only the running pod would
    tell.
    """
    if central is None:
        return []
    pod = central["spec"]["template"]["spec"]
    variables = environment(pod["containers"][manager_position(pod)], "").variables
    values = {name: text.value or "" for name, text in variables.items()}
    if values.get(_PROTOCOL) != "SSL":
        return []
    return sorted({values.get(name, "") for name in _NAMES} - {""})


def missing_secrets(
    central: KubeObject | None, team: Sequence[KubeObject], present: Collection[str], tenant: str
) -> list[Diagnostic]:
    """A note on those that the tenant neither has nor brings. They may still come: cert-manager makes them once the
    namespace is there.
    """
    brought = by_name(of(SECRET, team))
    missing = [name for name in control_plane_secrets(central) if name not in present and name not in brought]
    if not missing:
        return []
    them = "them" if len(missing) > 1 else "it"
    message = f"not in {tenant}, and the tenant's operator and runtime need {them} there: the control plane uses TLS ({_PROTOCOL}=SSL)"
    steps = (
        "add it to the team's manifests: as a Secret, or as a Certificate with tenant_namespace_extra_kinds: [Certificate.cert-manager.io]",
        f"it must be valid for seldon-scheduler.{tenant}, and be issued by an authority that both ends trust",
    )
    return [Diagnostic(Subject(SECRET.kind, ", ".join(missing)), message, "metadata.name", next_steps=steps)]
