# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Controls on the user that containers run as."""

from __future__ import annotations

from .pod import Pod, name_of, security_of
from .verdict import Forbidden, Place
from .words import containers, setters

_POD = "spec.securityContext."


def run_as_non_root(pod: Pod) -> Forbidden | None:
    """Said by the pod or by each container, and contradicted by none."""
    own = pod.security.flag("runAsNonRoot")
    said = [(container, security_of(container).flag("runAsNonRoot")) for container in pod.containers]
    wrong = [container for container, value in said if value is False]
    who = setters(own is False, [*map(name_of, wrong)])
    if who:
        places = [Place(f"{_POD}runAsNonRoot", "set it to true")] if own is False else []
        places += [
            Place(f"{container.path}.securityContext.runAsNonRoot", "set it to true, or remove it")
            for container in wrong
        ]
        return Forbidden(
            "runAsNonRoot != true",
            f"{' and '.join(who)} must not set securityContext.runAsNonRoot=false",
            tuple(places),
        )
    missing = [name_of(container) for container, value in said if value is None]
    if own or not missing:
        return None
    detail = f"pod or {containers(missing)} must set securityContext.runAsNonRoot=true"
    return Forbidden("runAsNonRoot != true", detail, (Place(f"{_POD}runAsNonRoot", "set it to true"),))


def run_as_user(pod: Pod) -> Forbidden | None:
    by_pod = pod.security.number("runAsUser") == 0
    wrong = [container for container in pod.containers if security_of(container).number("runAsUser") == 0]
    who = setters(by_pod, [*map(name_of, wrong)])
    if not who:
        return None
    paths = [*([_POD] if by_pod else []), *(f"{container.path}.securityContext." for container in wrong)]
    places = tuple(Place(f"{path}runAsUser", "name a user other than 0, or remove it") for path in paths)
    return Forbidden("runAsUser=0", f"{' and '.join(who)} must not set runAsUser=0", places)
