# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All rules of the guard, and those that are in force."""

from __future__ import annotations

from .container_rules import container_rules
from .options import GuardOptions
from .other_rules import claim_rules, metadata_rules, object_rules
from .pod_rules import pod_rules
from .rule import Rule


def all_rules(options: GuardOptions) -> tuple[Rule, ...]:
    """Also those that are switched off."""
    return (*pod_rules(options), *container_rules(options), *metadata_rules(), *claim_rules(), *object_rules())


def rules_in_force(options: GuardOptions) -> tuple[Rule, ...]:
    """The rules that the API server and the check before it apply."""
    return tuple(rule for rule in all_rules(options) if options.rules.get(rule.id, rule.default))


def identifiers() -> tuple[str, ...]:
    """Of every rule there is."""
    every = all_rules(GuardOptions(registries=("registry.example",)))
    return tuple(rule.id for rule in every)
