from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.db import models

class ClusterableModel(models.Model):
    class Meta:
        abstract = True

    def serializable_data(self) -> dict[str, Any]: ...
    @classmethod
    def from_serializable_data(
        cls, data: Mapping[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Self | None: ...
    def copy_cluster(self, exclude_fields: Sequence[str] | None = None) -> Self: ...
    def copy_all_child_relations(
        self,
        target: ClusterableModel,
        exclude: Sequence[str] | None = None,
        commit: bool = False,
        append: bool = False,
    ) -> dict[tuple[str, Any], models.Model]: ...
