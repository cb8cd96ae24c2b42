#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_info
short_description: Reports the Seldon operators of a cluster, their namespaces and permissions, and conflicts
version_added: 0.1.0
description:
  - Finds every Seldon Core operator of the cluster, in any namespace, and reads its settings as its process does.
    It parses arguments as Go's flag package does, and resolves environment variables as the kubelet does.
  - Reports for each operator its release, the namespace in which it looks for ServerConfigs, the namespaces that it watches,
    whether it takes part in a leader election, and whether its ServiceAccount has the permissions that it needs.
  - Reports as conflicts namespaces that several operators watch or none, operators that share a lease, lookup namespaces outside of the watched
    namespaces, flags that end the process, and permissions that are missing or excessive.
  - A result that depends on a refused read, or on a setting from a ConfigMap or Secret, is reported as unknown, never as ok.
  - Conflicts do not make the task fail. Assert on RV(verdict).
  - Reads only, with one LIST request per kind over all namespaces.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: Writes nothing.
  diff_mode:
    support: none
    details: Changes nothing.
  idempotent:
    support: full
    details: Changes nothing.
options:
  namespaces:
    description:
      - Limits the result to these namespaces, and to the operators that watch or may watch them. Each of these namespaces is expected to have an operator.
      - Without it, or with an empty list, the result is about every namespace with a Server, Model, Experiment, Pipeline or SeldonRuntime.
    type: list
    elements: str
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Read every operator of the cluster
  ml_platform.seldon.operator_info:
  register: seldon_operators

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ seldon_operators.text.splitlines() }}"

- name: Read the operators of one tenant
  ml_platform.seldon.operator_info:
    namespaces:
      - fraud-detection
  register: seldon_tenant_operator

- name: Fail unless exactly one operator watches the tenant, and looks for ServerConfigs in the tenant's own namespace
  ansible.builtin.assert:
    that:
      - seldon_tenant_operator.verdict == 'ok'
      - seldon_tenant_operator.tenants[0].lookup_namespace == 'fraud-detection'
    fail_msg: "{{ seldon_tenant_operator.text }}"
"""

RETURN = r"""
verdict:
  description:
    - V(conflict) if there is a conflict of the severity V(error).
    - Otherwise V(unknown) if there is an unknown result.
    - Otherwise V(ok). There may still be warnings.
  returned: success
  type: str
  sample: conflict
