# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Controls on the profiles of the kernel's security modules: AppArmor, SELinux, seccomp."""

from __future__ import annotations

from collections.abc import Callable

from ...diagnosis.quoting import shown_name
from .part import Part
from .pod import Pod, name_of, security_of
from .verdict import Forbidden, Place
from .words import go_quoted, plural, quoted, setters

_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_PROFILES = ("RuntimeDefault", "Localhost")
_PROFILE_STEP = "set it to RuntimeDefault"


def apparmor_profile(pod: Pod) -> Forbidden | None:
    """Fields and the older annotations. The API server copies an annotation into the field of a container that has
    none.
    """
    own = pod.security.part("appArmorProfile")
    by_pod = own.present and own.text("type") not in _PROFILES
    values, names, places = {own.text("type")} if by_pod else set(), [], []
    if by_pod:
        places.append(Place(f"{own.path}.type", _PROFILE_STEP))
    for container in pod.containers:
        profile = security_of(container).part("appArmorProfile")
        kind = profile.text("type") if profile.present else _annotated(pod, container)
        if kind is not None and kind not in _PROFILES:
            names.append(name_of(container))
            values.add(kind)
            places.append(Place(f"{profile.path}.type", _PROFILE_STEP))
    annotations = {
        key: value
        for key, value in sorted(pod.annotations.items())
        if key.startswith(_APPARMOR) and not _is_apparmor(value)
    }
    who = setters(by_pod, names) + ([plural("annotation", len(annotations))] if annotations else [])
    if not who:
        return None
    said = [*sorted(values), *sorted(f"{key}={go_quoted(value)}" for key, value in annotations.items())]
    places += [Place(f"metadata.annotations[{shown_name(key)}]", "remove it") for key in annotations]
    detail = f"{' and '.join(who)} must not set AppArmor profile type to {quoted(said)}"
    return Forbidden(plural("forbidden AppArmor profile", len(said)), detail, tuple(places))


def _is_apparmor(value: str) -> bool:
    return value in ("", "runtime/default") or value.startswith("localhost/")


def _annotated(pod: Pod, container: Part) -> str | None:
    """Unconfined, where the annotation is what makes the container so: not beside the same for the whole pod, and not
    on Windows.
    """
    if pod.annotations.get(_APPARMOR + name_of(container)) != "unconfined" or pod.is_windows:
        return None
    own = pod.security.part("appArmorProfile")
    return None if own.text("type") == "Unconfined" else "Unconfined"


def selinux_options(types: frozenset[str]) -> Callable[[Pod], Forbidden | None]:
    """Only ``types``, and neither a user nor a role."""

    def judge(pod: Pod) -> Forbidden | None:
        bad_types: set[str] = set()
        keys: set[str] = set()
        places: list[Place] = []

        def breaks(security: Part) -> bool:
            options = security.part("seLinuxOptions")
            broken = [key for key in ("user", "role") if options.text(key)]
            if options.text("type") not in {"", *types}:
                broken.append("type")
                bad_types.add(options.text("type"))
            keys.update(broken)
            places.extend(Place(f"{options.path}.{key}", "remove it") for key in broken)
            return bool(broken)

        by_pod = breaks(pod.security)
        names = [name_of(container) for container in pod.containers if breaks(security_of(container))]
        if not by_pod and not names:
            return None
        said = [f"{plural('type', len(bad_types))} {quoted(sorted(bad_types))}"] if bad_types else []
        said += [f"{key} may not be set" for key in ("user", "role") if key in keys]
        detail = (
            f"{' and '.join(setters(by_pod, names))} set forbidden securityContext.seLinuxOptions: {'; '.join(said)}"
        )
        return Forbidden("seLinuxOptions", detail, tuple(places))

    return judge


def seccomp_annotations(pod: Pod) -> Forbidden | None:
    """Before v1.19 the profile was an annotation."""
    keys = [_SECCOMP_POD, *(_SECCOMP_CONTAINER + name_of(container) for container in pod.containers)]
    annotations = pod.annotations
    bad = sorted({key for key in keys if key in annotations and not _is_seccomp(annotations[key])})
    if not bad:
        return None
    said = sorted(f"{key}={go_quoted(annotations[key])}" for key in bad)
    places = tuple(Place(f"metadata.annotations[{shown_name(key)}]", "set it to runtime/default") for key in bad)
    return Forbidden("seccompProfile", f"forbidden {plural('annotation', len(said))} {', '.join(said)}", places)


def _is_seccomp(value: str) -> bool:
    return value in ("runtime/default", "docker/default") or value.startswith("localhost/")


def seccomp_not_unconfined(pod: Pod) -> Forbidden | None:
    """A profile may be left out, but not switched off."""
    values: set[str] = set()
    places: list[Place] = []

    def breaks(security: Part) -> bool:
        profile = security.part("seccompProfile")
        broken = profile.present and profile.text("type") not in _PROFILES
        if broken:
            values.add(profile.text("type"))
            places.append(Place(f"{profile.path}.type", _PROFILE_STEP))
        return broken

    by_pod = breaks(pod.security)
    names = [name_of(container) for container in pod.containers if breaks(security_of(container))]
    if not by_pod and not names:
        return None
    detail = f"{' and '.join(setters(by_pod, names))} must not set securityContext.seccompProfile.type to {quoted(sorted(values))}"
    return Forbidden("seccompProfile", detail, tuple(places))


def seccomp_profile(pod: Pod) -> Forbidden | None:
    """A profile has to be there, at the pod or at each container."""
    wrong = seccomp_not_unconfined(pod)
    if wrong is not None or pod.security.part("seccompProfile").present:
        return wrong
    missing = [container for container in pod.containers if not security_of(container).part("seccompProfile").present]
    if not missing:
        return None
    names = [*map(name_of, missing)]
    detail = f'pod or {setters(False, names)[0]} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Forbidden("seccompProfile", detail, (Place("spec.securityContext.seccompProfile.type", _PROFILE_STEP),))
