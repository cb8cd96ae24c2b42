# SPDX-License-Identifier: GPL-3.0-or-later
"""Two tenants that the platform has created, and personas with their own credentials."""

from __future__ import annotations

import pytest

from tests.integration.personas import Persona, person, service_account
from tests.integration.tenancy import CENTRAL, PLATFORM, Tenancy

OWN, OTHER = "fraud-detection", "recommendation-engine"
PLACES = (OWN, OTHER, PLATFORM)
ACCESS = {
    OWN: {
        "owners": {"users": ["olga@example.com"]},
        "deployers": {"groups": ["fraud-engineers"]},
        "viewers": {"groups": ["fraud-analysts"]},
    },
    OTHER: {"owners": {"groups": ["recs-leads"]}, "deployers": {"users": ["otis"]}, "debug": True},
}
AUTOMATION = "pipeline"
SERVICE_ACCOUNTS = [{"name": AUTOMATION, "role": "deployer"}]
OPERATOR = f"{CENTRAL}-{OWN}"
RUNTIME_ACCOUNTS = ("default", "seldon-server", "seldon-scheduler", "hodometer")

TEAM = ("viewer", "deployer", "owner", "automation")
"""The personas that belong to the tenant OWN."""
OUTSIDERS = ("other team's owner", "nobody")
JUDGED = (*TEAM, *RUNTIME_ACCOUNTS, "operator", *OUTSIDERS)


@pytest.fixture(scope="session")
def personas(tenancy: Tenancy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Persona]:
    """Personas by name: the team of OWN, its ServiceAccounts and operator, and others. Neither tenant has manifests."""
    for tenant, access in ACCESS.items():
        tenancy.done(tenant, access=access, service_accounts=SERVICE_ACCOUNTS)
    lab, directory = tenancy.lab, tmp_path_factory.mktemp("personas")
    return {
        "viewer": person(lab, directory, "vera", ["fraud-analysts"]),
        "deployer": person(lab, directory, "dora", ["everyone", "fraud-engineers"]),
        "owner": person(lab, directory, "olga@example.com"),
        "automation": service_account(lab, directory, OWN, AUTOMATION),
        **{name: service_account(lab, directory, OWN, name) for name in RUNTIME_ACCOUNTS},
        "operator": service_account(lab, directory, PLATFORM, OPERATOR),
        "other team's owner": person(lab, directory, "otto", ["recs-leads"]),
        "other team's deployer": person(lab, directory, "otis"),
        "nobody": person(lab, directory, "nora", ["visitors"]),
    }
