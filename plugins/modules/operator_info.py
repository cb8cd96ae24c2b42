#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_info
short_description: Tells what the Seldon operators of a cluster watch, look up and may do, and where they conflict
version_added: 0.1.0
description:
  - Finds every Seldon Core operator of the cluster, whatever namespace it runs in, and reads its settings as its process does.
    Arguments are read as Go's flag package reads them, and variables as the kubelet resolves them.
  - Tells for each operator its release, the namespace in which it looks for ServerConfigs, the namespaces that it watches,
    whether it takes part in a leader election, and whether its ServiceAccount holds the rights that it needs.
  - Finds namespaces that two operators watch or none, operators that share a lease, lookup namespaces outside of the watch set,
    flags that end the process, and rights that are missing or excessive.
  - What cannot be told, because a read was refused or a setting comes from a ConfigMap or Secret, is reported as unknown, never as ok.
  - Conflicts do not make the task fail. Assert on RV(verdict).
  - Reads only, with one LIST a kind over all namespaces.
  - Runs inside the controller on a local connection, and as a module on any other.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.attributes
  - ml_platform.seldon.attributes.action_group
attributes:
  check_mode:
    support: full
    details: Nothing is ever written.
  diff_mode:
    support: none
    details: Nothing is ever changed.
  idempotent:
    support: full
    details: Nothing is ever changed.
options:
  namespaces:
    description:
      - Limits the question to these namespaces, and to the operators that watch them or may watch them.
      - Each of them is expected to have an operator.
      - Without it, or with an empty list, every namespace that holds a Server, Model, Experiment, Pipeline or SeldonRuntime is asked about.
    type: list
    elements: str
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Look at every operator of the cluster
  ml_platform.seldon.operator_info:
  register: seldon_operators

- name: Show it in words
  ansible.builtin.debug:
    msg: "{{ seldon_operators.text.splitlines() }}"

- name: Ask who works for one tenant
  ml_platform.seldon.operator_info:
    namespaces:
      - fraud-detection
  register: seldon_tenant_operator

- name: Stop unless exactly one operator does, and looks up ServerConfigs in the tenant's own namespace
  ansible.builtin.assert:
    that:
      - seldon_tenant_operator.verdict == 'ok'
      - seldon_tenant_operator.tenants[0].lookup_namespace == 'fraud-detection'
    fail_msg: "{{ seldon_tenant_operator.text }}"
"""

RETURN = r"""
verdict:
  description:
    - V(conflict) when there is at least one conflict of severity V(error).
    - V(unknown) when there is none, but something could not be judged.
    - V(ok) otherwise. There may still be warnings.
  returned: success
  type: str
  sample: conflict
