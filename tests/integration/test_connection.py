# SPDX-License-Identifier: GPL-3.0-or-later
"""One meaning of the connection for all modules of a run, Helm's and kubernetes.core's among them. Each test continues from
the state of the previous one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import REPOSITORY
from tests.integration.deployment import Deployment, Run

PLATFORM = "ml-platform"
TENANT = "fraud"
ADMIN = "deployer"


def write_inventory(deployment: Deployment, log_level: str, **everywhere: Any) -> None:
    """A platform in a namespace that only its host has, and an empty tenant. A changed level makes Helm deploy again."""
    deployment.write_inventory({TENANT: {}}, seldon_core_values={"logging": {"logLevel": log_level}}, **everywhere)
    inventory = yaml.safe_load(deployment.inventory.read_text())
    inventory["all"]["children"]["platform"]["hosts"]["seldon-system"]["seldon_core_namespace"] = PLATFORM
    deployment.inventory.write_text(yaml.safe_dump(inventory))


def two_files(deployment: Deployment, directory: Path) -> str:
    """The lab's kubeconfig, split into two files, as a list of paths that are relative to the working directory."""
    config = yaml.safe_load(deployment.lab.kubeconfig.read_text())
    users = {"apiVersion": "v1", "kind": "Config", "users": config.pop("users")}
    names = []
    for name, content in (("clusters", config), ("users", users)):
        (directory / name).write_text(yaml.safe_dump(content))
        names.append(os.path.relpath(directory / name, REPOSITORY))
    return ":".join(names)


def done(run: Run) -> Run:
    assert run.code == 0, run.message("seldon-system") or run.message(TENANT) or run.stdout + run.stderr
    return run


def deployments(deployment: Deployment) -> set[str]:
    items = json.loads(deployment.lab.kubectl("get", "deployments", "-n", PLATFORM, "-o", "json"))["items"]
    return {item["metadata"]["name"] for item in items}


def test_a_relative_list_of_kubeconfigs_and_a_namespace_of_the_platforms_host_only(
    deployment: Deployment, tmp_path: Path
) -> None:
    write_inventory(deployment, "info", kubeconfig=two_files(deployment, tmp_path))
    done(deployment.run(KUBECONFIG="/nowhere"))
    assert {"seldon-v2-controller-manager", f"seldon-v2-controller-manager-{TENANT}"} <= deployments(deployment)


@pytest.mark.parametrize(("variable", "level"), [("K8S_AUTH_KUBECONFIG", "debug"), ("KUBECONFIG", "warn")])
def test_a_variable_with_a_relative_list(deployment: Deployment, tmp_path: Path, variable: str, level: str) -> None:
    write_inventory(deployment, level)
    changes = {"KUBECONFIG": "/nowhere", variable: two_files(deployment, tmp_path)}
    assert done(deployment.run(**changes)).changed("seldon-system") > 0


def test_an_address_without_a_scheme_serves_helm_too_and_the_kubeconfig_is_not_read(
    deployment: Deployment, tmp_path: Path
) -> None:
    config = yaml.safe_load(deployment.lab.kubeconfig.read_text())
    cluster = config["clusters"][0]["cluster"]
    deployment.lab.kubectl("create", "serviceaccount", ADMIN, "-n", "default")
    deployment.lab.kubectl(
        "create", "clusterrolebinding", ADMIN, "--clusterrole=cluster-admin", f"--serviceaccount=default:{ADMIN}"
    )
    token = deployment.lab.kubectl("create", "token", ADMIN, "-n", "default").strip()
    authority = tmp_path / "ca.crt"
    authority.write_text(
        deployment.lab.kubectl("get", "cm", "kube-root-ca.crt", "-n", "default", "-o", r"jsonpath={.data.ca\.crt}")
    )
    write_inventory(deployment, "error")
    changes = {
        "K8S_AUTH_HOST": cluster["server"].removeprefix("https://"),
        "K8S_AUTH_API_KEY": token,
        "K8S_AUTH_SSL_CA_CERT": str(authority),
    }
    run = done(deployment.run(**changes))
    assert run.changed("seldon-system") > 0
    assert token not in run.stdout + run.stderr
    refused = deployment.run(**{**changes, "K8S_AUTH_HOST": cluster["server"].replace("https", "http")})
    assert "without TLS, and only TLS uses K8S_AUTH_SSL_CA_CERT" in refused.message("seldon-system")


def with_user(deployment: Deployment, path: Path, user: dict[str, Any] | None) -> str:
    config = yaml.safe_load(deployment.lab.kubeconfig.read_text())
    config["users"][0]["user"] = user or {}
    path.write_text(yaml.safe_dump(config))
    return str(path)


def test_a_credential_program_that_fails_is_the_message_of_the_run(deployment: Deployment, tmp_path: Path) -> None:
    program = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-login", "interactiveMode": "Never"}
    run = deployment.run(KUBECONFIG=with_user(deployment, tmp_path / "exec", {"exec": program}))
    assert "the credential program 'no-such-login' does not exist on this machine" in run.message("seldon-system")
    assert "anonymous" not in run.stdout + run.stderr
    run = deployment.run(KUBECONFIG=with_user(deployment, tmp_path / "none", None))
    message = run.message("seldon-system")
    assert "the API server got no credentials" in message and "Grant nothing to system:anonymous" in message
    assert "grant the permission" not in message and "Grant that permission" not in message
