"""Facts about money, each with the vendor's own unique id.

What a learner may do is computed from these rows under a lock on the learner. Rows are locked in one order:
learners by their keys, checkout session, purchase, access grant.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessGrant, AccessSource

# Of access that somebody paid for.
PAID_SOURCES = (AccessSource.PURCHASE, AccessSource.GIFT)


class Customer(models.Model):
    """The learner as Stripe knows them."""

    wagtail_reference_index_ignore = True

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="payment_customer")
    stripe_id = models.CharField(max_length=255, unique=True)
    email = models.EmailField(null=True, help_text=_("What Stripe was told last; unknown of those made before this."))
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.stripe_id


class CheckoutSessionQuerySet(models.QuerySet["CheckoutSession"]):
    def pending(self) -> "CheckoutSessionQuerySet":
        """The learner did their part, and the money is on its way: by a bank, for some days."""
        return self.filter(status=CheckoutSession.Status.COMPLETE, payment_status=CheckoutSession.PaymentStatus.UNPAID)


class CheckoutSession(models.Model):
    """One attempt to buy access, for oneself or as a gift: what was offered, and how far it came."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETE = "complete"
        EXPIRED = "expired"

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid"
        PAID = "paid"
        NO_PAYMENT_REQUIRED = "no_payment_required"
        FAILED = "failed"  # our word: the session is complete, and the payment behind it came to nothing

    # The money's story outlives the learner's account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="checkout_sessions"
    )
    is_gift = models.BooleanField(default=False, help_text=_("For somebody else: its gift says for whom."))
    idempotency_key = models.UUIDField(unique=True, help_text=_("Names the attempt, at Stripe too."))
    stripe_id = models.CharField(max_length=255, unique=True, null=True)
    payment_intent = models.CharField(max_length=255, unique=True, null=True)
    price = models.CharField(max_length=255, help_text=_("Stripe's price, as it was offered."))
    amount = models.PositiveIntegerField(help_text=_("What was offered, in minor units of the currency."))
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    payment_status = models.CharField(max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID)
    url = models.TextField(blank=True, help_text=_("The hosted page, while the session is open."))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = CheckoutSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="open", is_gift=False), name="one_open_checkout_per_learner"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="checkout_amount_is_positive"),
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.idempotency_key)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def source(self) -> AccessSource:
        """What the access that it pays for stands on."""
        return AccessSource.GIFT if self.is_gift else AccessSource.PURCHASE

    @property
    def is_pending(self) -> bool:
        """The learner did their part, and the money is on its way: by a bank, for some days."""
        return self.status == self.Status.COMPLETE and self.payment_status == self.PaymentStatus.UNPAID


class Purchase(models.Model):
    """A checkout session that was paid. It stands until all of its money went back, or a dispute or staff take it.

    What it says of itself reads all of its refunds and disputes, so that a list can fetch them beforehand.
    """

    wagtail_reference_index_ignore = True

    session = models.OneToOneField(CheckoutSession, on_delete=models.PROTECT, related_name="purchase")
    amount = models.PositiveIntegerField(help_text=_("What was paid, in minor units of the currency."))
    discount = models.PositiveIntegerField(default=0, help_text=_("What a promotion took off."))
    tax = models.PositiveIntegerField(default=0, help_text=_("What of the amount is tax."))
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()
    withheld_because = models.CharField(max_length=300, blank=True, help_text=_("Why staff closed what it opened."))

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the learner and the vendor's dashboard both know this purchase by."""
        return self.session.payment_intent or str(self.session)

    @property
    def refunded_amount(self) -> int:
        return sum(refund.amount for refund in self.refunds.all() if refund.status == Refund.Status.SUCCEEDED)

    @property
    def refundable_amount(self) -> int:
        """What is left to give back: what was ordered, or is on its way, counts as given."""
        given = sum(refund.amount for refund in self.refunds.all() if refund.status not in Refund.LOST)
        # An order of ours may wait while Stripe's dashboard already gave everything.
        return max(0, self.amount - given)

    @property
    def why_closed(self) -> str:
        """Why it does not open the courses; empty while it does. A purchase that cost nothing cannot be refunded."""
        if self.withheld_because:
            return f"closed by staff: {self.withheld_because}"
        if self.amount and self.refunded_amount >= self.amount:
            return "refunded in full"
        under_way = {refund.reason for refund in self.refunds.all() if refund.status in Refund.UNDER_WAY}
        if under_way & Refund.CLOSING:
            return "its money is on the way back"
        closing = [dispute for dispute in self.disputes.all() if dispute.status in Dispute.CLOSING]
        newest = max(closing, key=lambda dispute: dispute.created_at, default=None)
        return f"dispute: {newest.get_status_display().lower()}" if newest else ""

    @property
    def is_free(self) -> bool:
        """A code took everything off: nothing was charged, and nothing can go back."""
        return not self.amount

    @property
    def stands(self) -> bool:
        """Whether it opens the courses."""
        return not self.why_closed


