# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that Seldon's chart gives the operator's objects, and labels of its pods."""

from __future__ import annotations

MANAGER_DEPLOYMENT = "seldon-v2-controller-manager"
MANAGER_ROLE = "seldon-v2-manager-role"
"""The name of its Role, or of its ClusterRole where it watches the whole cluster."""
MANAGER_ROLE_BINDING = "seldon-v2-manager-rolebinding"
CONTROL_PLANE_LABEL = "control-plane"
CONTROL_PLANE = "v2-controller-manager"
"""The value of that label on the operator's pods."""
DEFAULT_NAMESPACE = "seldon-mesh"
"""The namespace of the configs that the operator uses without POD_NAMESPACE in its environment."""
FIELD_MANAGER = "manager"
"""Field manager of a controller whose binary is called /manager, as upstream's image has it."""
