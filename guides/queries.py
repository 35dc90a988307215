"""What everyone may read."""

from typing import Any, NamedTuple, cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils.safestring import SafeString
from wagtail.images import get_image_model
from wagtail.images.models import Image

from core.cards import Card
from core.heads import Head
from courses.models import Lesson
from courses.writing.published import kept_until_published
from courses.writing.queries import Reader
from guides.heads import make_card, make_head
from guides.models import Guide, GuideAddress, GuideIndex, GuideRendering, RelatedLesson
from guides.rendering import split_html
from reviews.queries import MAY_SEE


def get_guides() -> QuerySet[Guide]:
    """Those that are published, in their order."""
    guides: QuerySet[Guide] = Guide.objects.filter(live=True, rendering__isnull=False)
    return guides.order_by("position", "title").defer("body")


def get_newest(count: int) -> list[Guide]:
    return list(get_guides().order_by("-first_published_at")[:count])


@kept_until_published
def get_list() -> tuple[Guide, ...]:
    return tuple(get_guides())


class GuidePage(NamedTuple):
    """All that the page of a guide shows, the same for every reader."""

    guide: Guide
    rendering: GuideRendering
    parts: list[SafeString]
    """The text before and after each place where the price is told."""
    lessons: list[Lesson]
    head: Head
    card: Card


@kept_until_published
def get_guide_page(slug: str) -> GuidePage:
    found = GuideRendering.objects.select_related("guide").filter(guide__live=True, guide__slug=slug).first()
    if found is None:
        raise Http404("There is no such guide.")
    card = make_card(found.guide)
    head = make_head(found.guide, card, answers=found.answers)
    return GuidePage(found.guide, found, split_html(found.html), _get_lessons(found.guide), head, card)


def _get_lessons(guide: Guide) -> list[Lesson]:
    """Those that are published, in the order of the author."""
    links = RelatedLesson.objects.filter(guide=guide, lesson__live=True, lesson__module__course__live=True)
    rows = links.select_related("lesson__module__course").defer("lesson__body", "lesson__module__course__description")
    return [link.lesson for link in rows.order_by("sort_order")]


def may_write_guides(user: Reader) -> bool:
    """Wherever in the tree, for guides are the only pages. Asked once a request: the answer stays with the user."""
    known: bool | None = getattr(user, "_may_write_guides", None)
    if known is None:
        index = GuideIndex.objects.first()
        known = bool(user.is_authenticated and index and index.permissions_for_user(user).can_add_subpage())
        cast(Any, user)._may_write_guides = known
    return known


def find_present_guide(*, guide: str) -> dict[str, str]:
    """Where an address leads that was true once; empty where there is none."""
    known = GuideAddress.objects.filter(slug=guide, guide__live=True).select_related("guide").first()
    return {"guide": known.guide.slug} if known else {}


def get_figure_for(user: Reader, *, guide_id: int, image_id: int) -> Image:
    """A picture of a published guide, for everyone; those of drafts, for who writes guides."""
    # By the page's own number: beyond a database's integers only that one is compared without a fault.
    guide = Guide.objects.filter(id=guide_id, live=True)
    shown = GuideRendering.objects.filter(guide__in=guide).values_list("image_ids", flat=True)
    is_shown = any(image_id in ids for ids in shown)
    image = get_image_model().objects.filter(pk=image_id).first()
    if image is None or not (is_shown or may_write_guides(user) or user.has_perm(MAY_SEE)):
        raise Http404("There is no such figure.")
    return image
