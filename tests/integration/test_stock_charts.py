# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job with the rendering of upstream's own charts, if it is available. Each test continues from the state of
the previous one.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.layout import REPOSITORY
from tests.integration.deployment import TENANTS, Deployment, Run, example_tenants
from tests.integration.lab_fixture import Lab
from tests.integration.tenancy import CENTRAL, PLATFORM, own_lab
from tests.integration.test_deploy import our_writes, our_writes_but_the_readme, stateful_set_containers
from tests.integration.test_deploy_faults import folder_of
from tests.labs import wait_for_crds

STOCK = REPOSITORY.parent / "shared" / "seldon"
pytestmark = pytest.mark.skipif(not STOCK.is_dir(), reason="the charts' rendering is not at hand")
RELEASES = ["2.9.1", "2.10.2"]
LATEST = RELEASES[-1]
BY_HAND = "by-hand"
BORROWER = "borrower"
EVERYBODY = (*TENANTS, BORROWER, BY_HAND)
HOSTS = (PLATFORM, *EVERYBODY)


def chart(directory: Path, name: str, release: str, rendering: str) -> Path:
    """A chart that renders the same as upstream's chart of that name and release."""
    found = directory / release / name
    (found / "templates").mkdir(parents=True)
    (found / "Chart.yaml").write_text(yaml.safe_dump({"apiVersion": "v1", "name": name, "version": release}))
    text = (STOCK / release / f"{rendering}.yaml").read_text().replace("{{", "{{ `{{` }}")
    (found / "templates" / "rendering.yaml").write_text(text.replace(PLATFORM, "{{ .Release.Namespace }}"))
    return found


def charts(directory: Path, release: str, scope: str = "default") -> Path:
    """A folder of charts, as a value for `seldon_core_chart_source`."""
    chart(directory, "seldon-core-v2-crds", release, "crds")
    return chart(directory, "seldon-core-v2-setup", release, f"setup.{scope}").parent


def borrower(directory: Path, release: str) -> dict[str, Any]:
    """A tenant whose manifests are upstream's own: Servers that refer to ServerConfigs of the platform, and a
    SeldonRuntime.
    """
    folder = directory / BORROWER / release
    folder.mkdir(parents=True)
    for name in ("servers.yaml", "runtime.yaml"):
        (folder / name).write_text((STOCK / release / name).read_text().replace("fraud-detection", BORROWER))
    return {"tenant_namespace_manifests": str(folder)}


@dataclass(frozen=True)
class Stock:
    """The lab with one release of upstream's charts to deploy, and functions that read the result."""

    deployment: Deployment
    release: str
    charts: str
    borrower: dict[str, Any]
    by_hand: Path

    def write_inventory(self, *, by_hand: bool) -> None:
        """Writes the inventory. ``by_hand``: with the manifests of the team that applies them itself."""
        manifests = {"tenant_namespace_manifests": str(self.by_hand)} if by_hand else {}
        tenants = {**example_tenants(), BORROWER: self.borrower, BY_HAND: manifests}
        self.deployment.write_inventory(tenants, seldon_core_chart_source=self.charts, seldon_core_version=self.release)

    def get(self, kind: str, name: str, namespace: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self.deployment.lab.kubectl("get", kind, name, "-n", namespace, "-o", "json")
        )
        return found

    def operator_image(self, name: str) -> str:
        return str(self.get("deployment", name, PLATFORM)["spec"]["template"]["spec"]["containers"][0]["image"])

    def is_ready(self, kind: str, name: str, namespace: str) -> bool:
        conditions = self.get(kind, name, namespace)["status"]["conditions"]
        return [c["status"] for c in conditions if c["type"] == "Ready"] == ["True"]

    def generations(self, namespace: str) -> str:
        kinds = "servers,serverconfigs,models,experiments"
        return self.deployment.lab.kubectl(
            "get", kinds, "-n", namespace, "-o", "jsonpath={.items[*].metadata.generation}"
        )

    def run(self, *arguments: str) -> Run:
        """A run that has to succeed."""
        done = self.deployment.run(*arguments)
        assert done.code == 0, "\n".join([*map(done.message, HOSTS), done.stderr])
        return done


