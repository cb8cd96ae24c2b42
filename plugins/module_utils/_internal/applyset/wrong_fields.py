# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks for every wrong field of a refused object: server-side apply stops at the first one of a custom resource.

A create by dry-run decodes strictly and names every unknown field. A second one without field validation goes on to the
schema, and names every wrong value.
"""

from __future__ import annotations

from ..kube.cause import Cause
from ..kube.client import KubeClient
from ..kube.errors import Invalid, KubeError
from ..kube.field_errors import field_errors
from ..kube.types import KubeObject
from .step import Action, Step

_REQUIRED = "FieldValueRequired"


def with_every_field(client: KubeClient, step: Step, obj: KubeObject, error: Invalid) -> Invalid:
    """The error with the causes of all wrong fields of ``obj``, which is the step's object, or its copy in another namespace."""
    errors = field_errors(error.causes)
    if not errors or any(entry.is_immutable for entry in errors):
        return error
    causes = [cause for validation in ("Strict", "Ignore") for cause in _causes(client, step, obj, validation)]
    # Causes without a reason were read from a text of server-side apply, which stops early and counts in other words.
    own = [cause for cause in error.causes if cause.reason or not causes]
    return Invalid(error.message, causes=[*own, *causes])


def _causes(client: KubeClient, step: Step, obj: KubeObject, validation: str) -> list[Cause]:
    try:
        client.create(step.resource, obj, dry_run=True, field_validation=validation)
    except Invalid as error:
        # The intent of an object that exists may lack what the live object has.
        return [cause for cause in error.causes if step.action is Action.CREATE or cause.reason != _REQUIRED]
    except KubeError:
        return []  # about something else: the object exists already, or a permission is missing
    return []
