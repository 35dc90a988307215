"""Each act of staff has a page of its own that says what follows, and asks why; and who may open it."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.validators import MinLengthValidator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

View = Callable[..., HttpResponseBase]


def for_staff(*permissions: str) -> Callable[[View], View]:
    """Whoever may enter the studio and may do all of this."""

    def guard(view: View) -> View:
        answering = require_http_methods(["GET", "HEAD", "POST"])(view)
        return require_admin_access(permission_required(permissions)(answering))

    return guard


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; a form that was sent empty was sent all the same."""
    return request.POST if request.method == "POST" else None


class ReasonForm(forms.Form):
    because = forms.CharField(
        label=_("Why"),
        max_length=300,
        validators=[MinLengthValidator(3)],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the log, with your name, for your colleagues. The person is not told."),
    )


@dataclass(frozen=True)
class Act:
    """What the page before an act says."""

    title: str
    about: str
    consequences: list[str]
    button: str
    back_to: str
    icon: str = "warning"
    is_serious: bool = False


def ask(request: HttpRequest, act: Act, form: forms.BaseForm, *, method: str = "post") -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "core/studio/act.html", {"act": act, "form": form, "method": method}, status=status)
