# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty tenants in four parallel slices result in the same objects as in one job, and a failed slice does not affect
others.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.awx_jobs import Awx, Job, applied, script_data
from tests.integration.deployment import CHARTS
from tests.integration.tenancy import PLATFORM, own_lab

TENANTS = [f"team-{number:02}" for number in range(20)]
SLICES = 4
Json = dict[str, Any]


@contextmanager
def awx_with_twenty(directory: Path, **broken: Json) -> Iterator[Awx]:
    """On a lab with the platform. Tenants' operators are not started, and the jobs do not wait: other tests cover the
    operators' objects.
    """
    with own_lab(directory) as tenancy:
        awx = Awx(tenancy.lab, directory / "awx")
        awx.directory.mkdir()
        sync(awx, **broken)
        awx.use_kubeconfig(tenancy.lab.kubeconfig)
        platform = awx.launch("Seldon platform")
        assert platform.status == "successful", platform.output
        tenancy.lab.kubectl("cordon", "--selector=kubernetes.io/os=linux")
        yield awx


def sync(awx: Awx, **broken: Json) -> None:
    """Updates the inventory. ``broken`` are variables by tenant, with ``_`` in place of ``-``."""
    variables = {name: broken.get(name.replace("-", "_"), {}) for name in TENANTS}
    awx.sync(variables, seldon_core_chart_source=str(CHARTS), tenant_namespace_wait=False)


def slices(awx: Awx, *numbers: int) -> dict[int, Job]:
    """Runs the slices in parallel, as AWX does on several nodes."""
    with ThreadPoolExecutor(max_workers=2) as executor:
        jobs = executor.map(lambda number: awx.launch("Seldon tenants", of=number), numbers)
        return dict(zip(numbers, jobs, strict=True))


def of_slice(awx: Awx, number: int) -> list[str]:
    """The tenants of the slice."""
    return list(script_data(awx.inventory, number, SLICES)["tenants"]["hosts"])


@pytest.fixture(scope="module")
def in_one_job(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    """The objects that one job without slices applies."""
    with awx_with_twenty(tmp_path_factory.mktemp("one")) as awx:
        job = awx.launch("Seldon deploy")
        assert job.status == "successful", job.output
        assert job.report["changed"] == TENANTS
        return applied(awx.lab)


@pytest.fixture(scope="module")
def awx(in_one_job: dict[str, Json], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awx]:
    with awx_with_twenty(
        tmp_path_factory.mktemp("slices"), team_05={"tenant_namespace_quota": {"requests.cpu": "plenty"}}
    ) as found:
        yield found


def test_every_host_is_in_just_one_slice_and_so_is_the_platform(awx: Awx) -> None:
    parts = [script_data(awx.inventory, number, SLICES) for number in range(1, SLICES + 1)]
    assert sorted(host for part in parts for host in part["all"]["hosts"]) == sorted([PLATFORM, *TENANTS])
    assert sum("platform" in part for part in parts) == 1


def test_a_slice_that_fails_does_not_disturb_the_others(awx: Awx) -> None:
    good, platform_alone = awx.credential, {*applied(awx.lab)}
    awx.credential = {**good, "inputs": {"kubeconfig": "not: [a, kubeconfig"}}
    lost = awx.launch("Seldon tenants", of=4)
    awx.credential = good
    assert lost.status == "failed" and {*lost.messages} == {*of_slice(awx, 4)}
    assert {*applied(awx.lab)} == platform_alone
    [broken] = [number for number in (1, 2, 3, 4) if "team-05" in of_slice(awx, number)]
    jobs = slices(awx, *[number for number in (1, 2, 3, 4) if number != 4 or broken == 4])
    assert {number for number, job in jobs.items() if job.status != "successful"} == {broken}
    assert {*jobs[broken].messages} == {"team-05"} and "tenant_namespace_quota" in jobs[broken].report["refused"][
        "team-05"
    ]
    for number, job in jobs.items():
        assert [name for name in of_slice(awx, number) if name not in job.report["changed"]] == (
            ["team-05"] if number == broken else []
        )
        assert job.tasks("Check the platform") == job.tasks("Deploy the platform") == []


def test_with_what_failed_put_right_all_slices_together_are_the_one_job(awx: Awx, in_one_job: dict[str, Json]) -> None:
    sync(awx)
    jobs = slices(awx, 1, 2, 3, 4)
    assert {job.status for job in jobs.values()} == {"successful"}
    made = applied(awx.lab)
    assert {*made} == {*in_one_job}
    assert [name for name in made if made[name] != in_one_job[name]] == []


def test_the_one_job_finds_nothing_to_do_then_and_neither_do_slices(awx: Awx) -> None:
    job = awx.launch("Seldon deploy")
    assert job.status == "successful" and set(job.recap("changed").values()) == {0}


def test_an_answer_for_a_tenant_of_another_slice_leaves_this_one_alone(awx: Awx) -> None:
    [name] = of_slice(awx, 2)[:1]
    found = {number: awx.launch("Seldon tenants", {"seldon_deploy_tenants": name}, of=number) for number in (1, 2)}
    assert {job.status for job in found.values()} == {"successful"}
    assert found[1].report == {} and found[2].report["tenants"] == 1


def test_a_slice_without_a_tenant_succeeds(awx: Awx) -> None:
    awx.inventory = {**awx.inventory, "tenants": {"hosts": []}, "_meta": {"hostvars": {PLATFORM: {}}}}
    job = awx.launch("Seldon tenants", of=1)
    assert job.status == "successful" and job.report == {}
