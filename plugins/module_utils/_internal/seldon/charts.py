# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Seldon's Helm charts."""

from __future__ import annotations

REPOSITORY = "https://seldonio.github.io/helm-charts"
CRDS_CHART = "seldon-core-v2-crds"
SETUP_CHART = "seldon-core-v2-setup"
"""Names of the charts, and of their releases."""
PLATFORM_NAMESPACE = "seldon-system"
"""The default namespace of the platform."""
