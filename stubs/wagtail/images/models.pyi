from contextlib import AbstractContextManager
from typing import IO, ClassVar

from django.conf import settings
from django.db import models
from wagtail.models.media import CollectionMember

class ImageQuerySet(models.QuerySet[Image]): ...

class ImageFileMixin:
    def open_file(self) -> AbstractContextManager[IO[bytes]]: ...

class AbstractImage(ImageFileMixin, CollectionMember, models.Model):
    title = models.CharField(max_length=255)
    file = models.ImageField()
    description = models.CharField(max_length=255)
    width = models.IntegerField()
    height = models.IntegerField()
    created_at = models.DateTimeField()
    uploaded_by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    file_size = models.PositiveIntegerField(null=True)
    file_hash = models.CharField(max_length=40)

    objects = ImageQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_rendition(self, filter: str) -> Rendition: ...

class Image(AbstractImage): ...

class AbstractRendition(ImageFileMixin, models.Model):
    filter_spec = models.CharField(max_length=255)
    file = models.ImageField()
    width = models.IntegerField()
    height = models.IntegerField()

    class Meta:
        abstract = True

    @property
    def url(self) -> str: ...
    @property
    def full_url(self) -> str: ...

class Rendition(AbstractRendition):
    image = models.ForeignKey(Image, models.CASCADE, related_name="renditions")
    objects: ClassVar[models.Manager[Rendition]]
