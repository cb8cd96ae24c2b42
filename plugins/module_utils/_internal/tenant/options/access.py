# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who gets which profile in a tenant's namespace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...diagnosis.quoting import quoted
from ...diagnosis.reading import Reading
from ...kube.names import is_dns_subdomain
from ...seldon.runtime_objects import ACCOUNTS
from .subject_names import subject_fault

PROFILES = ("owners", "deployers", "viewers")
ACCOUNT_ROLES = ("deployer", "viewer")
_KINDS = {"groups": "group", "users": "user"}
_RUNTIME_ACCOUNTS = ("default", *ACCOUNTS)


@dataclass(frozen=True)
class Members:
    """Names of groups and users, as the cluster's authentication gives them."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups or self.users)


@dataclass(frozen=True)
class Access:
    """``debug`` lets the owners run commands in pods and forward their ports."""

    owners: Members = Members()
    deployers: Members = Members()
    viewers: Members = Members()
    debug: bool = False

    @property
    def profiles(self) -> Mapping[str, Members]:
        """By the profile's name, which is part of its Role's."""
        return {"owner": self.owners, "deployer": self.deployers, "viewer": self.viewers}


@dataclass(frozen=True)
class TeamServiceAccount:
    """A ServiceAccount for the team's own automation; ``role`` is deployer, viewer, or empty for none."""

    name: str
    role: str = ""


def read_access(reading: Reading, value: object, path: str) -> Access:
    """``{owners: {groups: [], users: []}, deployers: …, viewers: …, debug: false}``; everything may be left out."""
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", (*PROFILES, "debug"))
    before = len(reading.problems)
    read = {profile: _members(reading, given.get(profile), f"{path}.{profile}") for profile in PROFILES}
    debug = reading.boolean(given.get("debug"), path + ".debug", False)
    if debug and not read["owners"] and len(reading.problems) == before:
        reading.refuse(
            path + ".debug", "has no effect: the tenant has no owners", f"name them in {path}.owners, or leave it out"
        )
    return Access(**read, debug=debug)


def read_service_accounts(reading: Reading, value: object, path: str) -> tuple[TeamServiceAccount, ...]:
    """Names, or ``{name: ci, role: deployer}``; in the order of their names."""
    accounts: dict[str, TeamServiceAccount] = {}
    for position, entry in enumerate(reading.listed(value, path)):
        place = f"{path}[{position}]"
        given = {"name": entry} if isinstance(entry, str) else reading.mapping(entry, place)
        reading.refuse_unknown_keys(given, place + ".", ("name", "role"))
        name = reading.string(given.get("name"), place + ".name")
        if not is_dns_subdomain(name):
            reading.refuse(
                place + ".name", f"{quoted(name)} is not a ServiceAccount's name", expected="a-z, 0-9, - and ."
            )
        elif name in _RUNTIME_ACCOUNTS:
            reading.refuse(
                place + ".name", f'"{name}" belongs to Kubernetes or to the SeldonRuntime', "choose another name"
            )
        elif name in accounts:
            reading.refuse(place + ".name", f'"{name}" is given twice')
        accounts[name] = TeamServiceAccount(name, _account_role(reading, given.get("role"), place + ".role"))
    return tuple(accounts[name] for name in sorted(accounts))


def _members(reading: Reading, value: object, path: str) -> Members:
    if isinstance(value, (str, list)):
        reading.refuse(path, f"{quoted(value)} is not a mapping", expected="{groups: [...], users: [...]}")
        return Members()
    given = reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", _KINDS)
    return Members(**{key: _names(reading, given.get(key), f"{path}.{key}", kind) for key, kind in _KINDS.items()})


def _names(reading: Reading, value: object, path: str, kind: str) -> tuple[str, ...]:
    """Distinct names, in the order given."""
    if isinstance(value, str):
        reading.refuse(path, f"{quoted(value)} is not a list", expected="one, also for a single name: [name]")
        return ()
    names: dict[str, None] = {}
    for position, entry in enumerate(reading.listed(value, path)):
        place = f"{path}[{position}]"
        if not isinstance(entry, str):
            reading.refuse(
                place, f"{quoted(entry)} is not a string", f"name a {kind}; quote numbers, true, no and dates"
            )
            continue
        fault = subject_fault(entry, kind)
        if fault:
            reading.refuse(place, f"{quoted(entry)} {fault[0]}", fault[1])
        else:
            names[str(entry)] = None
    return tuple(names)


def _account_role(reading: Reading, value: object, path: str) -> str:
    if value is None:
        return ""
    if value == "owner":
        why = "is for people only: a deployer can run pods as this account, so every deployer would be an owner"
        reading.refuse(path, f'"owner" {why}', expected=f"{' or '.join(ACCOUNT_ROLES)}")
        return ""
    return reading.choice(value, path, ACCOUNT_ROLES, "")
