#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: crd_keep
short_description: Prevents Helm from deleting CustomResourceDefinitions in an upgrade
version_added: 0.1.0
description:
  - Adds the annotation C(helm.sh/resource-policy=keep) to CustomResourceDefinitions.
  - A Helm upgrade deletes the objects that the new chart no longer contains, unless the live object has this annotation. The deletion of a CRD deletes
    all objects of its kind in every namespace. Seldon's chart does not set the annotation.
  - Waits until the API server serves the kinds. It reports a new CRD as established a moment before that, and Helm fails until then.
  - The annotation does not prevent C(helm uninstall) from deleting the CRDs, because that command reads the deployed chart and not the live objects.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details: RV(annotated) names the CRDs.
  idempotent:
    support: full
    details: A run without changes sends no write request.
options:
  names:
    description: Names of the CRDs. CRDs that do not exist are skipped. The default is all CRDs of Seldon.
    type: list
    elements: str
    default:
      - servers.mlops.seldon.io
      - serverconfigs.mlops.seldon.io
      - models.mlops.seldon.io
      - experiments.mlops.seldon.io
      - pipelines.mlops.seldon.io
      - seldonruntimes.mlops.seldon.io
      - seldonconfigs.mlops.seldon.io
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Keep Seldon's CRDs in every Helm upgrade
  ml_platform.seldon.crd_keep:
"""

RETURN = r"""
annotated:
  description: Names of the CRDs that got the annotation. In check mode, those that would get it.
  returned: success
  type: list
  elements: str
  sample: [servers.mlops.seldon.io]
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.crd_keep import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
