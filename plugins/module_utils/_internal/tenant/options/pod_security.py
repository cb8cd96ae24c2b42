# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option for Pod Security."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...isolation.pod_security.policy import LATEST, Level, parse_minor

OPTION = "tenant_namespace_pod_security"
_LEVELS = tuple(level.value for level in Level)
_RELEASE = re.compile(r"[vV]?1\.0*(\d{1,3})(?:[.+-].*)?", re.ASCII)


@dataclass(frozen=True)
class PodSecurity:
    """Pod Security levels of the namespace, all judged by the rules of the same Kubernetes release (``v1.34``).

    ``restrict_seldon``: what the platform offers is given what level restricted asks for.
    """

    enforce: str = "baseline"
    audit: str = "restricted"
    warn: str = "restricted"
    version: str = "v1.34"
    restrict_seldon: bool = False


def read_pod_security(reading: Reading, value: object, path: str) -> PodSecurity:
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", ("enforce", "audit", "warn", "version", "restrict_seldon"))
    default = PodSecurity()
    enforce = reading.choice(given.get("enforce"), path + ".enforce", _LEVELS, default.enforce)
    if enforce == Level.PRIVILEGED.value:
        reading.refuse(
            path + ".enforce", '"privileged" would let a tenant take over its node', expected="baseline or restricted"
        )
    return PodSecurity(
        enforce,
        reading.choice(given.get("audit"), path + ".audit", _LEVELS, default.audit),
        reading.choice(given.get("warn"), path + ".warn", _LEVELS, default.warn),
        _version(reading, given.get("version"), path + ".version", default.version),
        reading.boolean(given.get("restrict_seldon"), path + ".restrict_seldon", default.restrict_seldon),
    )


def _version(reading: Reading, value: object, path: str, default: str) -> str:
    version = reading.string(value, path, default)
    try:
        parse_minor(version)
    except ValueError:
        meant = _meant(version)
        message = f"{quoted(version)} is not a Kubernetes release"
        if meant:
            reading.refuse(path, message, f'did you mean "{meant}"?')
        else:
            reading.refuse(path, message, expected=f"v1.34, or {LATEST}")
        return default
    return version


def _meant(version: str) -> str:
    found = _RELEASE.fullmatch(version.strip())
    if found:
        return f"v1.{found[1]}"
    return LATEST if get_close_matches(version.strip().lower(), [LATEST, "newest"], n=1) else ""
