# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m lab.operator <flags>, with LAB_IMAGE_TAG, KUBECONFIG and the environment of the operator's container."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from kubernetes.config import ConfigException

from . import log
from .api import Api
from .flags import FlagError, HelpRequested, known_flags, parse_flags, usage
from .manager import Manager
from .release import release
from .settings import settings


def main() -> int:
    try:
        behaviour = release(os.environ.get("LAB_IMAGE_TAG", "2.10.2"))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    known = known_flags(behaviour)
    try:
        values = parse_flags(sys.argv[1:], known)
    except (FlagError, HelpRequested) as error:
        print(*([error] if isinstance(error, FlagError) else []), usage(known), sep="\n", file=sys.stderr)
        return 2 if isinstance(error, FlagError) else 0
    if values.get("version"):
        print(behaviour.version)
        return 0
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    chosen = settings(values, os.environ, behaviour)
    try:
        api = Api(str(values["kubeconfig"]) or os.environ.get("KUBECONFIG"))
    except ConfigException as error:
        log.error("unable to load in-cluster configuration", error=str(error))
        return 1
    log.info("Starting manager", version=behaviour.version)
    return Manager(api, chosen).run()


def _end(number: int, frame: FrameType | None) -> None:
    log.info("Stopping and waiting for non leader election runnables")
    # No cleanup is needed: a request either reached the API server or did not.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
