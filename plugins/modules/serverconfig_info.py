#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: serverconfig_info
short_description: Tells which ServerConfig each Seldon Server gets, which it should get, and why
version_added: 0.1.0
description:
  - Tells for each Server which ServerConfig the pattern demands (that of its own namespace first, then what the platform offers),
    which one the running operators use, whether they differ, and what would make them agree.
  - Answers "ServerConfig not found" and "is it a typo?" with the exact next step.
  - Shows the pod template that the operator makes of Server and ServerConfig, overrides in it that are lost, names that the operator
    cannot handle, objects of the namespace that the pods need and that are missing, and whether the StatefulSet already carries it.
  - Works on the cluster, on files without a cluster (a pull request), or on files laid over the cluster (what if they were applied).
  - Only what certainly does not exist leads on to the next namespace. What could not be read makes the result V(unknown), never V(ok).
  - Reads only, with one LIST a kind, whatever the number of tenants. Of Secrets, ConfigMaps, ServiceAccounts, Services and
    PersistentVolumeClaims only metadata is read.
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
      - Limits the answer to the Servers of these namespaces. An empty list asks about all.
      - With exactly one, that namespace, O(shared_namespaces) and the platform namespace are read, which takes rights there only.
        Namespaces and Deployments are listed in the whole cluster all the same, since operators may be anywhere.
    type: list
    elements: str
    default: []
  src:
    description:
      - Files, directories and kustomizations of manifests, on the machine that the module runs on.
      - With O(cluster=true), each of their objects takes the place of the live one of the same kind, namespace and name.
      - With O(cluster=false), a namespace has what the files say. Of the platform's and shared namespaces without a
        ServerConfig in the files nothing is known.
    type: list
    elements: path
    default: []
  namespace:
    description: Namespace of those objects in O(src) that state none. Without it, the one of O(namespaces) if there is just one.
    type: str
  kustomize_binary:
    description: The C(kustomize) or C(kubectl) to build kustomizations with. Looked for on the C(PATH) without it.
    type: path
  cluster:
    description: Whether the cluster is asked. If not, no request is sent, and what only a cluster can tell is unknown.
    type: bool
    default: true
  platform_namespace:
    description:
      - Namespace of the ServerConfigs that the platform offers.
      - Without it, the namespace of the running operator that Seldon's chart installs, or of the running operators if there is none of that name.
        With O(cluster=false), V(seldon-system).
    type: str
  shared_namespaces:
    description:
      - Namespaces that are looked into between a Server's own and the platform's, in this order.
      - Their ServerConfigs count where the annotation C(scoped.seldon.io/allowed-namespaces) or
        C(scoped.seldon.io/allowed-namespaces-selector) allows it.
    type: list
    elements: str
    default: []
  fallback:
    description:
      - Whether a Server may come to a ServerConfig of another namespace than its own.
      - V(warn) allows it and says so in RV(servers[].findings).
    type: str
    choices: [allow, warn, deny]
    default: warn
  admin:
    description:
      - Whether the result is for people who may read all namespaces.
      - Only then are ServerConfigs of other tenants suggested.
    type: bool
    default: false
  planned:
    description:
      - Whether to answer for the time after the next run of the playbook, when each namespace has its own operator and SeldonRuntime,
        and a copy of what its Servers need of the platform's ServerConfigs.
    type: bool
    default: false
  fail_on:
    description:
      - When the task fails. What could not be told makes it fail as well, and so does a namespace in O(namespaces) that does not exist.
      - V(unresolved) when the pattern has no ServerConfig for a Server.
      - V(difference) likewise, and when the running operators do not use what the pattern demands.
    type: str
    choices: [nothing, unresolved, difference]
    default: nothing
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Look at the Servers of one tenant
  ml_platform.seldon.serverconfig_info:
    namespaces:
      - fraud-detection
  register: seldon_servers

- name: Show it in words
  ansible.builtin.debug:
    msg: "{{ seldon_servers.text.splitlines() }}"

- name: Check a pull request, without a cluster
  ml_platform.seldon.serverconfig_info:
    cluster: false
    src:
      - examples/fraud-detection/k8s/base
    namespace: fraud-detection
    fail_on: unresolved

