from typing import ClassVar

from django.db import models

class ReferenceIndex(models.Model):
    objects: ClassVar[models.Manager[ReferenceIndex]]
