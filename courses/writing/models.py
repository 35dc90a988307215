"""What authors write."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PublishingPanel,
    TitleFieldPanel,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import LockableMixin, Orderable, PreviewableMixin, Revision, RevisionMixin

from core.publishing import PublishableMixin
from courses.writing.blocks import INLINE
from courses.writing.lesson_blocks import LESSON_BLOCKS
from courses.writing.pools import IN_TEST
from courses.writing.rendering import render_lesson

RESERVED_SLUGS = {"post-test", "pre-test"}


def validate_lesson_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(gettext("“{slug}” is an address of the course itself. Choose another.").format(slug=slug))


def count_to_pass(asked: int, passing_score: int) -> int:
    """How many of the questions that are asked must be right: the passing score in percent, rounded up."""
    return -(-asked * passing_score // 100)


class Explain(models.TextChoices):
    """When a post-test tells which choice was right, and why."""

    AFTER_PASSING = "after_passing", _("Once it is passed")
    ALWAYS = "always", _("After each attempt")


class Course(PublishableMixin, LockableMixin, RevisionMixin, ClusterableModel):
    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    summary = models.CharField(max_length=300, help_text=_("One sentence for the catalogue and the head of the page."))
    description = RichTextField(features=["h2", *INLINE, "ol", "ul"])
    audience = models.CharField(max_length=300)
    objectives = models.TextField(help_text=_("One a line; each starts with a verb that can be tested."))
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1)], help_text=_("Time to complete, the post-test included.")
    )
    post_test_questions = models.PositiveSmallIntegerField(
        _("questions drawn"), validators=[MinValueValidator(1)], default=10
    )
    pre_test_questions = models.PositiveSmallIntegerField(
        _("questions of the pre-test"), default=0, help_text=_("Not graded. With 0 there is none.")
    )
    passing_score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(100)], default=75, help_text=_("Percent.")
    )
    explain = models.CharField(
        _("answers of the post-test are explained"),
        max_length=13,
        choices=Explain.choices,
        default=Explain.AFTER_PASSING,
        db_default=Explain.AFTER_PASSING,
        help_text=_(
            "Before it is passed, the result says what to read again. Explained after each attempt, the next one is "
            "an open book, unless the bank holds at least five times the questions that are drawn."
        ),
    )
    position = models.PositiveSmallIntegerField(default=0)

    panels = [
        TitleFieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("summary"),
        FieldPanel("description"),
        FieldPanel("audience"),
        FieldPanel("objectives"),
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("position")]),
        MultiFieldPanel(
            [
                FieldPanel("post_test_questions"),
                FieldPanel("passing_score"),
                FieldPanel("explain"),
                FieldPanel("pre_test_questions"),
            ],
            _("Tests"),
        ),
        InlinePanel("faculty", heading=_("Faculty"), label=_("Person")),
        PublishingPanel(),
    ]

    class Meta:
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(passing_score__gte=1, passing_score__lte=100), name="passing_score_is_a_percentage"
            ),
            models.CheckConstraint(condition=models.Q(explain__in=Explain.values), name="course_explains_as_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("course", args=[self.slug])

    def count_pool(self) -> int:
        """The questions that its tests draw from."""
        # By the name of the relation: the questions' model stands above this one.
        return self.questions.filter(IN_TEST, live=True).count() if self.pk else 0

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    def get_correct_to_pass(self, asked: int) -> int:
        return count_to_pass(asked, self.passing_score)


class FacultyMember(Orderable):
    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="faculty")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    bio = models.TextField(blank=True)
    disclosure = models.TextField(
        help_text=_("Financial relationships with ineligible companies in the last 24 months, or that there are none.")
    )

    panels = [FieldPanel("name"), FieldPanel("role"), FieldPanel("bio"), FieldPanel("disclosure")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.partition(",")[0].split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Module(PublishableMixin, LockableMixin, RevisionMixin, models.Model):
    """A heading over lessons: learners meet it with the first of its lessons that is published (decision 76)."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="modules")
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    # As the classes with drafts and with locks have them, and the database fills them, too.
    live = models.BooleanField(_("live"), default=True, db_default=True, editable=False)
    has_unpublished_changes = models.BooleanField(
        _("has unpublished changes"), default=False, db_default=False, editable=False
    )
    expired = models.BooleanField(_("expired"), default=False, db_default=False, editable=False)
    locked = models.BooleanField(_("locked"), default=False, db_default=False, editable=False)

    panels = [FieldPanel("course"), FieldPanel("title")]

    class Meta:
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "title"], name="one_module_of_a_title_per_course")]

    def __str__(self) -> str:
        return f"{self.course.title}: {self.title}"

    @property
    def is_seen(self) -> bool:
        """Whether learners have it before them."""
        return self.lessons.filter(models.Q(live=True) | models.Q(is_announced=True)).exists() if self.pk else False

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A place has no draft: of a version that is published, now or again, the module stays where it is."""
        version: Self = super().with_content_json(content)
        version.course_id, version.position = self.course_id, self.position
        return version

    def check_publishable(self) -> None:
        self.validate_constraints()
        super().check_publishable()


class Lesson(PreviewableMixin, PublishableMixin, LockableMixin, RevisionMixin, models.Model):
    # Only a draft that was never published may lack it, so who reads what is published need not ask.
    module: "models.ForeignKey[Module, Module]" = models.ForeignKey(  # type: ignore[misc]
        Module, on_delete=models.PROTECT, related_name="lessons", null=True
    )
    title = models.CharField(max_length=120)
    slug = models.SlugField(unique=True, validators=[validate_lesson_slug])
    summary = models.CharField(max_length=300, blank=True, help_text=_("One sentence under the title."))
    minutes = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    is_preview = models.BooleanField(_("open to everyone"), default=False, help_text=_("Readable without an account."))
    is_announced = models.BooleanField(
        _("announced"), default=False, help_text=_("Name it in the outline before it is published.")
    )
    is_required = models.BooleanField(
        _("required"), default=True, help_text=_("The post-test opens when every required lesson is completed.")
    )
    is_stepwise = models.BooleanField(
        _("step by step"),
        default=False,
        db_default=False,
        help_text=_("As a worked case is: what stands after a question opens when that is answered."),
    )
    position = models.PositiveSmallIntegerField(default=0)
    body = StreamField(LESSON_BLOCKS, blank=True)

    panels = [
        TitleFieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("module"),
                FieldPanel("slug"),
                FieldPanel("minutes"),
                FieldPanel("is_preview"),
                FieldPanel("is_announced"),
                FieldPanel("is_required"),
                FieldPanel("is_stepwise"),
            ],
            _("Place in the course"),
        ),
        PublishingPanel(),
    ]

    class Meta:
        ordering = ["module__course", "module__position", "position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(live=False) | models.Q(module__isnull=False), name="published_lesson_has_a_module"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("lesson", args=[self.module.course.slug, self.slug])

    @cached_property
    def url(self) -> str:
        """The address, put together once a row."""
        return self.get_absolute_url()

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A place has no draft: of a version that is published, now or again, the lesson stays where it is."""
        version: Self = super().with_content_json(content)
        if self.module_id is not None:
            version.module_id, version.position = self.module_id, self.position
        return version

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        rendering = render_lesson(body=self.body, lesson_id=self.pk or 0)
        return render(request, "courses/writing/lesson_preview.html", {"lesson": self, **rendering._asdict()})


