"""Facts about money, each with the vendor's own unique id.

What a learner may do is computed from these rows under a lock on the learner. Rows are locked in one order:
learner, checkout session, purchase, access grant.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone


class Customer(models.Model):
    """The learner as Stripe knows them."""

    wagtail_reference_index_ignore = True

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="payment_customer")
    stripe_id = models.CharField(max_length=255, unique=True)

    def __str__(self) -> str:
        return self.stripe_id


class CheckoutSession(models.Model):
    """One attempt to buy access: what was offered, and how far it came."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETE = "complete"
        EXPIRED = "expired"

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid"
        PAID = "paid"
        NO_PAYMENT_REQUIRED = "no_payment_required"

    # The money's story outlives the learner's account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="checkout_sessions"
    )
    idempotency_key = models.UUIDField(unique=True, help_text="Names the attempt, at Stripe too.")
    stripe_id = models.CharField(max_length=255, unique=True, null=True)
    payment_intent = models.CharField(max_length=255, unique=True, null=True)
    price = models.CharField(max_length=255, help_text="Stripe's price, as it was offered.")
    amount = models.PositiveIntegerField(help_text="What was offered, in minor units of the currency.")
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    payment_status = models.CharField(max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID)
    url = models.TextField(blank=True, help_text="The hosted page, while the session is open.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(status="open"), name="one_open_checkout_per_learner"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_amount_is_positive"),
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.idempotency_key)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN


class Purchase(models.Model):
    """A checkout session that was paid. It stands until all of its money went back."""

    wagtail_reference_index_ignore = True

    session = models.OneToOneField(CheckoutSession, on_delete=models.PROTECT, related_name="purchase")
    amount = models.PositiveIntegerField(help_text="What was paid, in minor units of the currency.")
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the learner and the vendor's dashboard both know this purchase by."""
        return self.session.payment_intent or str(self.session)

    @property
    def refunded_amount(self) -> int:
        given_back = self.refunds.filter(status=Refund.Status.SUCCEEDED).aggregate(total=Sum("amount"))["total"]
        return given_back or 0

    @property
    def stands(self) -> bool:
        """Whether it opens the courses. A purchase that cost nothing cannot be refunded."""
        return self.amount == 0 or self.refunded_amount < self.amount


class Refund(models.Model):
    """Money given back for a purchase, in full or in part."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        PENDING = "pending"
        REQUIRES_ACTION = "requires_action"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="refunds")
    stripe_id = models.CharField(max_length=255, unique=True)
    amount = models.PositiveIntegerField(help_text="In minor units of the currency.")
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=Status.choices)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stripe_id


class WebhookEvent(models.Model):
    """Something that Stripe told us: a trigger to look, not the truth."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting to be processed"
        DONE = "done", "Done"
        IGNORED = "ignored", "Not for us"
        SET_ASIDE = "set-aside", "Set aside for staff"

    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True)
    payment_intent = models.CharField(max_length=255, blank=True)
    livemode = models.BooleanField()
    created_at = models.DateTimeField(help_text="When it was made at Stripe.")
    received_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status="waiting"), name="events_that_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.stripe_id}"
