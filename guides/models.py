"""Public articles. Wagtail keeps the pages; readers get them from our own views."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    Panel,
    PublishingPanel,
    TitleFieldPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PagePermissionTester, Revision

from core.heads import Head
from core.publishing import CheckedMixin
from courses.models import Lesson
from guides.blocks import GUIDE_BLOCKS
from guides.rendering import render_guide
from guides.slugs import find_faults_of_slug

AUTHOR = "eScan Academy"


class GuidePermissions(PagePermissionTester):
    """A guide stays where it is, for everyone; a copy would be live without having been checked."""

    def can_copy(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_publish(self) -> bool:
        """What is reviewed goes live by its approval: whoever opens another door finds it shut."""
        return bool(super().can_publish()) and not self.page.specific.find_obstacle()

    def can_unschedule(self) -> bool:
        return bool(super().can_publish())

    def can_unpublish(self) -> bool:
        """At any time, in review too: a fault goes at once."""
        may = self.user.is_active and (self.user.is_superuser or "publish" in self.permissions)
        return bool(may and self.page.live)


class IndexPermissions(GuidePermissions):
    """Nothing of it is read: it has no text, and is there for good."""

    def can_edit(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_publish(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage()) and not Guide().find_obstacle()


class GuideIndex(Page):
    """What guides stand under in Wagtail's tree. There is one, and no address leads to it but that of the list."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["guides.Guide"]
    private_page_options: Sequence[str] = []

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return IndexPermissions(user, self)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str]:
        return 0, settings.SITE_URL, reverse("guides:list")


class Guide(CheckedMixin, Page):
    summary = models.CharField(
        max_length=160, help_text=_("One sentence, at most 160 letters: search engines show it under the title.")
    )
    author = models.CharField(max_length=120, default=AUTHOR)
    reviewer = models.CharField(
        max_length=120,
        blank=True,
        help_text=_("The physician who reviewed and signed it, with the licensed degree. Empty until somebody did."),
    )
    reviewed_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    body = StreamField(GUIDE_BLOCKS, blank=True, block_counts={"matrix": {"max_num": 1}})

    parent_page_types = ["guides.GuideIndex"]
    subpage_types: Sequence[str] = []
    # A guide is for everyone.
    private_page_options: Sequence[str] = []

    content_panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
        InlinePanel("related", heading=_("Related lessons"), label=_("Lesson")),
        MultiFieldPanel(
            [FieldPanel("author"), FieldRowPanel([FieldPanel("reviewer"), FieldPanel("reviewed_on")])],
            _("Author and medical review"),
        ),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("position")]),
        PublishingPanel(),
    ]
    # With a form, which stands above models (guides/studio.py).
    edit_handler: ClassVar[Panel]
    promote_panels: Sequence[Panel] = []
    settings_panels: Sequence[Panel] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewer="", reviewed_on=None)
                | ~models.Q(reviewer="") & models.Q(reviewed_on__isnull=False),
                name="guide_review_has_name_and_date",
                violation_error_message=_("A medical review has both: who reviewed the guide, and on which day."),
            )
        ]

    def clean(self) -> None:
        if faults := [*find_faults_of_slug(self)]:
            raise ValidationError({"slug": faults})
        super().clean()

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return GuidePermissions(user, self)

    def get_absolute_url(self) -> str:
        return reverse("guides:guide", args=[self.slug])

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str]:
        """For Wagtail: where the guide is read. No site of Wagtail's serves it."""
        return 0, settings.SITE_URL, self.get_absolute_url()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """As a stranger will see it."""
        request.user = AnonymousUser()
        rendering = render_guide(body=self.body, guide_id=self.pk or 0)
        lessons = [link.lesson for link in self.related.all() if link.lesson.live]
        context = {
            "guide": self,
            "head": Head(title=self.title, description=self.summary),
            "rendering": rendering,
            "parts": rendering.parts,
            "lessons": lessons,
            "is_preview": True,
        }
        return render(request, "guides/guide.html", context)


class RelatedLesson(Orderable):
    guide = ParentalKey(Guide, on_delete=models.CASCADE, related_name="related")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("lesson")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["guide", "lesson"], name="one_relation_of_guide_and_lesson")]

    def __str__(self) -> str:
        return self.lesson.title


class GuideRendering(models.Model):
    """The HTML of what is published of a guide, made once. It is made anew, and never edited."""

    wagtail_reference_index_ignore = True  # the guide itself is in it

    guide = models.OneToOneField(Guide, on_delete=models.CASCADE, related_name="rendering")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    html = models.TextField()
    contents = models.JSONField(default=list, help_text=_("The headings: of each its id and its words."))
    answers = models.JSONField(default=list, help_text=_("Of each question its words, and the answer without marks."))
    image_ids = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.guide)


class GuideAddress(models.Model):
    """A slug under which a guide was published. Its address leads to the present one for good (decision 42)."""

    wagtail_reference_index_ignore = True

    slug = models.SlugField(max_length=255, unique=True)
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="addresses")

    def __str__(self) -> str:
        return self.slug
