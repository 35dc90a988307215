from typing import Any, ClassVar, Self

from django.contrib.auth.models import Group, Permission
from django.db import models

class Collection(models.Model):
    name = models.CharField(max_length=255)
    objects: ClassVar[models.Manager[Collection]]
    @classmethod
    def add_root(cls, **kwargs: Any) -> Self: ...
    @classmethod
    def get_first_root_node(cls) -> Self | None: ...

class CollectionMember(models.Model):
    collection = models.ForeignKey(Collection, models.CASCADE)

    class Meta:
        abstract = True

class GroupCollectionPermissionManager(models.Manager[GroupCollectionPermission]): ...

class GroupCollectionPermission(models.Model):
    group = models.ForeignKey(Group, models.CASCADE)
    collection = models.ForeignKey(Collection, models.CASCADE)
    permission = models.ForeignKey(Permission, models.CASCADE)
    objects: ClassVar[GroupCollectionPermissionManager]
