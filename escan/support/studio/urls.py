"""Where the screens are."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from escan.support.studio import acts, screen
from escan.support.studio.guard import MAY_HELP


@hooks.register("register_admin_urls")
def register_support_urls() -> list[URLPattern]:
    certificate = "people/<int:pk>/certificates/<int:certificate_id>/"
    return [
        path("people/", screen.show_people, name="support_people"),
        path("people/<int:pk>/", screen.show_person, name="support_person"),
        path("people/<int:pk>/mails/<int:mail_id>/again/", acts.send_mail_again, name="support_send_mail"),
        path("people/<int:pk>/mails/try/", acts.try_address, name="support_try_address"),
        path("people/<int:pk>/payments/ask/", acts.ask_about_payments, name="support_ask_about_payments"),
        path(certificate, acts.open_certificate, name="support_certificate"),
        path(f"{certificate}send/", acts.send_certificate, name="support_send_certificate"),
    ]


class PeopleMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HELP)


@hooks.register("register_admin_menu_item")
def register_people() -> MenuItem:
    return PeopleMenuItem(_("People"), reverse("support_people"), name="people", icon_name="user", order=120)