class BillingDetails(models.Model):
    """To whom the receipt of a purchase is made out, where a name and an address in an e-mail are not enough."""

    wagtail_reference_index_ignore = True

    purchase = models.OneToOneField(Purchase, on_delete=models.CASCADE, related_name="billing_details")
    name = models.CharField(_("name or company"), max_length=160)
    address = models.TextField(_("postal address"), max_length=500)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class Refund(models.Model):
    """Money given back for a purchase, in full or in part. One that we order is a row first, and then Stripe's."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        ORDERED = "ordered"  # ours: Stripe has not answered yet
        REFUSED = "refused"  # ours: Stripe said no, and staff must look
        PENDING = "pending"
        REQUIRES_ACTION = "requires_action"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELED = "canceled"

    UNDER_WAY = (Status.ORDERED, Status.PENDING, Status.REQUIRES_ACTION)
    LOST = (Status.REFUSED, Status.FAILED, Status.CANCELED)

    class Reason(models.TextChoices):
        AT_STRIPE = "at-stripe", _("Made at Stripe")
        REQUESTED = "requested", _("Asked for by the learner")
        PAID_TWICE = "paid-twice", _("Paid twice")
        GIFT = "gift", _("Gift taken back, or not accepted in time")
        STAFF = "staff", _("By staff")

    # While these are under way, the payment opens nothing: somebody asked for all of it, or it was never wanted.
    CLOSING = frozenset([Reason.REQUESTED, Reason.PAID_TWICE, Reason.GIFT])

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="refunds")
    stripe_id = models.CharField(max_length=255, unique=True, null=True)
    amount = models.PositiveIntegerField(help_text=_("In minor units of the currency."))
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=Status.choices)
    created_at = models.DateTimeField()
    # What follows is of the refunds that we order.
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.AT_STRIPE)
    note = models.CharField(max_length=300, blank=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    idempotency_key = models.UUIDField(unique=True, null=True, help_text=_("Names the order, at Stripe too."))
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(stripe_id__isnull=False) | Q(idempotency_key__isnull=False), name="refund_has_a_name"
            ),
            models.UniqueConstraint(
                fields=["purchase"], condition=Q(reason="paid-twice"), name="paid_twice_is_refunded_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(status="ordered"), name="refunds_that_wait"),
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.idempotency_key)


class Dispute(models.Model):
    """The cardholder's bank asks for the money back. While it is decided, what was bought is closed."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        WARNING_NEEDS_RESPONSE = "warning_needs_response", _("Inquiry: needs a response")
        WARNING_UNDER_REVIEW = "warning_under_review", _("Inquiry: under review")
        WARNING_CLOSED = "warning_closed", _("Inquiry: closed")
        NEEDS_RESPONSE = "needs_response", _("Needs a response")
        UNDER_REVIEW = "under_review", _("Under review")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        PREVENTED = "prevented", _("Prevented")

    CLOSING = (Status.NEEDS_RESPONSE, Status.UNDER_REVIEW, Status.LOST)
    UNDECIDED = (Status.WARNING_NEEDS_RESPONSE, Status.WARNING_UNDER_REVIEW, Status.NEEDS_RESPONSE, Status.UNDER_REVIEW)

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=255, unique=True)
    amount = models.PositiveIntegerField(help_text=_("In minor units of the currency."))
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=24, choices=Status.choices)
    reason = models.CharField(max_length=64, help_text=_("Stripe's word for what the cardholder says."))
    respond_by = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stripe_id


def new_gift_token() -> str:
    return secrets.token_urlsafe(24)


class Gift(models.Model):
    """Access that one person pays for and another accepts, once."""

    wagtail_reference_index_ignore = True

    session = models.OneToOneField(CheckoutSession, on_delete=models.PROTECT, related_name="gift")
    recipient = models.EmailField(help_text=_("Only the account that proved to own this address may accept it."))
    message = models.CharField(max_length=500, blank=True)
    token = models.CharField(max_length=64, unique=True, default=new_gift_token)
    created_at = models.DateTimeField(default=timezone.now)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="gifts_accepted"
    )
    accepted_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(taken_back_at=None), name="gift_is_accepted_or_taken_back"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient"], condition=Q(accepted_at=None, taken_back_at=None), name="gifts_that_wait"
            ),
        ]

    def __str__(self) -> str:
        return f"Gift of {self.created_at:%Y-%m-%d}"

    @property
    def can_be_accepted(self) -> bool:
        return self.accepted_at is None and self.taken_back_at is None


class AccessGiving(models.Model):
    """Access that staff gave to a list of addresses by one act. Whom it opened nothing to is not kept."""

    wagtail_reference_index_ignore = True

    key = models.UUIDField(unique=True, help_text=_("The form's: sent twice, it gives once."))
    because = models.CharField(max_length=300)
    asked = models.PositiveIntegerField(help_text=_("How many addresses the list had."))
    opened = models.PositiveIntegerField(help_text=_("How many accounts were opened for them."))
    is_mailed = models.BooleanField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_because = models.CharField(max_length=300, blank=True)
    grants = models.ManyToManyField(AccessGrant, related_name="+")

    class Meta:
        ordering = ["-given_at", "-pk"]
        verbose_name = _("list that was given access")
        verbose_name_plural = _("lists that were given access")
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_because="") | Q(undone_at__isnull=False) & ~Q(undone_because=""),
                name="giving_is_undone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d}: {self.because}"


class WebhookEvent(models.Model):
    """Something that Stripe told us: a trigger to look, not the truth."""

    wagtail_reference_index_ignore = True

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting to be processed")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Not for us")
        SET_ASIDE = "set-aside", _("Set aside for staff")

    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True)
    payment_intent = models.CharField(max_length=255, blank=True)
    livemode = models.BooleanField()
    created_at = models.DateTimeField(help_text=_("When it was made at Stripe."))
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


class Reconciliation(models.Model):
    """One comparison of what Stripe says, what we keep and what is open: what it found, and what it mended."""

    wagtail_reference_index_ignore = True

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    found = models.JSONField(default=list, help_text=_("Sentences for staff."))

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
