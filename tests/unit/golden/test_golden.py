# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects, results and texts of stored tenants are unchanged."""

from __future__ import annotations

import pytest

from tests.golden.examples import example_worlds
from tests.golden.expected import DIGESTS, FOLDER, digest_differences, stored_digests, text_differences
from tests.golden.parts import digests
from tests.golden.random_worlds import COUNT, name_of, random_world
from tests.golden.render import render
from tests.golden.world import World

EXAMPLES = list(example_worlds())
WANTED = "If that is wanted: python -m tests.golden --write"
COMPARE = f"""To see it, run this on both revisions, and compare with diff -r:
  python -m tests.golden --dump DIR --only NAME
{WANTED}"""


@pytest.mark.parametrize("world", EXAMPLES, ids=[world.name for world in EXAMPLES])
def test_an_example_is_as_stored(world: World) -> None:
    found = list(text_differences(FOLDER / world.name, render(world)))
    if found:
        pytest.fail("\n".join([*found, WANTED]), pytrace=False)


@pytest.mark.parametrize("number", range(COUNT), ids=name_of)
def test_a_random_tenant_is_as_stored(number: int) -> None:
    world = random_world(number)
    found = list(digest_differences(stored_digests().get(world.name, {}), digests(render(world))))
    if found:
        pytest.fail(
            "\n".join([*(f"{world.name}, {difference}" for difference in found), COMPARE.replace("NAME", world.name)]),
            pytrace=False,
        )


def test_nothing_else_is_stored() -> None:
    assert sorted(path.name for path in FOLDER.iterdir() if path != DIGESTS) == sorted(world.name for world in EXAMPLES)
    assert sorted(stored_digests()) == [name_of(number) for number in range(COUNT)]
