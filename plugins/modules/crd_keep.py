#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: crd_keep
short_description: Keeps Helm from deleting CustomResourceDefinitions in an upgrade
version_added: 0.1.0
description:
  - Gives CustomResourceDefinitions the annotation C(helm.sh/resource-policy=keep).
  - An upgrade by Helm deletes the objects that the new chart no longer has, and with a CRD all of its objects in every namespace,
    unless the live CRD carries this annotation. Seldon's chart does not set it.
  - Ends only when the API server serves the kinds, which it does a moment after it calls a new CRD established. Helm fails until then.
  - C(helm uninstall) goes by the deployed chart instead, so this alone does not help against that.
  - Runs inside the controller on a local connection, and as a module on any other.
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
    details: A run that changes nothing sends no write request.
options:
  names:
    description: Names of the CRDs. Those that do not exist are passed over. Without it all of Seldon's are meant.
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
- name: Keep Seldon's CRDs through every upgrade
  ml_platform.seldon.crd_keep:
"""

RETURN = r"""
annotated:
  description: Names of the CRDs that got the annotation, or would get it.
  returned: success
  type: list
  elements: str
  sample: [servers.mlops.seldon.io]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.keep import ARGUMENT_SPEC, run_crd_keep


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    try:
        result = run_crd_keep(module.params, check_mode=module.check_mode)
    except KubeError as problem:
        module.fail_json(msg=str(problem))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
