"""Every write: the page that guides stand under, drafts of the loader, and what is kept of what is published."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale, Page, Revision

from courses.models import Lesson
from guides.models import Guide, GuideAddress, GuideIndex, GuideRendering, RelatedLesson
from guides.rendering import render_guide
from guides.slugs import find_faults_of_slug

INDEX_SLUG = "guides"


@transaction.atomic
def ensure_index() -> GuideIndex:
    """Wagtail makes language and root in migrations; a database that was emptied since has neither."""
    index: GuideIndex | None = GuideIndex.objects.first()
    if index is not None:
        return index
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    root = Page.get_first_root_node() or Page.add_root(title=gettext("Root"), slug="root")
    made: GuideIndex = root.add_child(instance=GuideIndex(title=gettext("Guides"), slug=INDEX_SLUG))
    return made


def lock_guides() -> GuideIndex:
    """Until the transaction ends nobody else gives a guide its place, or an address in the studio."""
    ensure_index()
    return GuideIndex.objects.select_for_update().get()


@transaction.atomic
def draft_guide(*, guide: Guide | None, slug: str, fields: dict[str, Any], related: Sequence[Lesson]) -> Revision:
    """A new revision of a guide, or the first of a new one."""
    row = guide or Guide(slug=slug, live=False)
    for name, value in fields.items():
        setattr(row, name, value)
    if guide is None:
        row.full_clean(exclude=["path", "depth", "url_path"])
        lock_guides().add_child(instance=row)
    row.related.set([RelatedLesson(lesson=lesson, sort_order=order) for order, lesson in enumerate(related)])
    row.full_clean()
    revision: Revision = row.save_revision(log_action=True)
    return revision


def keep_rendering(*, guide: Guide, revision: Revision) -> None:
    rendering = render_guide(body=guide.body, guide_id=guide.pk)
    GuideRendering.objects.update_or_create(guide=guide, defaults={"revision": revision, **rendering._asdict()})


def keep_slug(guide: Guide) -> None:
    """From now on the address under this slug leads here, whoever had it before (decision 42).

    Of two guides that are published under it at once, the second waits for the row of the address, and is refused with
    a ValidationError: nothing of it is published.
    """
    GuideAddress.objects.get_or_create(slug=guide.slug, defaults={"guide": guide})
    address = GuideAddress.objects.select_for_update().get(slug=guide.slug)
    if faults := [*find_faults_of_slug(guide)]:
        raise ValidationError({"slug": faults})
    address.guide = guide
    address.save(update_fields=["guide"])


def render_again() -> list[str]:
    """Make the HTML of live guides anew, where the templates of their blocks changed since. Returns their slugs."""
    changed = []
    for kept in GuideRendering.objects.filter(guide__live=True).select_related("guide"):
        drawn = render_guide(body=kept.guide.body, guide_id=kept.guide_id)
        if drawn.html != kept.html:
            keep_rendering(guide=kept.guide, revision=kept.revision)
            changed.append(kept.guide.slug)
    return changed
