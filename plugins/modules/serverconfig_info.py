#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: serverconfig_info
short_description: Reports which ServerConfig each Seldon Server uses, which it should use, and why
version_added: 0.1.0
description:
  - Resolves the C(serverConfig) reference of each Server. The Scoped Operator Pattern demands the ServerConfig of the Server's own namespace, or else the
    one that the platform offers.
  - Reports also the ServerConfig that the running operators use, whether the two differ, and the next step if they do.
  - If a ServerConfig does not exist, it reports the namespaces that were searched, and suggests a name if the reference is misspelt.
  - Shows the pod template that the operator creates from Server and ServerConfig, overrides in it that have no effect, names that the operator
    cannot handle, missing objects that the pods need, and whether the StatefulSet has this template already.
  - Reads the cluster, or files without a cluster (for a pull request), or both (the cluster as it would be after the files are applied).
  - The search continues in the next namespace only if a ServerConfig certainly does not exist. If something cannot be read, the result
    is V(unknown), never V(ok).
  - Reads only, with one LIST request per kind, whatever the number of tenants. Of Secrets, ConfigMaps, ServiceAccounts, Services and
    PersistentVolumeClaims it reads only the metadata.
extends_documentation_fragment:
  - ml_platform.seldon.auth
  - ml_platform.seldon.kustomize
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
      - Limits the result to the Servers of these namespaces. An empty list means all namespaces.
      - With exactly one namespace, only that namespace, O(shared_namespaces) and the platform namespace are read, so permissions are needed in these only.
        Exceptions are Namespaces and Deployments. They are listed in the whole cluster, because an operator can be in any namespace.
    type: list
    elements: str
    default: []
  src:
    description:
      - Files, directories and kustomizations with manifests, on the machine that the module runs on.
      - With O(cluster=true), each object of the files replaces the live one of the same kind, namespace and name.
      - With O(cluster=false), a namespace contains exactly the objects of the files. The platform namespace or a shared namespace without a
        ServerConfig in the files is unknown.
    type: list
    elements: path
    default: []
  namespace:
    description: Namespace of the objects in O(src) that do not have one. Without it, the namespace in O(namespaces) is used if there is exactly one.
    type: str
  cluster:
    description: Whether to read the cluster. With V(false), no request is sent, and results that depend on a cluster are unknown.
    type: bool
    default: true
  platform_namespace:
    description:
      - The platform namespace. Its ServerConfigs are offered to all tenants.
      - Without it, the namespace of the running central operator is used, or else the namespace of the running operators.
        With O(cluster=false), it is V(seldon-system).
    type: str
  shared_namespaces:
    description:
      - Namespaces that are searched after the Server's own namespace and before the platform namespace, in this order.
      - A ServerConfig in them is used only if its annotation C(serverconfig.ml-platform.seldon/allowed-namespaces)
        or C(serverconfig.ml-platform.seldon/allowed-namespaces-selector) allows the Server's namespace.
    type: list
    elements: str
    default: []
  fallback:
    description:
      - Whether a Server can use a ServerConfig of a namespace that is not its own.
      - V(allow) allows it, V(deny) does not. V(warn) allows it with a warning in RV(servers[].findings).
    type: str
    choices: [allow, warn, deny]
    default: warn
  admin:
    description:
      - Whether the result is for people who can read all namespaces.
      - Only with V(true), ServerConfigs of other tenants are suggested.
    type: bool
    default: false
  planned:
    description:
      - Whether to predict the result after the next run of the playbook. Each namespace then has its own operator and SeldonRuntime,
        and copies of the platform's ServerConfigs that its Servers name.
    type: bool
    default: false
  fail_on:
    description:
      - V(nothing) never fails the task because of a result.
      - V(unresolved) fails it if the reference of a Server cannot be resolved.
      - V(difference) also fails it if the running operators do not use the ServerConfig that the pattern demands.
      - Except with V(nothing), the task also fails if a result is unknown, or a namespace in O(namespaces) does not exist.
    type: str
    choices: [nothing, unresolved, difference]
    default: nothing
