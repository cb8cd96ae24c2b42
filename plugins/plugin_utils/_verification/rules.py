# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a verification finds besides the audit's findings. An id never changes its meaning."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.rule import Rule, rules_in

from . import answers, drift, servers
from .part import Part

RULES: dict[str, Rule[Part]] = {rule.id: rule for module in (servers, answers, drift) for rule in rules_in(module)}
"""By id."""