@pytest.fixture(scope="module", params=RELEASES)
def stock(deployment: Deployment, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """First the older release, then the newer one on the same lab."""
    release, directory = request.param, tmp_path_factory.mktemp("stock")
    found = Stock(
        deployment,
        release,
        str(charts(directory, release)),
        borrower(directory, release),
        folder_of(BY_HAND, directory),
    )
    found.write_inventory(by_hand=release != RELEASES[0])
    return found


def test_check_writes_nothing_and_predicts_the_run(stock: Stock) -> None:
    mark = stock.deployment.lab.audit.mark()
    predicted = stock.run("--check", "--diff")
    assert our_writes(stock.deployment, mark) == []
    real = stock.run()
    for tenant in EVERYBODY:
        assert predicted.actions(tenant) == real.actions(tenant)


def test_every_tenant_follows_to_the_release(stock: Stock) -> None:
    image = stock.operator_image(CENTRAL)
    assert image.endswith(f":{stock.release}")
    for tenant in EVERYBODY:
        assert stock.operator_image(f"{CENTRAL}-{tenant}") == image
        assert (
            stock.get("seldonconfig", "default", tenant)["spec"]
            == stock.get("seldonconfig", "default", PLATFORM)["spec"]
        )


def test_each_stateful_set_carries_its_own_tenants_config(stock: Stock) -> None:
    configs = {}
    for tenant, name in {**dict.fromkeys(TENANTS, "mlserver-config"), BORROWER: "mlserver"}.items():
        configs[tenant] = stock.get("serverconfig", name, tenant)["spec"]
        wanted = {c["name"]: c["image"] for c in configs[tenant]["podSpec"]["containers"]}
        assert {name: c["image"] for name, c in stateful_set_containers(stock.deployment, tenant).items()} == wanted
        assert stock.is_ready("server", "mlserver", tenant)
    assert len({json.dumps(config, sort_keys=True) for config in configs.values()}) == len(configs)
    assert stock.is_ready("model", "fraud-v1-baseline", TENANTS[0])
    assert stock.is_ready("experiment", "fraud-ab-test-experiment", TENANTS[0])


def test_upstreams_servers_get_the_platforms_configs(stock: Stock) -> None:
    for name in ("mlserver", "triton"):
        assert stock.get("serverconfig", name, BORROWER)["spec"] == stock.get("serverconfig", name, PLATFORM)["spec"]
        assert stock.is_ready("server", name, BORROWER)
    overrides = {o["name"]: o for o in stock.get("seldonruntime", "seldon", BORROWER)["spec"]["overrides"]}
    assert overrides["seldon-envoy"]["serviceType"] == "ClusterIP"


def test_the_second_run_changes_and_writes_nothing(stock: Stock) -> None:
    mark = stock.deployment.lab.audit.mark()
    second = stock.run()
    assert [host for host in HOSTS if second.changed(host)] == []
    assert our_writes(stock.deployment, mark) == []


def test_what_a_team_applies_by_hand_stays(stock: Stock) -> None:
    kubectl = stock.deployment.lab.kubectl
    kubectl("apply", "-k", str(stock.by_hand))
    kubectl("patch", "model", "fraud-v1-baseline", "-n", BY_HAND, "--type=merge", "-p", '{"spec": {"memory": "150Ki"}}')
    kubectl(
        "wait",
        "--for=condition=Ready",
        "server/mlserver",
        "experiment/fraud-ab-test-experiment",
        "-n",
        BY_HAND,
        "--timeout=60s",
    )
    before = stock.generations(BY_HAND)
    stock.write_inventory(by_hand=True)
    mark = stock.deployment.lab.audit.mark()
    stock.run("--limit", BY_HAND)
    assert our_writes_but_the_readme(stock.deployment, mark, BY_HAND) == []
    assert stock.generations(BY_HAND) == before
    assert stock.get("model", "fraud-v1-baseline", BY_HAND)["spec"]["memory"] == "150Ki"


def test_a_platform_that_was_deleted_is_deployed_again(deployment: Deployment) -> None:
    """The documents advise against the deletion. The CRDs and the tenants still exist, the operators and the sets'
    inventories do not.
    """
    template = stateful_set_containers(deployment, BORROWER)
    deployment.lab.kubectl("delete", "namespace", PLATFORM)
    done = deployment.run()
    assert done.code == 0, "\n".join(map(done.message, HOSTS))
    assert done.actions(BORROWER)["ServerConfig borrower/mlserver"] == "unchanged"
    assert stateful_set_containers(deployment, BORROWER) == template


def helm(lab: Lab, name: str, path: Path) -> None:
    """Installs a release without this project, and waits until it works."""
    command = [str(lab.bin / "helm"), "upgrade", "--install", name, str(path), "-n", PLATFORM, "--create-namespace"]
    subprocess.run(command, env=lab.environment, capture_output=True, check=True)
    if path.name == "seldon-core-v2-crds":
        wait_for_crds(lab.layout)
    else:
        lab.kubectl("rollout", "status", f"deployment/{CENTRAL}", "-n", PLATFORM, "--timeout=60s")


def test_a_platform_that_others_installed(tmp_path: Path) -> None:
    """The platform is used unchanged. A cluster-wide operator that is limited to a list of namespaces is refused for
    the tenants in that list.
    """
    listed, other = "platform-only", TENANTS[0]
    with own_lab(tmp_path) as tenancy:
        lab, deployment = tenancy.lab, Deployment(tenancy.lab, tmp_path)
        deployment.write_inventory({listed: {}, other: example_tenants()[other]}, seldon_core_manage=False)
        helm(lab, "crds", chart(tmp_path, "seldon-core-v2-crds", LATEST, "crds"))

        helm(lab, "platform", chart(tmp_path / "wide", "seldon-core-v2-setup", LATEST, "setup.clusterwide"))
        partly = deployment.run()
        assert partly.failed(listed)
        assert f"{listed} among them: two operators would overwrite each other's changes" in partly.message(listed)
        assert not partly.failed(other), partly.message(other)
        assert partly.changed(PLATFORM) == 1, (
            "this project manages the guard-rails of a platform that others installed too"
        )

        helm(lab, "platform", chart(tmp_path / "scoped", "seldon-core-v2-setup", LATEST, "setup.default"))
        done = deployment.run()
        assert done.code == 0, done.message(PLATFORM) + done.message(listed)
        assert {host: bool(done.changed(host)) for host in (PLATFORM, listed, other)} == {
            PLATFORM: False,
            listed: True,
            other: False,
        }
