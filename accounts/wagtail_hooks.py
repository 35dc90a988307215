from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.tables import BaseColumn, BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.users.forms import UserCreationForm as WagtailUserCreationForm
from wagtail.users.forms import UserEditForm as WagtailUserEditForm
from wagtail.users.forms import UserForm as WagtailUserForm
from wagtail.users.views import users as wagtail_users

from accounts import services, studio_zone  # noqa: F401 - the zone holds once it is imported
from accounts.addresses.fields import AddressField
from accounts.forms import NameField
from accounts.http import StaffRequest
from accounts.mail import studio  # noqa: F401 - its hooks register when it is imported
from accounts.models import User
from core.studio import refuse_to_delete


@hooks.register("register_log_actions")
def register_access_actions(actions: LogActionRegistry) -> None:
    actions.register_action("accounts.grant_access", _("Grant access"), _("Access granted"))
    actions.register_action("accounts.revoke_access", _("Revoke access"), _("Access revoked"))
    actions.register_action("accounts.delete_account", _("Delete account"), _("Account deleted"))
    actions.register_action(
        "accounts.undo_address_change", _("Undo change of address"), _("Address from before is back")
    )
    actions.register_action("accounts.remove_second_factor", _("Remove second factor"), _("Second factor removed"))


def has_no_name_panel(panel: NameEmailSettingsPanel) -> bool:
    return False


# Wagtail's own account page insists on a first and a last name; here a name is one field, in the profile.
NameEmailSettingsPanel.is_active = has_no_name_panel


class UserForm(WagtailUserForm):
    """A person has an address, one name and no password from staff: they sign in by a mailed code."""

    password_enabled = False
    first_name = None
    last_name = None
    email = AddressField(
        label=_("E-mail address"), help_text=_("Where the person's sign-in codes go."), widget=forms.EmailInput
    )
    name = NameField(label=_("Name on certificates"), required=False, help_text=User._meta.get_field("name").help_text)
    error_messages = {"duplicate_username": _("Another account uses this address.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        is_own = kwargs.get("editing_self", False)
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        # Nobody's word alone moves an account: its owner proves the new address, is told, and can undo it.
        self.fields["email"].disabled = True
        self.fields["email"].help_text = (
            gettext("You change your own address in your profile.")
            if is_own
            else gettext(
                "It is changed under “People”, where a link to the new address proves it. Staff change their own, in "
                "their profile."
            )
        )

    def save(self, commit: bool = True) -> User:
        is_new = self.instance.pk is None
        if is_new:
            self.instance.set_unusable_password()
        user: User = super().save(commit)
        if commit and is_new:
            services.replace_email_address(user=user)
        return user


class UserCreationForm(UserForm, WagtailUserCreationForm):
    class Meta(WagtailUserCreationForm.Meta):
        fields = ["email", "name", "profession", "groups", "is_superuser"]


class UserEditForm(UserForm, WagtailUserEditForm):
    class Meta(WagtailUserEditForm.Meta):
        fields = ["email", "name", "profession", "groups", "is_active", "is_superuser"]
        labels = {"is_active": _("Active")}
        help_texts = {"is_active": _("Without it, this person cannot sign in.")}


class UserIndexView(wagtail_users.IndexView):
    # Who may look at people has the screen “People” for that.
    any_permission_required = ["add", "change", "delete"]

    @property
    def columns(self) -> list[BaseColumn]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            self._get_title_column_class(wagtail_users.UserColumn)(
                "name",
                accessor=str,
                label=gettext("Name"),
                sort_key="name",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("email", label=gettext("E-mail address"), sort_key="email"),
            Column("profession", accessor="get_profession_display", label=gettext("Profession"), sort_key="profession"),
            Column("groups", accessor=roles, label=gettext("Roles")),
            BooleanColumn("is_active", label=gettext("Active"), sort_key="is_active", width="8%"),
            BooleanColumn("has_second_factor", label=gettext("Second factor"), width="8%"),
            DateColumn("last_login", label=gettext("Last sign-in"), sort_key="last_login", width="14%"),
        ]

    @property
    def search_fields(self) -> set[str]:
        return {"email", "name"}

    def get_base_queryset(self) -> QuerySet[User]:
        queryset: QuerySet[User] = super().get_base_queryset()
        second_factor = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
        # Who left is nobody's to change; what stands on the row is found where it is kept.
        queryset = queryset.filter(deleted_at=None)
        return queryset.prefetch_related("groups").annotate(has_second_factor=second_factor)

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        # Past Wagtail's own, which sorts names by a last and a first name.
        ordered: QuerySet[User] = generic.IndexView.order_queryset(self, queryset)
        return ordered


def roles(user: User) -> str:
    names = [gettext("Administrator")] if user.is_superuser else []
    return ", ".join([*names, *(group.name for group in user.groups.all())])


class UserViewSet(wagtail_users.UserViewSet):
    index_view_class = UserIndexView
    create_template_name = "accounts/studio/user_create.html"
    edit_template_name = "accounts/studio/user_edit.html"

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return UserEditForm if for_update else UserCreationForm


# --- Who has to stay --------------------------------------------------------------------------------


def why_a_person_stays(person: Model) -> str:
    return gettext(
        "Records of this person have to be kept: what they completed, claimed, paid or wrote. Deactivate the account "
        "instead, by taking the tick from “Active”: they can no longer sign in, and their records stay."
    )


@hooks.register("before_delete_user")
def keep_person(request: HttpRequest, person: User) -> HttpResponse | None:
    back_to = reverse("wagtailusers_users:edit", args=[person.pk])
    return refuse_to_delete(request, [person], because=why_a_person_stays, back_to=back_to)


@hooks.register("before_bulk_action")
def keep_people(request: HttpRequest, action_type: str, rows: list[Model], action: Any) -> HttpResponse | None:
    if action_type != "delete":
        return None
    people = [row for row in rows if isinstance(row, User)]
    return refuse_to_delete(request, people, because=why_a_person_stays, back_to=action.next_url)


# --- A second factor that was lost ------------------------------------------------------------------


@hooks.register("register_user_listing_buttons")
def offer_to_remove_second_factor(user: Any, request_user: User) -> Iterator[Button]:
    if request_user.is_superuser and user.has_second_factor:
        url = reverse("remove_second_factor", args=[user.pk])
        yield Button(gettext("Remove second factor"), url, icon_name="lock-open", priority=40)


@require_admin_access
@user_passes_test(lambda user: user.is_superuser)
@require_http_methods(["GET", "POST"])
def remove_second_factor(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    if request.method == "GET":
        return render(request, "accounts/studio/remove_second_factor.html", {"person": person})
    if services.remove_second_factor(user=person, by=request.user):
        messages.success(
            request, gettext("The second factor of {person} is removed. A mail told them.").format(person=person)
        )
    else:
        messages.warning(request, gettext("{person} has no second factor.").format(person=person))
    return redirect("wagtailusers_users:index")


@hooks.register("register_admin_urls")
def register_second_factor_urls() -> list[URLPattern]:
    return [path("users/<int:pk>/second-factor/", remove_second_factor, name="remove_second_factor")]
