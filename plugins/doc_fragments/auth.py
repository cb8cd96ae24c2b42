# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the connection to the API server. Their types are in module_utils/_internal/kube/argument_spec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """The names and environment variables are those of kubernetes.core."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path of a kubeconfig file, or its content as a dictionary.
      - Several paths are separated by colons and merged, as in E(KUBECONFIG). A relative path starts in the directory in which C(ansible-playbook) was started.
      - Without it, the first that is set is used, in the order E(K8S_AUTH_KUBECONFIG), E(KUBECONFIG), C(~/.kube/config), the pod's own ServiceAccount.
      - A program that the kubeconfig names for credentials (C(exec)) must exist on the machine that the module runs on. The task fails if the program fails.
    type: raw
  context:
    description: Context of the kubeconfig. Without it, E(K8S_AUTH_CONTEXT) or else the kubeconfig's current context is used.
    type: str
  host:
    description:
      - Address of the API server, for example V(https://10.0.0.1:6443). It takes precedence over the address in the kubeconfig.
      - An address without a scheme gets C(https). An address with C(http) is refused together with O(ca_cert), O(client_cert) or O(validate_certs=true).
      - The variable E(K8S_AUTH_HOST) is refused together with the option O(kubeconfig) or O(context), because these select another cluster.
      - With this option, credentials (a token, a user name or a client certificate) and no O(kubeconfig), no kubeconfig is read.
      - The environment variable is E(K8S_AUTH_HOST).
    type: str
  api_key:
    description:
      - Bearer token. The environment variable is E(K8S_AUTH_API_KEY).
      - Only one of O(api_key), O(username) and O(client_cert) can be set. It replaces the credentials of the kubeconfig.
    type: str
  username:
    description: User name for basic authentication, together with O(password). The environment variable is E(K8S_AUTH_USERNAME).
    type: str
  password:
    description: Password for basic authentication. The environment variable is E(K8S_AUTH_PASSWORD).
    type: str
  validate_certs:
    description:
      - Whether to verify the certificate of the API server. Without it, the certificate is verified unless the kubeconfig turns that off.
      - The environment variable is E(K8S_AUTH_VERIFY_SSL).
    type: bool
  ca_cert:
    description: File with the certificate of the certificate authority. The environment variable is E(K8S_AUTH_SSL_CA_CERT).
    type: path
  client_cert:
    description: File with the client certificate, together with O(client_key). The environment variable is E(K8S_AUTH_CERT_FILE).
    type: path
  client_key:
    description: File with the key of the client certificate. The environment variable is E(K8S_AUTH_KEY_FILE).
    type: path
  proxy:
    description:
      - URL of an HTTP proxy, for example V(http://proxy.example.com:3128). The environment variable is E(K8S_AUTH_PROXY).
      - Without it, the kubeconfig's C(proxy-url) is used, or else E(HTTPS_PROXY).
    type: str
  no_proxy:
    description: Hosts that are reached without the proxy, separated by commas. The environment variable is E(K8S_AUTH_NO_PROXY).
    type: str
  impersonate_user:
    description: User to impersonate. The environment variable is E(K8S_AUTH_IMPERSONATE_USER).
    type: str
  impersonate_groups:
    description:
      - Groups to impersonate, together with O(impersonate_user).
      - The environment variable is E(K8S_AUTH_IMPERSONATE_GROUPS), with the groups separated by commas.
    type: list
    elements: str
requirements:
  - kubernetes >= 36.0.1, < 38
"""
