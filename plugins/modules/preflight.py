#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
short_description: Checks that a Seldon platform can be installed or used as asked, and lists every problem at once
version_added: 0.1.0
description:
  - Checks the options, this machine (Helm, the charts, other programs) and the cluster (reachable, recent enough, rights, what is there already),
    and whether the setup chart can be rendered with the values, where it is to be deployed.
  - The task fails with all problems in one message. When the cluster does not answer, that is one problem among those of the options and the machine.
  - Nothing is written. Rights are asked for by SelfSubjectAccessReviews, and only for what really has to be written.
    On a platform that is as wanted there are none.
  - Waits up to 30 seconds while another Helm is at work on one of the two releases, but not in check mode.
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
  namespace:
    description: The platform namespace. Both Helm releases and the central operator are in it.
    type: str
    default: seldon-system
  manage:
    description:
      - Whether charts are to be installed. Their source, Helm and the rights to write are checked then.
      - With V(false) the CRDs and the central operator are expected to be there.
    type: bool
    default: true
  scoping:
    description: With V(dedicated) the central operator must not watch tenants.
    type: str
    choices: [dedicated]
    default: dedicated
  version:
    description: Release of Seldon Core, V(2.10.2) or V(2.9.1).
    type: str
    default: 2.10.2
  chart_source:
    description:
      - URL of a chart repository, an OCI reference, or a directory.
      - A directory holds the unpacked charts C(seldon-core-v2-crds) and C(seldon-core-v2-setup).
    type: str
    default: https://seldonio.github.io/helm-charts
  values:
    description: Values of the chart C(seldon-core-v2-setup). C(controller.clusterwide) is V(false) whatever they say.
    type: dict
    default: {}
  server_configs:
    description: ServerConfigs that are to be applied to the platform namespace.
    type: list
    elements: dict
    default: []
  network_policies:
    description: Whether a network policy is going to restrict operators to DNS, the API server and schedulers.
    type: bool
    default: false
  network:
    description: Where these are, C(dns) and C(apiserver_cidrs), if not where most clusters have them.
    type: dict
    default: {}
  crd_guard:
    description: Whether the admission policy that keeps Seldon's CRDs from being deleted is wanted.
    type: bool
    default: true
  scoping_guard:
    description: Whether the policies that keep tenants' objects from hostile fields are wanted.
    type: bool
    default: true
  allowed_registries:
    description: The only registries that images in tenants' namespaces may come from. Empty for all.
    type: list
    elements: str
    default: []
  scoping_guard_options:
    description:
      - What else the guard lets through, and which of its rules are in force, by the keys C(service_accounts), C(schedulers), C(priority_classes),
        C(runtime_classes), C(rules), C(exempt_users) and C(exempt_groups). See the role C(seldon_core).
    type: dict
    default: {}
  allow_downgrade:
    description: Whether a chart older than the deployed one is accepted.
    type: bool
    default: false
  helm_binary:
    description: Name or path of the C(helm) program. C(helm) on the C(PATH) without it.
    type: str
  programs:
    description: Further programs that have to be on the C(PATH), such as V(kustomize).
    type: list
    elements: str
    default: []
  role_path:
    description:
      - Directory of the role that calls this. Variables that begin with the role's name and are none of its options are a problem.
      - The options are those of its C(meta/argument_specs.yml). This is checked in the controller, whatever the connection.
    type: path
  problems:
    description: Problems that are already known, in words. They are listed first.
    type: list
    elements: str
    default: []
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Check that the platform can be installed
  ml_platform.seldon.preflight:
    namespace: seldon-system
    version: 2.10.2
    values:
      logging:
        logLevel: debug

- name: Check a platform that somebody else manages
  ml_platform.seldon.preflight:
    namespace: seldon-system
    manage: false
    programs:
      - kustomize
"""

RETURN = r"""
problems:
  description: Every problem, in words.
  returned: failure
  type: list
  elements: str
  sample: ["program helm: is not on the PATH; expected Helm 3 or 4; install Helm (https://helm.sh/docs/intro/install), or name it in helm_binary"]
server_version:
  description: The API server's version.
  returned: success
  type: str
  sample: v1.34.1
helm_binary:
  description: Path of the Helm program, empty when there is none.
  returned: success, when O(manage=true)
  type: str
  sample: /usr/local/bin/helm
helm_version:
  description: Release of the Helm program, empty when unknown.
  returned: success, when O(manage=true)
  type: str
  sample: 3.19.0
charts:
  description: For C(crds) and C(setup) the reference, repository and version to give to Helm. The last two may be empty.
  returned: success, when O(manage=true)
  type: dict
  sample: {"crds": {"reference": "seldon-core-v2-crds", "repository": "https://seldonio.github.io/helm-charts", "version": "2.10.2"}}
network_policies:
  description: The network policy of the operators, if O(network_policies=true).
  returned: success
  type: list
  elements: dict
  sample: []
environment:
  description: E(KUBECONFIG) and E(K8S_AUTH_KUBECONFIG), where they are set, with absolute paths. For modules that run in a directory of their own.
  returned: success
  type: dict
  sample: {"KUBECONFIG": "/home/me/.kube/config"}
expected:
  description:
    - What the platform is going to hold that it may not hold yet, for tenants that are checked before it is made or changed.
    - C(server) and C(namespace) say which platform it is. C(kinds) tells whether the CRDs are to be installed or changed.
    - C(objects) are the ServerConfigs that were given, the scoping guard's options and, where the setup chart is to be deployed,
      of its rendering the central operator's Deployment and role, the SeldonConfigs and the ServerConfigs.
  returned: success
  type: dict
  sample: {"server": "https://10.0.0.1:6443", "namespace": "seldon-system", "objects": [], "kinds": false}
namespace_exists:
  description: Whether the platform namespace exists.
  returned: success
  type: bool
  sample: true
operator_available:
  description: Whether the central operator's Deployment is there, rolled out and available.
  returned: success
  type: bool
  sample: true
unprotected_crds:
  description: Seldon's CRDs without the annotation that keeps Helm from deleting them in an upgrade.
  returned: success
  type: list
  elements: str
  sample: [servers.mlops.seldon.io]
admission_policies:
  description: Whether the server has ValidatingAdmissionPolicies, so Kubernetes 1.30 or newer.
  returned: success
  type: bool
  sample: true
scoping_guard:
  description: The objects of the scoping guard as they are to be applied. Without the policies where the server has none; empty with O(scoping_guard=false).
  returned: success
  type: list
  elements: dict
  sample: []
releases:
  description:
    - For C(crds) and C(setup) the Helm release compared with what is wanted. Empty with O(manage=false).
  returned: success
  type: dict
  contains:
    name:
      description: Name of the release.
      type: str
      sample: seldon-core-v2-setup
    state:
      description: One of V(absent), V(current), V(outdated), V(unfinished) and V(broken).
      type: str
      sample: current
    version:
      description: Version of the deployed chart, empty when none is.
      type: str
      sample: 2.10.2
    leftovers:
      description: The Secrets (C(secret), C(uid)) and the C(status) of revisions that failed or were interrupted, on top of what is deployed.
      type: list
      elements: dict
      sample: []
    redeploy:
      description: Whether the revision below the leftovers is as wanted, so that only a forced upgrade repairs the release.
      type: bool
      sample: false
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.request import ARGUMENT_SPEC
from ansible_collections.ml_platform.seldon.plugins.module_utils.preflight.run import run_preflight


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    try:
        result = run_preflight(module.params, check_mode=module.check_mode)
    except KubeError as problem:
        module.fail_json(msg=str(problem))
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
