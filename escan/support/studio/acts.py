"""What staff do for a person by one press."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest
from accounts.mail import services as mails
from accounts.mail.studio import MAY_HANDLE_MAIL
from cme.certificates.errors import FileDamaged
from cme.certificates.services import read_certificate
from cme.certificates.studio import MAY_HANDLE_CERTIFICATES
from cme.models import Certificate
from escan.support.queries import finding, people
from escan.support.services.certificates import send_certificate_again
from escan.support.studio.guard import a_press, back_to, for_support


@a_press(MAY_HANDLE_MAIL)
def send_mail_again(request: StaffRequest, pk: int, mail_id: int) -> HttpResponseBase:
    person = finding.get_person(pk)
    mail = people.get_mail_of(person, mail_id)
    if mail is None:
        raise Http404("This person has no such mail.")
    if mails.send_again(mail_id=mail.pk, by=request.user):
        told = gettext("The mail is on its way again, to {address}. Reload in a minute to see what became of it.")
        messages.success(request, told.format(address=mail.user.email if mail.user else mail.to))
    else:
        messages.warning(request, gettext("This mail is on its way already, or nothing can make it again."))
    return back_to(person, "mails")


@a_press(MAY_HANDLE_MAIL)
def try_address(request: StaffRequest, pk: int) -> HttpResponseBase:
    person = finding.get_living_person(pk)
    if mails.try_address(user=person, by=request.user):
        told = gettext(
            "The mark is taken off, and a mail to try the address is on its way. If it comes back, the mark returns."
        )
    else:
        told = gettext("A mail to try the address is on its way. Reload in a minute to see what became of it.")
    messages.success(request, told)
    return back_to(person, "mails")


@a_press(MAY_HANDLE_CERTIFICATES)
def send_certificate(request: StaffRequest, pk: int, certificate_id: int) -> HttpResponseBase:
    person = finding.get_living_person(pk)
    certificate = get_object_or_404(
        Certificate.objects.select_related("claim__user"), pk=certificate_id, claim__user=person
    )
    if send_certificate_again(certificate=certificate, by=request.user):
        messages.success(request, gettext("The certificate is on its way to {address}.").format(address=person.email))
    else:
        messages.warning(request, gettext("It is on its way already, not issued yet, or its file is damaged."))
    return back_to(person, "credit")


@for_support(MAY_HANDLE_CERTIFICATES)
@require_safe
def open_certificate(request: StaffRequest, pk: int, certificate_id: int) -> HttpResponseBase:
    mine = Certificate.objects.issued().select_related("claim__activity__course")
    certificate = get_object_or_404(mine, pk=certificate_id, claim__user=pk)
    try:
        pdf = read_certificate(certificate=certificate)
    except FileDamaged:
        told = gettext("The file of certificate {code} is damaged, and cannot be made again as it was. Issue it anew.")
        messages.error(request, told.format(code=certificate.printed_code))
        return back_to(finding.get_person(pk), "credit")
    return FileResponse(BytesIO(pdf), content_type="application/pdf", filename=certificate.download_name)
