"""What a CME office keeps of an activity: its credit types, and what learners must be told before it starts."""

from datetime import date
from decimal import Decimal
from string import Template
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profession
from courses.models import Course

QUARTER = Decimal("0.25")
WORDING_FIELDS = {"credits", "unit", "designated"}


def in_quarters(field: str) -> models.Q:
    """A positive multiple of a quarter. Quarters are exact in the database's numbers, binary ones included."""
    return models.Q(Exact(Mod(models.F(field), models.Value(QUARTER)), models.Value(Decimal(0)))) & models.Q(
        **{f"{field}__gt": 0}
    )


def validate_wording(wording: str) -> None:
    unknown = set(Template(wording).get_identifiers()) - WORDING_FIELDS
    if unknown or not Template(wording).is_valid():
        raise ValidationError(gettext("Use $credits, $unit and $designated only."))


def validate_professions(professions: Any) -> None:
    if not isinstance(professions, list) or set(professions) - set(Profession.values):
        raise ValidationError(gettext("Give a list of: {values}.").format(values=", ".join(Profession.values)))


class CreditType(models.Model):
    """A kind of credit as its owner defines it: an outside body's rule, with its source and the day it was checked."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80, help_text=_("As its owner writes it, trademark sign included."))
    plural = models.CharField(max_length=80)
    is_trademark = models.BooleanField(default=False, help_text=_("Its name is set in italics."))
    professions = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_professions],
        help_text=_("To whom it is awarded. Empty: to everyone who receives no other type."),
    )
    increment = models.DecimalField(max_digits=4, decimal_places=2, default=QUARTER)
    heading = models.CharField(max_length=80, help_text=_("At the head of the certificate."))
    wording = models.CharField(
        max_length=300,
        validators=[validate_wording],
        help_text=_("Ends “… completed the activity”. $credits, $unit and $designated are filled in."),
    )
    advice = models.TextField(
        blank=True,
        db_default="",
        help_text=_("What those who receive it should know before they pay. Shown beside it."),
    )
    source = models.TextField()
    source_url = models.URLField(max_length=500, blank=True)
    checked_on: "models.DateField[date, date]" = models.DateField()

    class Meta:
        ordering = ["slug"]
        constraints = [models.CheckConstraint(condition=in_quarters("increment"), name="increment_is_in_quarters")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The constraint above, said beside its field."""
        if self.increment is not None and (self.increment <= 0 or self.increment % QUARTER):
            raise ValidationError(
                {"increment": gettext("Credit is counted in quarters: 0.25, 0.5, 0.75, 1 and so on.")}
            )

    def unit(self, amount: Decimal) -> str:
        return self.name if amount <= 1 else self.plural


class Sponsorship(models.TextChoices):
    DIRECT = "direct", _("Directly provided")
    JOINT = "joint", _("Jointly provided")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def claimable(self, today: date) -> Self:
        """Whose credit was designated and can be claimed on this day."""
        return self.filter(designated_on__lte=today, expires_on__gte=today)


class Activity(models.Model):
    """What is accredited: a course, with everything that a learner must be told before it starts."""

    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="activity")
    provider = models.CharField(_("accredited provider"), max_length=160)
    is_demonstration = models.BooleanField(
        default=False,
        help_text=_("The provider is invented: every page and certificate says so, and no credit is real."),
    )
    provider_note = models.CharField(max_length=160, blank=True, help_text=_("Stands in brackets behind the provider."))
    sponsorship = models.CharField(max_length=8, choices=Sponsorship.choices, default=Sponsorship.DIRECT)
    partners = models.CharField(max_length=300, blank=True, help_text=_("For joint providership."))
    accreditation_statement = models.TextField()
    designation_statement = models.TextField()
    learning_format = models.CharField(max_length=80, default="Enduring material")
    medium = models.CharField(max_length=80, default="internet")
    method = models.TextField(_("method of participation"))
    support_statement = models.TextField()
    contact = models.CharField(max_length=160)
    credit_types = models.ManyToManyField(CreditType, related_name="activities")
    max_credits = models.DecimalField(max_digits=5, decimal_places=2)
    designated_on: "models.DateField[date | None, date | None]" = models.DateField(
        null=True, blank=True, help_text=_("Nobody can claim before it is recorded.")
    )
    released_on: "models.DateField[date, date]" = models.DateField()
    reviewed_on: "models.DateField[date | None, date | None]" = models.DateField(
        _("last reviewed on"), null=True, blank=True
    )
    expires_on: "models.DateField[date, date]" = models.DateField(
        help_text=_("The last day on which credit can be claimed.")
    )
    review_years = models.PositiveSmallIntegerField(
        default=3,
        help_text=_(
            "Years from release or review to expiry at most. ACCME: 3 (accme.org/faq/9626, checked 2026-11-22)."
        ),
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("activities")
        ordering = ["course__title"]
        constraints = [
            models.CheckConstraint(condition=in_quarters("max_credits"), name="max_credits_in_quarters"),
            models.CheckConstraint(
                condition=models.Q(designated_on=None) | models.Q(designated_on__lte=models.F("released_on")),
                name="designated_before_release",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__gt=models.F("released_on")), name="activity_expires_after_release"
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_on=None) | models.Q(reviewed_on__gte=models.F("released_on")),
                name="reviewed_after_release",
            ),
            models.CheckConstraint(
                condition=~models.Q(sponsorship=Sponsorship.JOINT, partners=""), name="joint_activity_names_partners"
            ),
        ]

    def __str__(self) -> str:
        return self.course.title

    def clean(self) -> None:
        """The constraints above, said beside the field that breaks them; and what only several fields tell."""
        faults: dict[str, str] = {}
        if self.expires_on and self.released_on and self.expires_on <= self.released_on:
            faults["expires_on"] = gettext("Credit ends before it begins: the last day comes after the release.")
        if self.reviewed_on and self.released_on and self.reviewed_on < self.released_on:
            faults["reviewed_on"] = gettext("A review comes after the release.")
        if self.designated_on and self.released_on and self.designated_on > self.released_on:
            faults["designated_on"] = gettext("Credit is designated before the release, or on its day.")
        if self.sponsorship == Sponsorship.JOINT and not self.partners.strip():
            faults["partners"] = gettext("Name who provides it jointly.")
        if self.max_credits is not None and (self.max_credits <= 0 or self.max_credits % QUARTER):
            faults["max_credits"] = gettext("Credit is counted in quarters: 0.25, 0.5, 0.75, 1 and so on.")
        if faults:
            raise ValidationError(faults)
        if self.expires_on and self.released_on and self.expires_on > self.latest_expiry:
            raise ValidationError(
                {
                    "expires_on": gettext("At most {review_years} years after release or the last review.").format(
                        review_years=self.review_years
                    )
                }
            )

    @property
    def latest_expiry(self) -> date:
        since = max(day for day in (self.released_on, self.reviewed_on) if day)
        try:
            return since.replace(year=since.year + self.review_years)
        except ValueError:  # 29 February
            return since.replace(year=since.year + self.review_years, month=3, day=1)

    @property
    def provider_in_full(self) -> str:
        return f"{self.provider} ({self.provider_note})" if self.provider_note else self.provider
