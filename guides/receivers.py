"""What follows from publishing a guide (see courses/receivers.py)."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Revision
from wagtail.signals import page_unpublished, published

from courses.search import indexing
from courses.writing.published import forget_published
from guides import services
from guides.models import Guide, GuideRendering
from guides.search_kinds import Guides, read


def connect() -> None:
    published.connect(follow_guide, sender=Guide)
    page_unpublished.connect(forget_published)
    for model in (Guide, GuideRendering):
        post_save.connect(forget_published, sender=model)
        post_delete.connect(forget_published, sender=model)


def follow_guide(instance: Guide, revision: Revision, **_: Any) -> None:
    if instance.live:
        services.keep_rendering(guide=instance, revision=revision)
        services.keep_slug(instance)
        before = instance.addresses.exclude(slug=instance.slug).values_list("slug", flat=True)
        indexing.index_page(kind=Guides.name, page=read(instance), before=before)