- name: Check what these files would do on the cluster
  ml_platform.seldon.serverconfig_info:
    namespaces:
      - fraud-detection
    src:
      - examples/fraud-detection/k8s/base
    planned: true
    fail_on: difference

- name: Stop unless every Server of the cluster uses the ServerConfig that it should
  ml_platform.seldon.serverconfig_info:
    admin: true
    fail_on: difference
"""

RETURN = r"""
verdict:
  description:
    - V(error) when a Server does not get what it should, or does not work as written, or a namespace asked about does not exist.
    - V(unknown) when there is none, but something could not be told.
    - V(ok) otherwise. There may still be warnings.
  returned: success
  type: str
  sample: error
servers:
  description: The Servers, by namespace and name.
  returned: success
  type: list
  elements: dict
  contains:
    namespace:
      description: The Server's namespace.
      type: str
      sample: fraud-detection
    server:
      description: Its name.
      type: str
      sample: mlserver
    place:
      description: Its file and line, where it comes from O(src). Empty for a live one.
      type: str
      sample: k8s/base/server.yaml:2
    verdict:
      description: V(ok), V(error) or V(unknown), as RV(verdict).
      type: str
      sample: error
    error:
      description: The first cause as a stable code; null if there is none. See RV(servers[].desired.error) and RV(servers[].actual.error).
      type: str
      sample: E_NOT_FOUND
    next_step:
      description: The one thing to do first. Empty if there is nothing to do.
      type: str
      sample: name "mlserver-config"
    desired:
      description: What the pattern demands.
      type: dict
      contains:
        reference:
          description: C(spec.serverConfig).
          type: str
          sample: mlserver-confg
        error:
          description:
            - Why there is no ServerConfig for it. Null if there is one.
            - About the reference V(E_REF_EMPTY), V(E_REF_INVALID), V(E_REF_QUALIFIED), V(E_NOT_FOUND).
            - About the namespace V(E_NAMESPACE), V(E_NAMESPACE_TERMINATING), V(E_CRD_MISSING), V(E_AMBIGUOUS_OPERATOR).
            - About the ServerConfig V(E_DELETING), V(E_DISABLED), V(E_FALLBACK_DENIED), V(E_CONFIG_INVALID).
            - About what could not be read V(E_DENIED), V(E_API), V(E_UNCERTAIN).
          type: str
          sample: E_NOT_FOUND
        message:
          description: The same in words.
          type: str
          sample: ServerConfig "mlserver-confg" does not exist
        next_step:
          description: What to do about it.
          type: str
          sample: name "mlserver-config"
        config:
          description: The ServerConfig. Null if there is none.
          type: dict
          contains: &config
            namespace:
              description: Where it is.
              type: str
              sample: fraud-detection
            name:
              description: Its name.
              type: str
              sample: mlserver-config
            uid:
              description: Its uid. Empty for one of a file.
              type: str
              sample: 6fbb2b0e-6e0a-4a9c-9e08-44a3a4d8b5c1
            generation:
              description: Its generation. 0 for one of a file.
              type: int
              sample: 2
            resource_version:
              description: Its version as read. Empty for one of a file.
              type: str
              sample: "4711"
            digest:
              description: The same for two of them with the same spec.
              type: str
              sample: 9f2a6f7f4a1b0c3d
        scope:
          description: Whose it is. V(own), V(offered) (a copy of the platform's in the own namespace), V(shared), V(platform), or null.
          type: str
          sample: own
        trace:
          description: Where was looked, in this order.
          type: list
          elements: dict
          contains:
            namespace:
              description: The namespace.
              type: str
              sample: fraud-detection
            scope:
              description: As RV(servers[].desired.scope).
              type: str
              sample: own
            outcome:
              description: V(found), V(absent), V(no-namespace), V(not-exported), V(unknown), V(deleting) or V(disabled).
              type: str
              sample: absent
            detail:
              description: In words, where the outcome alone does not say it.
              type: str
              sample: ""
        shadowed:
          description: ServerConfigs of the same name that do not count, since a nearer one does.
          type: list
          elements: dict
          contains:
            namespace:
              description: Where it is.
              type: str
              sample: seldon-system
            scope:
              description: As RV(servers[].desired.scope).
              type: str
              sample: platform
            relation:
              description: V(equal), V(differs), or V(unknown) where that namespace could not be read.
              type: str
              sample: differs
            paths:
              description: What differs.
              type: list
              elements: str
              sample: ["spec.podSpec.containers[mlserver].image"]
            severity:
              description: V(warning) if images or resources differ, else V(info) or V(unknown).
              type: str
              sample: warning
        suggestions:
          description: What the reference probably meant, likest first.
          type: list
          elements: dict
          contains:
            name:
              description: Name of a ServerConfig that exists.
              type: str
              sample: mlserver-config
            namespace:
              description: Where it is.
              type: str
              sample: fraud-detection
        hints:
          description: Objects of other kinds that have this name.
          type: list
          elements: str
          sample: ["fraud-detection has a ConfigMap of this name"]
    actual:
      description: What the running operators use.
      type: dict
      contains:
        state:
          description:
            - V(found) or V(absent) where exactly one operator works for the namespace, V(planned) where one comes with the next run,
              V(lookup-fails) where it looks in a namespace that it does not watch.
            - V(unmanaged) by none, V(contested) by several, or V(unknown).
          type: str
          sample: absent
        operators:
          description: The operators concerned, as C(namespace/name).
          type: list
          elements: str
          sample: [seldon-system/seldon-v2-controller-manager-fraud-detection]
        lookup_namespace:
          description: The one namespace in which it looks. Null when that cannot be told.
          type: str
          sample: fraud-detection
        config:
          description: The ServerConfig. Null if there is none.
          type: dict
          contains: *config
        error:
          description: One of V(E_AMBIGUOUS_OPERATOR), V(E_SCOPE_UNSUPPORTED), V(E_UNMANAGED), V(E_LOOKUP_FAILS), or null.
          type: str
          sample: E_SCOPE_UNSUPPORTED
        message:
          description: Why there is none, or the error, in words.
          type: str
          sample: seldon-system/seldon-v2-controller-manager looks in seldon-system only, and there is none
        next_step:
          description: What to do so that it uses what the pattern demands.
          type: str
          sample: "a run offers it in fraud-detection: ansible-playbook -i inventory.yml playbooks/seldon-deploy.yml --limit fraud-detection"
        condition:
          description: The condition of the Server that tells it, where the operator finds none.
          type: str
          sample: StatefulSetOrDeploymentReady
        reason:
          description: The reason that this condition carries.
          type: str
          sample: 'failed to get ServerConfig: ServerConfig.mlops.seldon.io "mlserver-confg" not found'
    agreement:
      description: V(agrees), V(differs) or V(unknown). Whether the operators use what the pattern demands, or the same content.
      type: str
      sample: agrees
    effective:
      description: What the operator makes of Server and ServerConfig. Null if there is no ServerConfig.
      type: dict
      contains:
        replicas:
          description: Replicas wanted.
          type: int
          sample: 1
        labels:
          description: Labels of the StatefulSet.
          type: dict
          sample: {app.kubernetes.io/name: seldon-server}
        annotations:
          description: Annotations of the StatefulSet and its pods.
          type: dict
          sample: {}
        template:
          description: The pod template, with C(metadata) and C(spec), before Kubernetes adds its defaults.
          type: dict
          sample: {metadata: {labels: {seldon-server-name: mlserver}}, spec: {containers: []}}
        volume_claim_templates:
          description: Templates of the claims, each with C(name) and C(spec).
          type: list
          elements: dict
          sample: [{name: mlserver-models, spec: {}}]
        services:
          description: The Services of the replicas.
          type: list
          elements: str
          sample: [mlserver-0]
        claims:
          description: The PersistentVolumeClaims of the replicas.
          type: list
          elements: str
          sample: [mlserver-models-mlserver-0]
        refused:
          description: Why the operator leaves the Server alone. Empty if it does not.
          type: str
          sample: ""
    arrived:
      description: Whether the live StatefulSet carries it already.
      type: dict
      contains:
        state:
          description: V(yes), V(no), V(absent) if there is no StatefulSet, or V(unknown).
          type: str
          sample: "no"
        paths:
          description: What differs.
          type: list
          elements: str
          sample: ["template.spec.containers[mlserver].image"]
        recreate:
          description: Those of them that nobody can change, so that the StatefulSet has to be made anew.
          type: list
          elements: str
          sample: []
    pending:
      description:
        - What a StatefulSet that does not carry it yet waits for. Null otherwise.
        - V(switch) to another ServerConfig of that name, V(fallback) to one of another namespace, V(change) of Server or ServerConfig,
          or V(frozen), likewise with C(disableAutoUpdate).
      type: str
      sample: change
    frozen:
      description: Whether the Server has C(disableAutoUpdate).
      type: bool
      sample: false
    needs:
      description: Objects of the namespace that the pods need.
      type: list
      elements: dict
      contains:
        kind:
          description: ServiceAccount, ConfigMap, Secret or PersistentVolumeClaim.
          type: str
          sample: ConfigMap
        name:
          description: Its name.
          type: str
          sample: seldon-agent
        optional:
          description: Whether the pods start without it.
          type: bool
          sample: false
        path:
          description: The field that names it.
          type: str
          sample: podSpec.volumes[1]
        from_runtime:
          description: Whether a SeldonRuntime brings it.
          type: bool
          sample: true
    findings:
      description: What else can be said, about the reference, the name, overrides, Seldon's contract, and needs, in this order.
      type: list
      elements: dict
      contains:
        code:
          description: A stable word, such as V(lost), V(appended), V(need_missing), V(no_volume), V(bad_name), V(duplicate_port), V(fallback).
          type: str
          sample: need_missing
        severity:
          description: V(error), V(warning), V(info) or V(unknown).
          type: str
          sample: error
        path:
          description: The field that it is about, of the Server or of the effective pod.
          type: str
          sample: podSpec.volumes[1]
        message:
          description: What is to be known.
          type: str
          sample: ConfigMap seldon-agent does not exist in fraud-detection
        next_step:
          description: What to do about it. May be empty.
          type: str
          sample: "create a SeldonRuntime in fraud-detection: it brings this ConfigMap"
    troubleshooting:
      description: Is the ServerConfig in the Server's namespace, is the reference misspelt, and the exact next step. Empty where neither is the trouble.
      type: list
      elements: str
      sample: ["Is it in the namespace of the Server? fraud-detection (own namespace): absent."]
    text:
      description: All of it in words.
      type: str
      sample: "Server fraud-detection/mlserver: ServerConfig \"mlserver-confg\" does not exist\n  looked in fraud-detection (own namespace): absent; ..."
platform_namespace:
  description: The namespace whose ServerConfigs the platform offers. Null when that cannot be told, or there is none.
  returned: success
  type: str
  sample: seldon-system
absent_namespaces:
  description: Those of O(namespaces) that do not exist.
  returned: success
  type: list
  elements: str
  sample: []
unread:
  description: The LISTs that gave nothing.
  returned: success
  type: list
  elements: dict
  contains:
    resource:
      description: The kind's name in paths.
      type: str
      sample: secrets
    namespace:
      description: The namespace. Empty for a LIST of all namespaces.
      type: str
      sample: fraud-detection
    cause:
      description: V(denied), V(failed) or V(not-served).
      type: str
      sample: denied
    message:
      description: What the API server said.
      type: str
      sample: 'secrets is forbidden: User "lead" cannot list resource "secrets" in API group "" in the namespace "fraud-detection"'
text:
  description: All of it in words, for people.
  returned: success
  type: str
  sample: "Server fraud-detection/mlserver: ServerConfig fraud-detection/mlserver-config (own)\nverdict: ok; 1 Server: 1 ok"
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils.serverconfig.info import (
    ARGUMENT_SPEC,
    run_serverconfig_info,
)


def main() -> None:
    """The module's entry point."""
    module = AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True)
    try:
        result = run_serverconfig_info(module.params)
    except KubeError as problem:
        module.fail_json(msg=str(problem))
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
