# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option of modules that build kustomizations."""

from __future__ import annotations


class ModuleDocFragment:
    """Without plugins and without remote bases, see module_utils/_internal/manifests."""

    DOCUMENTATION = r"""
options:
  kustomize_binary:
    description: Name or path of the C(kustomize) or C(kubectl) that builds kustomizations. Without it, C(kustomize) on the C(PATH) is used, or else C(kubectl).
    type: path
"""