operators:
  description: The operators, ordered by namespace and name. Also empty if the Deployments cannot be listed; RV(verdict) is then V(unknown).
  returned: success
  type: list
  elements: dict
  contains:
    namespace:
      description: Namespace of the operator's Deployment.
      type: str
      sample: seldon-system
    name:
      description: Name of the operator's Deployment.
      type: str
      sample: seldon-v2-controller-manager
    image:
      description: Image of the operator's container.
      type: str
      sample: docker.io/seldonio/seldonv2-controller:2.10.2
    version:
      description: The release in the tag of the image. Null if the image has a digest, no tag, or a tag that is not a release.
      type: str
      sample: 2.10.2
    replicas:
      description: Number of replicas in the spec.
      type: int
      sample: 1
    ready:
      description: Number of ready replicas.
      type: int
      sample: 1
    running:
      description: Whether the operator works at present. An operator that does not run has no conflicts and serves no namespace.
      type: bool
      sample: true
    rolling_out:
      description: Whether a change of the Deployment has not reached all its pods yet. Some pods may then have other settings.
      type: bool
      sample: false
    lookup_namespace:
      description: The namespace in which it looks for ServerConfigs and SeldonConfigs. Null if unknown.
      type: str
      sample: seldon-system
    lookup_namespace_unknown:
      description: Why the lookup namespace is unknown. Empty if it is known.
      type: str
      sample: ""
    scope:
      description:
        - V(all) if it watches all namespaces.
        - V(namespaces) if it watches those in RV(operators[].watch_namespaces).
        - V(unknown) if neither is known.
      type: str
      sample: namespaces
    watch_namespaces:
      description: The namespaces that it watches. Empty unless RV(operators[].scope=namespaces).
      type: list
      elements: str
      sample: [fraud-detection]
    watch_unknown:
      description: Why the watched namespaces are unknown. Empty if they are known.
      type: str
      sample: ""
    leader_elect:
      description: Whether it takes part in the leader election of its namespace. Null if unknown.
      type: bool
      sample: true
    service_account:
      description: Its ServiceAccount, in its own namespace.
      type: str
      sample: seldon-v2-controller-manager
    start_error:
      description: Why its process ends at the start. Empty if no such reason is known.
      type: str
      sample: invalid boolean value "yes" for --clusterwide; expected true or false
    rights:
      description: The permissions of its ServiceAccount.
      type: dict
      contains:
        verdict:
          description: V(held) if it has all that it needs, V(missing) if it lacks one, or V(unknown).
          type: str
          sample: missing
        missing:
          description: The missing permissions, each with its namespace, as text.
          type: list
          elements: str
          sample: ["in fraud-detection: list, watch endpointslices.discovery.k8s.io"]
        unknown:
          description: Why the permissions are unknown. Empty if they are known.
          type: str
          sample: ""
        cluster_wide:
          description: Permissions on Secrets and RBAC objects of the whole cluster, each with its binding, as text. Null if unknown.
          type: list
          elements: str
          sample: ["get, list, watch secrets (ClusterRoleBinding seldon-v2-manager-rolebinding-seldon-system)"]
        elsewhere:
          description: Permissions on Secrets and RBAC objects in namespaces that it does not watch, each with its binding, as text. Null if unknown.
          type: list
          elements: str
          sample: []
tenants:
  description: The operators of each namespace.
  returned: success
  type: list
  elements: dict
  contains:
    namespace:
      description: Name of the namespace.
      type: str
      sample: fraud-detection
    state:
      description: V(watched) by exactly one running operator, V(unwatched) by any, V(contested) by several, or V(unknown).
      type: str
      sample: watched
    operators:
      description: The running operators that watch or may watch it, as C(namespace/name).
      type: list
      elements: str
      sample: [seldon-system/seldon-v2-controller-manager]
    lookup_namespace:
      description: The namespace in which the ServerConfigs of its Servers are looked for. Null if unknown, or unless RV(tenants[].state=watched).
      type: str
      sample: fraud-detection
conflicts:
  description: Conflicts and unknown results, in the order errors, warnings, unknown results, refused reads.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description:
        - About operators and namespaces V(watched_twice), V(unwatched), V(leader_election_twins), V(namespace_absent).
        - About one operator V(invalid_flags), V(not_running), V(rolling_out), V(replicas_without_leader_election), V(settings_unknown),
          V(watch_set_not_as_asked), V(watched_namespace_absent), V(lookup_outside_watch_set), V(lookup_namespace_absent),
          V(lookup_namespace_empty), V(missing_rights), V(rights_unknown), V(excess_rights).
        - About a LIST request V(read_refused).
      type: str
      sample: watched_twice
    severity:
      description: One of V(error), V(warning) and V(unknown).
      type: str
      sample: error
    object:
      description: The object of the conflict.
      type: str
      sample: Namespace fraud-detection
    operators:
      description: The operators involved, as C(namespace/name).
      type: list
      elements: str
      sample: [seldon-system/seldon-v2-controller-manager, seldon-system/operator-fraud-detection]
    namespaces:
      description: The namespaces affected. Empty if the conflict is about operators only.
      type: list
      elements: str
      sample: [fraud-detection]
    what:
      description: The fault of the object, as text that follows its name.
      type: str
      sample: is watched by 2 operators
    next_step:
      description: The next step.
      type: str
      sample: "leave exactly one: limit the other's --watch-namespaces, or delete it"
text:
  description: The result as text for people.
  returned: success
  type: str
  sample: "seldon-system/operator-fraud-detection  2.10.2  1/1 ready\n  watches fraud-detection\n  ..."
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_info import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
