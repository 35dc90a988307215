"""The signed address in the mail to the old address, which undoes a change."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from accounts.models import AddressChange

# When it ends and that it is used once stands in the row.
SIGNER = Signer(sep=".", salt="accounts.undo_address_change")


def undo_url(change: AddressChange) -> str:
    return settings.SITE_URL + reverse("accounts:undo_address_change", args=[SIGNER.sign(str(change.pk))])


def get_change(token: str) -> AddressChange:
    """Raises Http404 for what we did not sign, and for what is long over."""
    try:
        pk = int(SIGNER.unsign(token))
    except (BadSignature, ValueError) as error:
        raise Http404("This address was not made by the academy.") from error
    change = AddressChange.objects.select_related("user").filter(pk=pk).first()
    if change is None:
        raise Http404("This change is over.")
    return change
