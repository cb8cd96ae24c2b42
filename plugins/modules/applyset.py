#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: applyset
short_description: Reconciles a set of Kubernetes objects
version_added: 0.1.0
description:
  - Applies a set of objects by server-side apply, removes fields and objects of the set that are no longer desired, and waits until all objects are ready.
  - Before the first write the module reads and compares the whole set. Where possible, the API server validates the changes by dry-run requests.
  - Removes only objects and fields that this module applied. It identifies them by its field manager, by a label, and by the uids in its inventory,
    a ConfigMap that is the parent object of an ApplySet (KEP-3659).
  - A Job with C(ttlSecondsAfterFinished) that Kubernetes removed after its end is V(finished). It is created again only if its C(spec) has changed, if
    it failed, or if somebody deleted it before Kubernetes could.
  - Objects are data. They are never templated.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.kustomize
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
    details: A run without changes sends no write request.
options:
  name:
    description: Name of the set. Two sets with the same O(name) and O(inventory_namespace) are the same set.
    type: str
    required: true
  inventory_namespace:
    description: Namespace of the inventory, the ConfigMap C(applyset-NAME). Use a namespace in which no tenant can write.
    type: str
    required: true
  state:
    description:
      - V(present) applies the set.
      - V(absent) removes every object of the set, in the reverse order of applying, and then the inventory.
    type: str
    choices: [present, absent]
    default: present
  definition:
    description: Objects of the set. With O(state=present), this option, O(src) or O(yielding_definition) is required. More than one can be set.
    type: list
    elements: dict
  src:
    description:
      - Files, directories or kustomizations with objects of the set.
      - A directory with a C(kustomization.yaml) is built by O(kustomize_binary), without plugins and without remote bases.
    type: list
    elements: path
  yielding_definition:
    description:
      - More objects of the set. For these, O(conflicts=leave) applies, whatever O(conflicts) is.
      - Use it for objects that a team can also apply itself, in one set with objects that only the platform changes.
    type: list
    elements: dict
  namespace:
    description: Namespace of the objects that do not have one.
    type: str
  conflicts:
    description:
      - Decides about an object that exists and was not applied by this module, and about a field that another manager owns with another value.
      - V(fail) refuses the whole set before anything is written. The message names the manager.
      - V(leave) keeps the field and applies all others. It does not change an object that this module has never applied. The result reports what stays
        different, with its owners.
      - V(join) is the same, but applies the fields that nobody else owns also to an object that others created.
      - V(take_over) makes this module the owner, so that it can also remove fields later.
    type: str
    choices: [fail, leave, join, take_over]
    default: fail
  prune:
    description: Whether to remove objects that were in the set and are no longer desired.
    type: bool
    default: true
  validate:
    description: Whether to validate every object that would change by a dry-run request, before the first write.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until every object is ready, and until removed objects are gone.
      - Seldon's objects are ready when the operator has acted on the change. A warning names a change that the operator does not report.
    type: bool
    default: true
  wait_timeout:
    description: The longest time of each wait, in seconds.
    type: float
    default: 300.0
  field_manager:
    description: Name of the field manager that owns the applied fields. After a change of this option, all objects applied before belong to another manager.
    type: str
    default: ml_platform.seldon
  seldon_expected:
    description:
      - In check mode only. Assumes that namespaces and Seldon's kinds exist, because an earlier task of the same run would create them.
      - Objects of these kinds are then not validated by dry-run requests, because the API server may not know their future schema.
    type: bool
    default: false
  connections:
    description: The largest number of concurrent requests, each on its own connection.
    type: int
    default: 8
seealso:
  - module: kubernetes.core.k8s
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Apply a quota
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

- name: Apply a team's kustomization, without changing objects that the team applied by hand
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
  description: The result for each object. In check mode, the predicted result.
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
      description: The object's namespace. Empty for cluster-scoped kinds.
      type: str
      sample: fraud-detection
    name:
      description: The object's name.
      type: str
      sample: mlserver
    action:
      description: One of V(created), V(updated), V(taken over), V(unchanged), V(left alone), V(removed), V(handed over), V(kept) and V(finished).
      type: str
      sample: updated
    fields:
      description: The fields that change.
      type: list
      elements: str
      sample: [.spec.replicas]
    held:
      description:
        - The fields that do not have the wanted value and are not changed, because other managers own them.
        - C(field) is the path, C(owners) are the field managers. C(allowed_by) is what allows the live value, such as the limits of an autoscaler. It is
          empty for a field that differs.
      type: list
      elements: dict
      sample: [{"field": ".spec.replicas", "owners": ["kubectl"], "allowed_by": ""}]
    reason:
      description: Why the object was left alone, taken over, handed over or kept, or is finished. Empty for the other actions.
      type: str
      sample: exists already, applied by "kubectl-client-side-apply"; it already has the wanted content
differs:
  description: Whether an object stays different from the wanted content, because others own it or fields of it. C(objects[].held) lists the fields.
  returned: success
  type: bool
  sample: false
counts:
  description: The number of objects per action.
  returned: when the set could be read and planned
  type: dict
  sample: {"created": 3, "unchanged": 12}
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
