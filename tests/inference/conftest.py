# SPDX-License-Identifier: GPL-3.0-or-later
"""A real MLServer with two trained models, behind a real Envoy with Seldon's routes. Skipped where they are not
installed.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.mesh.envoy import Mesh as Configured
from lab.mesh.envoy import Route, routes, static_bootstrap
from lab.ports import free_ports
from lab.python_packages import ENVOY, MLSERVER, envoy_binary, install, is_installed

BASELINE, CANDIDATE, GONE = "fraud-v1-baseline_1", "fraud-v2-candidate_1", "fraud-v3-gone_1"
EXPERIMENT = {
    "default": "fraud-v1-baseline",
    "candidates": [{"name": "fraud-v1-baseline", "weight": 80}, {"name": "fraud-v2-candidate", "weight": 20}],
}
PATIENCE = 90.0


@dataclass(frozen=True)
class Mesh:
    """Loopback ports of Envoy and of MLServer, and MLServer's Python."""

    port: int
    server_port: int
    python: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="session")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mesh]:
    if os.environ.get("CI") and not (is_installed(ENVOY) and is_installed(MLSERVER)):
        pytest.skip("MLServer and Envoy are not in the cache; make inference installs them")
    try:
        python, envoy = install(MLSERVER, print) / "python", envoy_binary(print)
    except LabError as error:
        pytest.skip(f"MLServer and Envoy cannot be installed here: {error}")
    folder = tmp_path_factory.mktemp("mesh")
    http, grpc, metrics, mesh_port, agent_port = free_ports(5)
    subprocess.run([python, Path(__file__).with_name("train.py"), folder / "models", BASELINE, CANDIDATE], check=True)
    settings = {
        "host": "127.0.0.1",
        "http_port": http,
        "grpc_port": grpc,
        "metrics_port": metrics,
        "parallel_workers": 0,
    }
    (folder / "models" / "settings.json").write_text(json.dumps(settings))
    models = {"fraud-v1-baseline": BASELINE, "fraud-v2-candidate": CANDIDATE, "fraud-v3-gone": GONE}
    table = [*routes(models, {"fraud-ab-test-experiment": EXPERIMENT}), Route("lying", {"fraud-v2-candidate_2": 1})]
    servers = {BASELINE: http, CANDIDATE: http, GONE: 0, "fraud-v2-candidate_2": http}
    (folder / "envoy.json").write_text(
        json.dumps(static_bootstrap(Configured("fraud-detection", table, servers, mesh_port, agent_port)))
    )
    commands = [
        [python.with_name("mlserver"), "start", folder / "models"],
        [envoy, "-c", folder / "envoy.json", "--concurrency", "1", "--log-level", "warning", "--use-dynamic-base-id"],
    ]
    with (folder / "log").open("wb") as log:
        running = [
            subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            for command in commands
        ]
        try:
            for port, process in zip((http, mesh_port), running):
                wait_for(port, process, folder / "log")
            yield Mesh(mesh_port, http, python)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the process listens on the port."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"nothing listens on {port}:\n{log.read_text(errors='replace')[-2000:]}")
