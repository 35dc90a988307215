from typing import ClassVar

from django.db import models
from django.db.models import Model

class ReferenceIndex(models.Model):
    objects: ClassVar[models.Manager[ReferenceIndex]]
    @classmethod
    def create_or_update_for_object(cls, object: Model) -> None: ...
