from typing import ClassVar

from django.db import models

class LocaleManager(models.Manager[Locale]): ...

class Locale(models.Model):
    language_code = models.CharField(max_length=100)
    objects: ClassVar[LocaleManager]
