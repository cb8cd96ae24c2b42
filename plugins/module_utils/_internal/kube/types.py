# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The type of objects in requests and answers."""

from __future__ import annotations

from typing import Any

KubeObject = dict[str, Any]
"""A Kubernetes object as decoded JSON: apiVersion, kind, metadata and the fields of its kind."""
