#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tenant_plan
short_description: Plans the objects of one tenant, or says why it cannot be
version_added: 0.1.0
description:
  - Checks a tenant's options and its team's manifests, reads what the platform and the tenant's namespace hold, and returns the objects to apply.
  - Writes nothing. Options and manifests are refused before the first request, with every problem at once.
  - The team's manifests are read as data. They are never templated.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  tenant:
    description:
      - What the platform team decides about the tenant.
      - The keys are the variables of the role C(tenant_namespace), without that prefix.
    type: dict
    required: true
  manifests:
    description: Files, directories or kustomizations with the team's objects.
    type: list
    elements: path
    default: []
  manifests_relative_to:
    description: Directory from which messages name the files.
    type: path
  extra_kinds:
    description: Namespaced kinds that are applied for the team besides those that the rules name, as C(Kind.group).
    type: list
    elements: str
    default: []
  kustomize_binary:
    description: The C(kustomize) or C(kubectl) to build kustomizations with. Looked for on the C(PATH) without it.
    type: path
  expected_platform:
    description: What the same run installs before the tenant is applied. Used only where the platform is not there yet.
    type: dict
    suboptions:
      image:
        description: Image of the central operator.
        type: str
        default: seldonv2-controller
      server_configs:
        description: Names of all ServerConfigs that the platform will have.
        type: list
        elements: str
        default: [mlserver, triton]
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Plan a tenant
  ml_platform.seldon.tenant_plan:
    tenant:
      name: fraud-detection
      quota:
        requests.cpu: "20"
    manifests:
      - examples/fraud-detection/k8s/base
  register: plan
"""

RETURN = r"""
platform_objects:
  description: The guard-rails, the operator, the configs and the runtime, in the order in which they have to come.
  returned: success
  type: list
  elements: dict
  sample: [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "fraud-detection"}}]
team_objects:
  description: The team's objects that are applied, with their namespace.
  returned: success
  type: list
  elements: dict
  sample: [{"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "Model", "metadata": {"name": "fraud-v1-baseline", "namespace": "fraud-detection"}}]
left:
  description: The team's objects that are left to the platform, each with the reason.
  returned: success
  type: list
  elements: str
  sample: ["k8s/base/quota.yaml:1  ResourceQuota team: the platform sets quotas; ask the platform team"]
notes:
  description: What does not stop the tenant but is worth knowing.
  returned: success
  type: list
  elements: str
  sample: []
servers:
  description: To which ServerConfig each Server comes.
  returned: success
  type: list
  elements: dict
  sample: [{"name": "mlserver", "server_config": "mlserver-config", "namespace": "fraud-detection", "source": "own", "hides_platform": false}]
predicted:
  description: Whether the platform is not there yet, so that contents derived from it are placeholders.
  returned: success
  type: bool
  sample: false
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.ml_platform.seldon.plugins.module_utils.tenant_plan.options import ARGUMENT_SPEC, run_tenant_plan


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    result = run_tenant_plan(module.params)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
