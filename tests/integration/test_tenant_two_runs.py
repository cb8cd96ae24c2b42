# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs of one new tenant at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.tenancy import Result, Tenancy


def at_once(tenancy: Tenancy, tenant: str, delay: float) -> list[Result]:
    """The results of two runs, the second ``delay`` seconds later."""
    later = threading.Event()

    def second() -> Result:
        later.wait(delay)
        return tenancy.run(tenant)

    with ThreadPoolExecutor(2) as executor:
        running = [executor.submit(tenancy.run, tenant), executor.submit(second)]
        return [run.result() for run in running]


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5])
def test_two_runs_on_a_new_tenant_succeed_or_name_each_other(tenancy: Tenancy, delay: float) -> None:
    tenant = f"at-once-{int(delay * 100)}"
    results = at_once(tenancy, tenant, delay)
    messages = [str(result["msg"]) for result in results if result.get("failed")]
    assert len(messages) < 2, messages
    for message in messages:
        assert "another run of this set" in message and "take" not in message, message
    assert not tenancy.done(tenant)["changed"]
