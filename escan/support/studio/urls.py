"""Where the screens are."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from escan.support.studio import acts, requests, screen
from escan.support.studio.guard import MAY_HELP


@hooks.register("register_admin_urls")
def register_support_urls() -> list[URLPattern]:
    certificate = "people/<int:pk>/certificates/<int:certificate_id>/"
    return [
        path("people/", screen.show_people, name="support_people"),
        path("people/<int:pk>/", screen.show_person, name="support_person"),
        path("people/<int:pk>/all/<slug:key>/", screen.show_part, name="support_part"),
        path("people/<int:pk>/mails/<int:mail_id>/again/", acts.send_mail_again, name="support_send_mail"),
        path("people/<int:pk>/mails/try/", acts.try_address, name="support_try_address"),
        path("people/<int:pk>/address/", requests.ask_for_address, name="support_ask_for_address"),
        path("people/<int:pk>/merge/", requests.merge, name="support_merge"),
        path("people/<int:pk>/requests/<int:request_id>/give-up/", requests.give_up, name="support_give_up"),
        path(certificate, acts.open_certificate, name="support_certificate"),
        path(f"{certificate}send/", acts.send_certificate, name="support_send_certificate"),
    ]


class PeopleMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HELP)


@hooks.register("register_admin_menu_item")
def register_people() -> MenuItem:
    return PeopleMenuItem(_("People"), reverse("support_people"), name="people", icon_name="user", order=120)


@hooks.register("register_log_actions")
def register_support_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in {
        "ask_for_address": (_("Ask for another address"), _("Link sent to another address")),
        "change_address": (_("Change address"), _("Address changed, as its owner said")),
        "ask_for_merge": (_("Ask for a merge"), _("Links sent to merge two accounts")),
        "merge_accounts": (_("Merge accounts"), _("Another account taken in, as both owners said")),
        "stop_request": (_("Stop request"), _("Request stopped")),
    }.items():
        actions.register_action(f"escan.{name}", label, message)