class Archived(models.Model):
    """What its authors have put away: no learner sees it, and nobody writes it, until it is restored."""

    wagtail_reference_index_ignore = True

    course = models.OneToOneField(Course, on_delete=models.CASCADE, null=True, related_name="archived")
    module = models.OneToOneField(Module, on_delete=models.CASCADE, null=True, related_name="archived")
    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, null=True, related_name="archived")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(course__isnull=False, module=None, lesson=None)
                | models.Q(course=None, module__isnull=False, lesson=None)
                | models.Q(course=None, module=None, lesson__isnull=False),
                name="archived_is_a_course_a_module_or_a_lesson",
            )
        ]

    def __str__(self) -> str:
        return str(self.course or self.module or self.lesson)


class PublishedSlug(models.Model):
    """A slug under which a course or a lesson was published. Its addresses lead to the present one for good."""

    wagtail_reference_index_ignore = True

    slug = models.SlugField()
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="+")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(course__isnull=False, lesson=None) | models.Q(course=None, lesson__isnull=False),
                name="published_slug_is_of_a_course_or_a_lesson",
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(lesson=None), name="one_course_per_published_slug"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(course=None), name="one_lesson_per_published_slug"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class LessonRenderingQuerySet(models.QuerySet["LessonRendering"]):
    def published(self) -> "LessonRenderingQuerySet":
        """The text of today of each published lesson, whether or not its course is published, too."""
        return self.filter(lesson__live=True, revision=models.F("lesson__live_revision"))

    def readable(self) -> "LessonRenderingQuerySet":
        """Of these the ones that learners find: those of published courses."""
        return self.published().filter(lesson__module__course__live=True)


class LessonRendering(models.Model):
    """A published revision's HTML, made once. Progress names the revision, so what was read stays known."""

    wagtail_reference_index_ignore = True  # the lesson itself is in it

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="lesson_rendering")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="renderings")
    html = models.TextField()
    image_ids = models.JSONField(default=list)
    video_ids = models.JSONField(default=list)
    question_ids = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LessonRenderingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.lesson} ({self.created_at:%Y-%m-%d})"
