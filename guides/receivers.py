"""What follows from publishing a guide (see courses/receivers.py)."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Revision
from wagtail.signals import published

from courses.writing.published import forget_published
from guides import services
from guides.models import Guide, GuideRendering


def connect() -> None:
    published.connect(follow_guide, sender=Guide)
    for model in (Guide, GuideRendering):
        post_save.connect(forget_published, sender=model)
        post_delete.connect(forget_published, sender=model)


def follow_guide(instance: Guide, revision: Revision, **_: Any) -> None:
    if instance.live:
        services.keep_rendering(guide=instance, revision=revision)
        services.keep_slug(instance)