author:
  - The ml_platform.seldon authors (@ml-platform)
"""

EXAMPLES = r"""
- name: Resolve the Servers of one tenant
  ml_platform.seldon.serverconfig_info:
    namespaces:
      - fraud-detection
  register: seldon_servers

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ seldon_servers.text.splitlines() }}"

- name: Check a pull request, without a cluster
  ml_platform.seldon.serverconfig_info:
    cluster: false
    src:
      - examples/fraud-detection/k8s/base
    namespace: fraud-detection
    fail_on: unresolved

- name: Check the cluster as it would be after these files are applied
  ml_platform.seldon.serverconfig_info:
    namespaces:
      - fraud-detection
    src:
      - examples/fraud-detection/k8s/base
    planned: true
    fail_on: difference

- name: Fail unless every Server of the cluster uses the ServerConfig that it should
  ml_platform.seldon.serverconfig_info:
    admin: true
    fail_on: difference
"""

RETURN = r"""
verdict:
  description:
    - V(error) if a Server does not use the ServerConfig that it should, or cannot work with it, or a namespace in O(namespaces) does not exist.
    - Otherwise V(unknown) if there is an unknown result.
    - Otherwise V(ok). There may still be warnings.
  returned: success
  type: str
  sample: error
servers:
  description: The Servers, ordered by namespace and name.
  returned: success
  type: list
  elements: dict
  contains:
    namespace:
      description: The Server's namespace.
      type: str
      sample: fraud-detection
    server:
      description: Name of the Server.
      type: str
      sample: mlserver
    place:
      description: File and line of the Server in O(src). Empty for a live one.
      type: str
      sample: k8s/base/server.yaml:2
    verdict:
      description: V(ok), V(error) or V(unknown), with the meaning of RV(verdict).
      type: str
      sample: error
    error:
      description: Code of the first error, which does not change between releases. Null if there is none. The codes are those of
        RV(servers[].desired.error) and RV(servers[].actual.error).
      type: str
      sample: E_NOT_FOUND
    next_step:
      description: The first thing to do. Empty if there is nothing to do.
      type: str
      sample: name "mlserver-config"
    desired:
      description: The result that the pattern demands.
      type: dict
      contains:
        reference:
          description: Value of C(spec.serverConfig).
          type: str
          sample: mlserver-confg
        error:
          description:
            - Why the reference cannot be resolved. Null if it can.
            - About the reference V(E_REF_EMPTY), V(E_REF_INVALID), V(E_REF_QUALIFIED), V(E_NOT_FOUND).
            - About the namespace V(E_NAMESPACE), V(E_NAMESPACE_TERMINATING), V(E_CRD_MISSING), V(E_AMBIGUOUS_OPERATOR).
            - About the ServerConfig V(E_DELETING), V(E_DISABLED), V(E_FALLBACK_DENIED), V(E_CONFIG_INVALID).
            - About a refused or failed read V(E_DENIED), V(E_API), V(E_UNCERTAIN).
          type: str
          sample: E_NOT_FOUND
        message:
          description: The error as text.
          type: str
          sample: ServerConfig "mlserver-confg" does not exist
        next_step:
          description: The next step.
          type: str
          sample: name "mlserver-config"
        config:
          description: The ServerConfig. Null if there is none.
          type: dict
          contains: &config
            namespace:
              description: Namespace of the ServerConfig.
              type: str
              sample: fraud-detection
            name:
              description: Name of the ServerConfig.
              type: str
              sample: mlserver-config
            uid:
              description: Its uid. Empty for a ServerConfig in a file.
              type: str
              sample: 6fbb2b0e-6e0a-4a9c-9e08-44a3a4d8b5c1
            generation:
              description: Its generation. 0 for a ServerConfig in a file.
              type: int
              sample: 2
            resource_version:
              description: Its C(metadata.resourceVersion). Empty for a ServerConfig in a file.
              type: str
              sample: "4711"
            digest:
              description: Hash of its spec. Equal specs have equal hashes.
              type: str
              sample: 9f2a6f7f4a1b0c3d
        scope:
          description: V(own), V(offered) for a copy of the platform's in the own namespace, V(shared), V(platform), or null without a ServerConfig.
          type: str
          sample: own
        trace:
          description: The namespaces that were searched, in this order.
          type: list
          elements: dict
          contains:
            namespace:
              description: Name of the namespace.
              type: str
              sample: fraud-detection
            scope:
              description: One of the values of RV(servers[].desired.scope).
              type: str
              sample: own
            outcome:
              description: V(found), V(absent), V(no-namespace), V(not-exported), V(unknown), V(deleting) or V(disabled).
              type: str
              sample: absent
            detail:
              description: More about the outcome, as text. Empty if the outcome is clear.
              type: str
              sample: ""
        shadowed:
          description: ServerConfigs of the same name that are hidden, because a ServerConfig in an earlier namespace is used.
          type: list
          elements: dict
          contains:
            namespace:
              description: Namespace of the hidden ServerConfig.
              type: str
              sample: seldon-system
            scope:
              description: One of the values of RV(servers[].desired.scope).
              type: str
              sample: platform
            relation:
              description: V(equal), V(differs), or V(unknown) if that namespace could not be read.
              type: str
              sample: differs
            paths:
              description: The fields that differ.
              type: list
              elements: str
              sample: ["spec.podSpec.containers[mlserver].image"]
            severity:
              description: V(warning) if images or resources differ, otherwise V(info) or V(unknown).
              type: str
              sample: warning
        suggestions:
          description: ServerConfigs with a similar name, the most similar first.
          type: list
          elements: dict
          contains:
            name:
              description: Name of a ServerConfig that exists.
              type: str
              sample: mlserver-config
            namespace:
              description: Namespace of that ServerConfig.
              type: str
              sample: fraud-detection
        hints:
          description: Objects of other kinds that have this name.
          type: list
          elements: str
          sample: ["fraud-detection has a ConfigMap of this name"]
    actual:
      description: The result of the running operators.
      type: dict
      contains:
        state:
          description:
            - V(found) or V(absent) if exactly one operator watches the namespace. V(lookup-fails) if that operator looks in a namespace that it does not watch.
            - V(planned) if the next run creates the operator.
            - V(unmanaged) if no operator watches the namespace, V(contested) if several do, or V(unknown).
          type: str
          sample: absent
        operators:
          description: The operators that watch or may watch the namespace, as C(namespace/name).
          type: list
          elements: str
          sample: [seldon-system/seldon-v2-controller-manager-fraud-detection]
        lookup_namespace:
          description: The namespace in which the operator looks for ServerConfigs. Null if unknown.
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
          description: The error, or why the operator finds no ServerConfig, as text.
          type: str
          sample: seldon-system/seldon-v2-controller-manager looks in seldon-system only, and there is none
        next_step:
          description: The next step, after which the operator uses the ServerConfig that the pattern demands.
          type: str
          sample: "a run offers it in fraud-detection: ansible-playbook -i inventory.yml playbooks/seldon-deploy.yml --limit fraud-detection"
        condition:
          description: The condition of the Server that reports it, if the operator finds no ServerConfig.
          type: str
          sample: StatefulSetOrDeploymentReady
        reason:
          description: Reason of that condition.
          type: str
          sample: 'failed to get ServerConfig: ServerConfig.mlops.seldon.io "mlserver-confg" not found'
    agreement:
      description: V(agrees) if the operators use the ServerConfig that the pattern demands, or one with the same content. Otherwise V(differs) or V(unknown).
      type: str
      sample: agrees
    effective:
      description: The objects that the operator creates from Server and ServerConfig. Null if there is no ServerConfig.
      type: dict
      contains:
        replicas:
          description: Desired number of replicas.
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
          description: Why the operator does not reconcile the Server. Empty if it does.
          type: str
          sample: ""
    arrived:
      description: Whether the live StatefulSet has the pod template of RV(servers[].effective) already.
      type: dict
      contains:
        state:
          description: V(yes), V(no), V(absent) if there is no StatefulSet, or V(unknown).
          type: str
          sample: "no"
        paths:
          description: The fields that differ.
          type: list
          elements: str
          sample: ["template.spec.containers[mlserver].image"]
        recreate:
          description: Those of the fields that are immutable. To change them, the StatefulSet must be recreated.
          type: list
          elements: str
          sample: []
    pending:
      description:
        - The change that has not reached the StatefulSet yet. Null if it has the template already.
        - V(switch) to another ServerConfig of that name, V(fallback) to a ServerConfig of another namespace, or V(change) of Server or ServerConfig.
        - V(frozen) for any of these if the Server has C(disableAutoUpdate).
      type: str
      sample: change
    frozen:
      description: Whether the Server has C(disableAutoUpdate).
      type: bool
      sample: false
    needs:
      description: Objects of the namespace that the pods refer to.
      type: list
      elements: dict
      contains:
        kind:
          description: V(ServiceAccount), V(ConfigMap), V(Secret) or V(PersistentVolumeClaim).
          type: str
          sample: ConfigMap
        name:
          description: Name of the object.
          type: str
          sample: seldon-agent
        optional:
          description: Whether the pods start without it.
          type: bool
          sample: false
        path:
          description: The field that refers to it.
          type: str
          sample: podSpec.volumes[1]
        from_runtime:
          description: Whether the SeldonRuntime creates it.
          type: bool
          sample: true
    findings:
      description: Errors, warnings and remarks about the reference, the name, overrides, the requirements of Seldon's components, and needed objects,
        in this order.
      type: list
      elements: dict
      contains:
        code:
          description: A code that does not change between releases, such as V(lost), V(appended), V(need_missing), V(no_volume), V(bad_name),
            V(duplicate_port) or V(fallback).
          type: str
          sample: need_missing
        severity:
          description: V(error), V(warning), V(info) or V(unknown).
          type: str
          sample: error
        path:
          description: The field of the Server or of the effective pod.
          type: str
          sample: podSpec.volumes[1]
        message:
          description: The finding, as text.
          type: str
          sample: ConfigMap seldon-agent does not exist in fraud-detection
        next_step:
          description: The next step. Can be empty.
          type: str
          sample: "create a SeldonRuntime in fraud-detection: it brings this ConfigMap"
    troubleshooting:
      description:
        - Whether the ServerConfig is in the Server's namespace, whether the reference is misspelt, and the next step.
        - Empty if neither is the cause.
      type: list
      elements: str
      sample: ["Is it in the namespace of the Server? fraud-detection (own namespace): absent."]
    text:
      description: The result for the Server, as text for people.
      type: str
      sample: "Server fraud-detection/mlserver: ServerConfig \"mlserver-confg\" does not exist\n  looked in fraud-detection (own namespace): absent; ..."
platform_namespace:
  description: The platform namespace. Null if it is unknown, or there is none.
  returned: success
  type: str
  sample: seldon-system
absent_namespaces:
  description: The namespaces in O(namespaces) that do not exist.
  returned: success
  type: list
  elements: str
  sample: []
unread:
  description: The LIST requests that failed.
  returned: success
  type: list
  elements: dict
  contains:
    resource:
      description: Plural name of the kind, as in URLs.
      type: str
      sample: secrets
    namespace:
      description: The namespace. Empty for a request for all namespaces.
      type: str
      sample: fraud-detection
    cause:
      description: V(denied), V(failed) or V(not-served).
      type: str
      sample: denied
    message:
      description: Message of the API server.
      type: str
      sample: 'secrets is forbidden: User "lead" cannot list resource "secrets" in API group "" in the namespace "fraud-detection"'
text:
  description: The result as text for people.
  returned: success
  type: str
  sample: "Server fraud-detection/mlserver: ServerConfig fraud-detection/mlserver-config (own)\nverdict: ok; 1 Server: 1 ok"
"""

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.ansible_module import run_module
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info import entry_point


def main() -> None:
    """The module's entry point."""
    run_module(entry_point)


if __name__ == "__main__":
    main()
