# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CustomResourceDefinitions of Seldon Core."""

from __future__ import annotations

from ..kube.resources import SELDON_RESOURCES

CRD_NAMES = tuple(f"{resource.plural}.{resource.group}" for resource in SELDON_RESOURCES)
"""metadata.name of each."""
