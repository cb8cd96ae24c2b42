#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: applyset
short_description: Makes a set of Kubernetes objects be as given
version_added: 0.1.0
description:
  - Applies a set of objects by server-side apply, removes fields and objects of the set that are no longer wanted, and waits until all have arrived.
  - Nothing is written before the whole set was read, compared and, where the server can be asked, validated by dry-run.
  - Only what this module put into the cluster is ever removed. It knows that by its field manager, by a label, and by the uids in its inventory,
    a ConfigMap that is the parent object of an ApplySet (KEP-3659).
  - Objects are data. They are never templated.
  - Runs inside the controller on a local connection, and as a module on any other.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Values of Secrets are hidden.
  idempotent:
    support: full
    details: A run that changes nothing sends no write request.
options:
  name:
    description: Name of the set. Two sets with the same O(name) and O(inventory_namespace) are one set.
    type: str
    required: true
  inventory_namespace:
    description: Namespace of the inventory, the ConfigMap C(applyset-NAME). It should not be one that a tenant can write to.
    type: str
    required: true
  state:
    description: With V(absent) every object of the set is removed, last applied first, then the inventory.
    type: str
    choices: [present, absent]
    default: present
  definition:
    description: Objects of the set.
    type: list
    elements: dict
  src:
    description:
      - Files, directories or kustomizations that hold objects of the set.
      - A directory with a C(kustomization.yaml) is built by C(kustomize), or C(kubectl kustomize), without plugins and without remote bases.
    type: list
    elements: path
  yielding_definition:
    description:
      - More objects of the set, treated with O(conflicts=leave) whatever O(conflicts) says.
      - For objects that a team may also apply by itself, in one set with objects that nobody else may touch.
    type: list
    elements: dict
  kustomize_binary:
    description: The C(kustomize) or C(kubectl) to build kustomizations with. Looked for on the C(PATH) without it.
    type: path
  namespace:
    description: Namespace of those objects that name none.
    type: str
  conflicts:
    description:
      - What to do with an object that exists already but was not applied by this module, and with a field that another manager owns with another value.
      - V(fail) refuses the whole set before anything is written and names the manager.
      - V(leave) leaves that object as it is and says so in the result.
      - V(take_over) makes this module the owner, so that fields can be removed later as well.
    type: str
    choices: [fail, leave, take_over]
    default: fail
  prune:
    description: Whether objects that were in the set and no longer are get removed.
    type: bool
    default: true
  validate:
    description: Whether the server is asked by dry-run about every object that would change, before the first is written.
    type: bool
    default: true
  wait:
    description: Whether to wait until every object has arrived, and until removed ones are gone.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most, at each of the points where it waits.
    type: float
    default: 300.0
  field_manager:
    description: Name under which fields are owned. Changing it makes all earlier objects foreign.
    type: str
    default: ml_platform.seldon
  seldon_expected:
    description:
      - In check mode only. Plan as if namespaces and Seldon's kinds were there, because an earlier task of the same run would have made them.
      - The server is not asked about objects of these kinds then, since it may know them otherwise by that time.
    type: bool
    default: false
  connections:
    description: Requests that may be under way at once, each on a connection of its own.
    type: int
    default: 8
seealso:
  - module: kubernetes.core.k8s
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: A quota and its limit range
  ml_platform.seldon.applyset:
    name: fraud-detection-guard-rails
    inventory_namespace: seldon-system
    namespace: fraud-detection
    definition:
      - apiVersion: v1
        kind: ResourceQuota
        metadata:
          name: team
        spec:
          hard:
            requests.cpu: "20"

- name: A team's kustomization, leaving alone what the team applied by hand
  ml_platform.seldon.applyset:
    name: fraud-detection-team
    inventory_namespace: seldon-system
    namespace: fraud-detection
    src:
      - examples/fraud-detection/k8s/base
    conflicts: leave

- name: Remove the set
  ml_platform.seldon.applyset:
    name: fraud-detection-team
    inventory_namespace: seldon-system
    state: absent
"""

RETURN = r"""
objects:
  description: What happened, or would happen, to each object.
  returned: success
  type: list
  elements: dict
  contains:
    api_version:
      description: The object's apiVersion.
      type: str
      sample: mlops.seldon.io/v1alpha1
    kind:
      description: The object's kind.
      type: str
      sample: Server
    namespace:
      description: The object's namespace, empty for cluster-scoped kinds.
      type: str
      sample: fraud-detection
    name:
      description: The object's name.
      type: str
      sample: mlserver
    action:
      description: One of V(created), V(updated), V(taken over), V(unchanged), V(left alone), V(removed), V(handed over) and V(kept).
      type: str
      sample: updated
    fields:
      description: The fields that change.
      type: list
      elements: str
      sample: [.spec.replicas]
    reason:
      description: Why the object was left alone, handed over or kept.
      type: str
      sample: exists already, applied by "kubectl-client-side-apply"; its content is as wanted
counts:
  description: How many objects each action befell.
  returned: when the set could be read and planned
  type: dict
  sample: {"created": 3, "unchanged": 12}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.applyset.options import (
    ARGUMENT_SPEC,
    CONSTRAINTS,
    run_applyset,
)


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True, **CONSTRAINTS)
    result = run_applyset(
        module.params, check_mode=module.check_mode, diff_mode=module._diff, progress=lambda _text: None
    )
    # The objects can hold Secrets, and a caller that is verbose shows the invocation.
    shown = {
        name: "(hidden)" if value and name.endswith("definition") else value for name, value in module.params.items()
    }
    result["invocation"] = {"module_args": shown}
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
