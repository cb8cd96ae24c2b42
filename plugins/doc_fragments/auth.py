# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that say which cluster and as whom; twin of module_utils/kube/argument_spec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """Names and environment variables are those of kubernetes.core."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path of a kubeconfig file, or the content of one as a dictionary.
      - E(K8S_AUTH_KUBECONFIG), then E(KUBECONFIG), then C(~/.kube/config), then the pod's own ServiceAccount are used without it.
    type: raw
  context:
    description: Context of the kubeconfig. E(K8S_AUTH_CONTEXT) is used without it, else the current context.
    type: str
  host:
    description: Address of the API server, for example V(https://10.0.0.1:6443). Wins over the kubeconfig; E(K8S_AUTH_HOST).
    type: str
  api_key:
    description: Bearer token. E(K8S_AUTH_API_KEY).
    type: str
  username:
    description: User name of basic authentication. E(K8S_AUTH_USERNAME).
    type: str
  password:
    description: Password of basic authentication. E(K8S_AUTH_PASSWORD).
    type: str
  validate_certs:
    description: Whether the API server's certificate is verified; it is, unless the kubeconfig says otherwise. E(K8S_AUTH_VERIFY_SSL).
    type: bool
  ca_cert:
    description: File of the certificate authority. E(K8S_AUTH_SSL_CA_CERT).
    type: path
  client_cert:
    description: File of the client certificate. E(K8S_AUTH_CERT_FILE).
    type: path
  client_key:
    description: File of the client certificate's key. E(K8S_AUTH_KEY_FILE).
    type: path
  proxy:
    description: URL of an HTTP proxy. E(K8S_AUTH_PROXY).
    type: str
  no_proxy:
    description: Comma-separated hosts that are reached without the proxy. E(K8S_AUTH_NO_PROXY).
    type: str
  impersonate_user:
    description: User to act as. E(K8S_AUTH_IMPERSONATE_USER).
    type: str
  impersonate_groups:
    description: Groups to act as. E(K8S_AUTH_IMPERSONATE_GROUPS), comma-separated.
    type: list
    elements: str
requirements:
  - kubernetes >= 36.0.0
"""