operators:
  description: The operators, by namespace and name. Empty also when the Deployments could not be listed, which makes the verdict V(unknown).
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
      description: The release that the image's tag names. Null when the image is given by digest or its tag is no release.
      type: str
      sample: 2.10.2
    replicas:
      description: Replicas wanted.
      type: int
      sample: 1
    ready:
      description: Replicas ready.
      type: int
      sample: 1
    running:
      description: Whether it works now. An operator that does not run conflicts with none and serves no namespace.
      type: bool
      sample: true
    rolling_out:
      description: Whether a change of the Deployment has not yet arrived in all its pods, which may then run with other settings.
      type: bool
      sample: false
    lookup_namespace:
      description: Where it looks for ServerConfigs and SeldonConfigs. Null when that cannot be told.
      type: str
      sample: seldon-system
    lookup_namespace_unknown:
      description: Why the lookup namespace cannot be told. Empty when it can.
      type: str
      sample: ""
    scope:
      description: One of V(all), V(namespaces) and V(unknown).
      type: str
      sample: namespaces
    watch_namespaces:
      description: The namespaces that it watches. Empty unless RV(operators[].scope=namespaces).
      type: list
      elements: str
      sample: [fraud-detection]
    watch_unknown:
      description: Why the watch set cannot be told. Empty when it can.
      type: str
      sample: ""
    leader_elect:
      description: Whether it takes part in the leader election of its namespace. Null when that cannot be told.
      type: bool
      sample: true
    service_account:
      description: Its ServiceAccount, in its own namespace.
      type: str
      sample: seldon-v2-controller-manager
    start_error:
      description: Why its process ends at its start. Empty when nothing is known to stop it.
      type: str
      sample: invalid boolean value "yes" for --clusterwide; expected true or false
    rights:
      description: The rights of its ServiceAccount.
      type: dict
      contains:
        verdict:
          description: One of V(held), V(missing) and V(unknown).
          type: str
          sample: missing
        missing:
          description: What is missing, and where, in words.
          type: list
          elements: str
          sample: ["in fraud-detection: list, watch endpointslices.discovery.k8s.io"]
        unknown:
          description: Why it cannot be told. Empty when it can.
          type: str
          sample: ""
        cluster_wide:
          description: Rights on Secrets and RBAC objects of the whole cluster, in words with their binding. Null when that cannot be told.
          type: list
          elements: str
          sample: ["get, list, watch secrets (ClusterRoleBinding seldon-v2-manager-rolebinding-seldon-system)"]
        elsewhere:
          description: The same in namespaces that it does not watch. Null when that cannot be told.
          type: list
          elements: str
          sample: []
tenants:
  description: Who works for each namespace asked about.
  returned: success
  type: list
  elements: dict
  contains:
    namespace:
      description: Name of the namespace.
      type: str
      sample: fraud-detection
    state:
      description: V(watched) by exactly one running operator, V(unwatched), V(contested) by several, or V(unknown).
      type: str
      sample: watched
    operators:
      description: The running operators that watch it or may watch it, as C(namespace/name).
      type: list
      elements: str
      sample: [seldon-system/seldon-v2-controller-manager]
    lookup_namespace:
      description: Where the ServerConfigs of its Servers are looked for. Null unless RV(tenants[].state=watched) and that can be told.
      type: str
      sample: fraud-detection
conflicts:
  description: What is wrong or cannot be told, errors before warnings before what is unknown; refused reads come last.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description:
        - Between operators and namespaces V(watched_twice), V(unwatched), V(leader_election_twins), V(namespace_absent).
        - Of one operator V(invalid_flags), V(not_running), V(rolling_out), V(replicas_without_leader_election), V(settings_unknown),
          V(watch_set_not_as_asked), V(watched_namespace_absent), V(lookup_outside_watch_set), V(lookup_namespace_absent),
          V(lookup_namespace_empty), V(missing_rights), V(rights_unknown), V(excess_rights).
        - Of the question V(read_refused).
      type: str
      sample: watched_twice
    severity:
      description: One of V(error), V(warning) and V(unknown).
      type: str
      sample: error
    object:
      description: The object that it is about.
      type: str
      sample: Namespace fraud-detection
    operators:
      description: The operators involved, as C(namespace/name).
      type: list
      elements: str
      sample: [seldon-system/seldon-v2-controller-manager, seldon-system/operator-fraud-detection]
    namespaces:
      description: The namespaces affected. Empty when it is about the operators as such.
      type: list
      elements: str
      sample: [fraud-detection]
    what:
      description: What is wrong with the object, in words that follow its name.
      type: str
      sample: is watched by 2 operators
    next_step:
      description: What to do about it.
      type: str
      sample: "leave exactly one: limit the other's --watch-namespaces, or delete it"
text:
  description: All of it in words, for people.
  returned: success
  type: str
  sample: "seldon-system/operator-fraud-detection  2.10.2  1/1 ready\n  watches fraud-detection\n  ..."
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils.operators.info import ARGUMENT_SPEC, run_operator_info


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    try:
        result = run_operator_info(module.params)
    except KubeError as problem:
        module.fail_json(msg=str(problem))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
