from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.addresses.models import AddressChange
from accounts.addresses.spelling import spell
from accounts.mail.models import Mail, MailPreference, MailStatus
from accounts.sessions.models import OpenSession

# Django looks for models here, and other apps import them from here.
__all__ = [
    "DELETED_ACCOUNT",
    "AccessGrant",
    "AddressChange",
    "Mail",
    "MailPreference",
    "MailStatus",
    "OpenSession",
    "Profession",
    "User",
]


class Profession(models.TextChoices):
    """What a clinician is, as far as it decides which credit they may receive."""

    PHYSICIAN = "physician", _("Physician (MD, DO or equivalent)")
    TECHNOLOGIST = "technologist", _("Radiologic technologist")
    PHYSICIST = "physicist", _("Medical physicist")
    PHYSICIAN_ASSISTANT = "physician-assistant", _("Physician assistant or associate")
    NURSE = "nurse", _("Nurse or nurse practitioner")
    STUDENT = "student", _("Student")
    OTHER = "other", _("Other")


DELETED_ACCOUNT = "Deleted account"


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=spell(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail; the profile holds what a certificate needs."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(
        _("name on certificates"),
        max_length=120,
        blank=True,
        help_text=_("In your own script, with your degree if you like: “Marie Curie, MD”."),
    )
    profession = models.CharField(
        max_length=24,
        choices=Profession.choices,
        blank=True,
        help_text=_("It decides which credit you may receive."),
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text=_("The date on a certificate is the date where you are."),
    )
    reads_in_words = models.BooleanField(
        _("questions in words"),
        default=False,
        db_default=False,
        help_text=_("I cannot read images: ask me in words what other learners read from a picture."),
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    bounced_email = models.EmailField(
        _("address that mail came back from"),
        blank=True,
        db_default="",
        help_text=_("Of no account once the person has another, and emptied when a code arrives."),
    )
    sessions_ended = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text=_("How often every session was ended at once: no session holds from before the last time."),
    )
    deleted_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("The person left; the row stays for what stands on it.")
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deleted_at=None) | models.Q(is_active=False, name=""),
                name="deleted_account_is_closed_and_nameless",
            ),
        ]

    def __str__(self) -> str:
        if self.deleted_at:
            return DELETED_ACCOUNT
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session has to know: the password, as Django has it, and how often all sessions were ended."""
        by_password: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.sessions_ended:
            return by_password
        value = f"{by_password}{self.sessions_ended}"
        return salted_hmac("accounts.User.sessions_ended", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def first_name(self) -> str:
        """What Wagtail's sidebar calls a person; without it, the address."""
        return self.name

    @property
    def called(self) -> str:
        """How a page greets: the name without its degrees. Nobody knows which word of it is the first name."""
        return self.name.partition(",")[0].strip()

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            # Not known yet; or zones are renamed and dropped now and then, and nobody's pages may fail over it.
            return ZoneInfo("UTC")

    @property
    def has_profile(self) -> bool:
        """Whether a certificate could be made out to this person."""
        return bool(self.name and self.profession)

    @property
    def has_credit_facts(self) -> bool:
        """Whether everything is known that completing a course freezes: the date where the learner is depends on it."""
        return self.has_profile and bool(self.time_zone)

    @property
    def mail_comes_back(self) -> bool:
        return bool(self.bounced_email) and self.bounced_email == self.email


class AccessSource(models.TextChoices):
    """What an access grant stands on. Whoever grants names it, and its own reference."""

    PURCHASE = "purchase"
    GIFT = "gift"
    STAFF = "staff"


class AccessGrantQuerySet(models.QuerySet["AccessGrant"]):
    def active(self) -> "AccessGrantQuerySet":
        return self.filter(revoked_at=None)


class AccessGrant(models.Model):
    """One reason why a learner may open every course: a purchase, a seat, a gift (decision 5)."""

    wagtail_reference_index_ignore = True

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_grants")
    source = models.CharField(max_length=24)
    reference = models.CharField(max_length=255)
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "reference"], name="one_grant_per_source_and_reference"),
        ]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(revoked_at=None), name="active_grants_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"
