# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The four success metrics: their names, units and targets. A rule names the one that counts its findings."""

from __future__ import annotations

DEPENDENCIES, MODELS, ERRORS, UTILISATION = (
    "cross_namespace_dependencies",
    "models_in_team_namespaces",
    "permission_errors",
    "highest_quota_utilisation",
)
MEASURES = {
    DEPENDENCIES: ("findings", "0"),
    MODELS: ("percent", "100"),
    ERRORS: ("findings", "0"),
    UTILISATION: ("percent", "at most 100"),
}
"""Unit and target of each metric."""
