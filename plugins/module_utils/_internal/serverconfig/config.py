# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A ServerConfig as it is compared and pointed at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..isolation.pod_security.restricted_configs import restricted_server_config
from ..kube.json_values import json_copy, texts, whole
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from ..ownership.labels import travelling
from ..ownership.owners import team_owned
from ..seldon.effective import Effective, effective_over
from ..seldon.image import Version
from .annotations import DISABLED, read_annotations
from .offer import Offer, Offers


@dataclass(frozen=True, eq=False)
class Config:
    """``object`` may have any shape; nothing here raises. ``offer``: of its spec."""

    namespace: str
    name: str
    object: KubeObject
    offer: Offer

    @property
    def title(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"

    @property
    def metadata(self) -> Any:
        """Its metadata; empty where there is none."""
        return mapping(self.object.get("metadata"))

    @property
    def uid(self) -> str:
        """The API server's identity of the object; empty for one that is not live."""
        return str(self.metadata.get("uid") or "")

    @property
    def generation(self) -> int:
        """0 for one that is not live."""
        return whole(self.metadata.get("generation")) or 0

    @property
    def resource_version(self) -> str:
        """Empty for one that is not live."""
        return str(self.metadata.get("resourceVersion") or "")

    @property
    def deleting(self) -> bool:
        """Whether it is on its way out."""
        return bool(self.metadata.get("deletionTimestamp"))

    @property
    def disabled(self) -> bool:
        """Whether its owners have taken it out of use."""
        return read_annotations(self.metadata.get("annotations")).get(DISABLED) == "true"

    @cached_property
    def content(self) -> dict[str, Any]:
        """All of it that reaches pods, in canonical form; two configs with the same content do the same."""
        return {
            "spec": self.offer.content,
            "metadata": {key: travelling(texts(self.metadata.get(key))) for key in ("labels", "annotations")},
        }

    @cached_property
    def restricted_content(self) -> dict[str, Any]:
        """The same, as it is offered to a tenant whose Seldon pods are brought to Pod Security ``restricted``."""
        restricted = restricted_server_config(self.object)
        return Config(self.namespace, self.name, restricted, Offers().of(spec_of(restricted))).content

    def effective(self, server: KubeObject, release: Version | None = None) -> Effective:
        """The pod spec and claims that the operator makes for a Server of this ServerConfig."""
        return effective_over(server, self.object, self.offer.pod_spec, self.offer.claims, release)

    def effective_of_copy(self, server: KubeObject, release: Version | None = None) -> Effective:
        """The same, of the copy of this ServerConfig that the tenant is offered in its namespace."""
        kept = {key: travelling(texts(self.metadata.get(key))) for key in ("labels", "annotations")}
        copy = {**self.object, "metadata": {**self.metadata, **kept}}
        return effective_over(server, copy, self.offer.pod_spec, self.offer.claims, release)

    def is_copy(self, field_manager: str) -> bool:
        """Whether it is ours alone: the platform's content, offered in a tenant's namespace. One that the team has
        touched is the team's.
        """
        entries = [
            {
                **{
                    key: entry[key]
                    for key in ("manager", "operation", "subresource")
                    if isinstance(entry.get(key), str)
                },
                "fieldsV1": dict(mapping(entry.get("fieldsV1"))),
            }
            for entry in mappings(self.metadata.get("managedFields"))
        ]
        bare = {"apiVersion": str(self.object.get("apiVersion") or ""), "metadata": {"managedFields": entries}}
        return bool(entries) and not team_owned([bare], field_manager)


def configs_by_name(objects: Any) -> dict[tuple[str, str], Config]:
    """By namespace and name; of two with the same, the one that comes first in their text, so that the order of a list
    changes nothing.
    """
    found: dict[tuple[str, str], Config] = {}
    offers = Offers()
    for key, obj in unique(objects).items():
        found[key] = Config(*key, obj, offers.of(spec_of(obj)))
    return found


def unique(objects: Any) -> dict[tuple[str, str], KubeObject]:
    """Objects by namespace and name. Those without a name are left out; doubles do not occur in an API and are settled
    by their text.
    """
    found: dict[tuple[str, str], KubeObject] = {}
    for obj in mappings(list(objects)):
        key = (str(mapping(obj.get("metadata")).get("namespace") or ""), name_of(dict(obj)))
        if not key[1]:
            continue
        if key not in found or _text(obj) < _text(found[key]):
            found[key] = dict(obj)
    return found


def _text(obj: Any) -> str:
    return json.dumps(json_copy(obj), sort_keys=True)
