# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolves a container's args and env as a kubelet does. Pure: the caller passes the objects that env refers to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Manifest = dict[str, Any]
Lookup = Callable[[str, str], Mapping[str, str] | None]
"""(kind, name) -> the decoded data of that ConfigMap or Secret in the pod's namespace, None if it does not exist."""

OPERATOR_REPOSITORY = "seldonv2-controller"
_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")
_SUBSCRIPT = re.compile(r"metadata\.(labels|annotations)\['(.*)'\]")


class ConfigError(Exception):
    """The container cannot be created: a kubelet's CreateContainerConfigError. str() is its message."""


def split_image(image: str) -> tuple[str, str]:
    """(repository, tag) of an image reference; the tag is `latest` when there is none."""
    name = image.partition("@")[0]
    head, colon, tail = name.rpartition(":")
    return (head, tail) if colon and "/" not in tail else (name, "latest")


def operator_container(pod: Manifest) -> Manifest | None:
    """The pod's container that runs Seldon's operator, if it has one."""
    for container in pod["spec"]["containers"]:
        if split_image(container.get("image", ""))[0].endswith(OPERATOR_REPOSITORY):
            found: Manifest = container
            return found
    return None


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replaces `$(NAME)` if the variable exists, and keeps it otherwise; `$$` is a literal `$`."""

    def value(found: re.Match[str]) -> str:
        return "$" if found[1] is None else variables.get(found[1], found[0])

    return _REFERENCE.sub(value, text)


def environment(container: Manifest, pod: Manifest, lookup: Lookup, initial: Mapping[str, str]) -> dict[str, str]:
    """The container's variables with a kubelet's precedence: env over envFrom over `initial`.

    Raises ConfigError when a reference that is not optional names an object or key that does not exist.
    """
    found = dict(initial)
    for source in container.get("envFrom", []):
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            if reference := source.get(field):
                data = _data(kind, reference, lookup) or {}
                found.update({source.get("prefix", "") + key: value for key, value in data.items()})
    for variable in container.get("env", []):
        if (origin := variable.get("valueFrom")) is None:
            found[variable["name"]] = expand(variable.get("value", ""), found)
        elif (value := _value_from(origin, pod, lookup)) is not None:
            found[variable["name"]] = value
    return found


def _value_from(origin: Manifest, pod: Manifest, lookup: Lookup) -> str | None:
    if reference := origin.get("fieldRef"):
        return field_value(pod, reference["fieldPath"])
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if reference := origin.get(field):
            data = _data(kind, reference, lookup)
            if data is None or reference["key"] not in data:
                if reference.get("optional"):
                    return None
                raise ConfigError(
                    f"couldn't find key {reference['key']} in {kind} {pod['metadata']['namespace']}/{reference['name']}"
                )
            return data[reference["key"]]
    raise ConfigError(f"the lab does not know how to resolve valueFrom {origin}")


def _data(kind: str, reference: Manifest, lookup: Lookup) -> Mapping[str, str] | None:
    data = lookup(kind, reference["name"])
    if data is None and not reference.get("optional"):
        raise ConfigError(f'{kind.lower()} "{reference["name"]}" not found')
    return data


def field_value(pod: Manifest, path: str) -> str:
    """The value of a downward API field. Labels and annotations that do not exist are empty."""
    if subscript := _SUBSCRIPT.fullmatch(path):
        return str(pod["metadata"].get(subscript[1], {}).get(subscript[2], ""))
    value: Any = pod
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    if path in ("status.podIPs", "status.hostIPs"):
        return ",".join(entry["ip"] for entry in value or [])
    return str(value)


def with_own_addresses(args: Sequence[str], flags: Sequence[str], address: Callable[[], str]) -> list[str]:
    """`args` with the value of each of `flags` (`--flag=v`, `--flag v`, one dash or two) replaced by another address.

    A flag that is absent is added, because its default is a fixed port too.
    """
    kept: list[str] = []
    skip = False
    for arg in args:
        name, equals, _ = arg.partition("=")
        is_address = name.startswith("-") and name.lstrip("-") in flags
        if not skip and not is_address:
            kept.append(arg)
        skip = is_address and not equals and not skip
    return [*kept, *(f"--{flag}={address()}" for flag in flags)]
