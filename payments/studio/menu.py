"""Where the screens stand in the menu."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from payments.studio.acts import MAY_HANDLE_PAYMENTS


class PaymentsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HANDLE_PAYMENTS)


# Name of the address, label, icon.
MENU = [
    ("payments_purchases", _("Purchases"), "tag"),
    ("payments_money", _("Money by month"), "table"),
    ("payments_grants", _("Access without payment"), "key"),
    ("payments_events", _("Events of Stripe"), "redirect"),
    ("payments_set_aside", _("Set aside"), "warning"),
    ("payments_reconciliations", _("Reconciliation"), "rotate"),
]


@hooks.register("register_admin_menu_item")
def register_payments_menu() -> MenuItem:
    items = [
        PaymentsMenuItem(label, reverse(name), name=name.replace("_", "-"), icon_name=icon, order=number)
        for number, (name, label, icon) in enumerate(MENU)
    ]
    return SubmenuMenuItem(_("Payments"), Menu(items=items), name="payments", icon_name="tag", order=125)
