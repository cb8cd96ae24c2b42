# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The connection for the modules of kubernetes.core, which read some options differently.

Its action plugin searches a relative kubeconfig in the directories of the role and the playbook, its modules run in the
directory of the playbook, ``helm`` reads a single file, and ``k8s`` prefers the pod's own ServiceAccount to KUBECONFIG. Its
modules also use an address without a scheme with http.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..kube.address import server_address
from ..kube.connection_options import read_options
from ..kube.kubeconfig import kubeconfig_paths


def shared_connection(options: Mapping[str, Any], environ: Mapping[str, str], directory: str) -> dict[str, str]:
    """``host``, the complete address, and ``kubeconfig``, the absolute paths of the files that this collection reads, or the
    null device where it reads none; each empty if the options can be used as they are. Raises ConfigurationError.

    Without ``directory``, on another host, paths stay as they are given: there, all modules run in the same directory.
    """
    given = read_options(options, environ)
    host = server_address(given["host"], given.source("host")) if given["host"] else ""
    if given.is_complete:  # Helm would add the user and the certificate authority of KUBECONFIG
        return {"host": host, "kubeconfig": os.devnull}
    from_files = directory and not isinstance(given["kubeconfig"], Mapping)
    paths = kubeconfig_paths(given["kubeconfig"], environ, directory) if from_files else []
    return {"host": host, "kubeconfig": os.pathsep.join(paths)}
