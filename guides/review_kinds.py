"""How guides are read in review (decision 70). An approval signs them, where the reviewer's profile gives a name."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from accounts.models import Profession, User
from courses.writing.parts import read_body, show_lines
from guides.faults import SIGNED_BY_APPROVAL
from guides.models import Guide
from guides.queries import may_write_guides
from reviews.gate import get_act
from reviews.models import Act
from reviews.parts import Part, make_part
from reviews.queries import get_steps
from reviews.registry import SCOPES, Reviewed, Scope, register

GUIDES = "guides"


def get_scope() -> Scope:
    return Scope(GUIDES, 0, gettext("Guides"))


def list_scopes() -> Iterator[Scope]:
    yield get_scope()


SCOPES.append(list_scopes)


def signs_by_review() -> bool:
    """Whether reviewer and date are written by the approval, and by nobody else."""
    return get_steps(get_scope()).medical


def keeps_signature() -> bool:
    """A correction of spelling leaves the signature; files and an administrator's word bring their own."""
    return signs_by_review() and get_act() in (None, Act.CORRECTED)


SIGNED_BY_APPROVAL.append(keeps_signature)


@register
class ReviewedGuide(Reviewed):
    model = Guide
    order = 40

    def get_scope(self, row: Any) -> Scope | None:
        return get_scope()

    def may_write(self, user: User) -> bool:
        return may_write_guides(user)

    def read_parts(self, row: Guide) -> list[Part]:
        related = ", ".join(link.lesson.title for link in row.related.all())
        fields = [("title", _("Title"), row.title), ("summary", _("Summary"), row.summary)]
        fixed = [
            ("author", _("Author"), row.author),
            ("slug", _("Address"), row.slug),
            ("related", _("Related lessons"), related),
        ]
        return [
            *(make_part(key, label, show_lines(text), text) for key, label, text in fields),
            *read_body(row.body, owner=row.pk, figures="guides:figure"),
            *(make_part(key, label, show_lines(text), text, is_fixed=True) for key, label, text in fixed),
        ]

    def sign(self, revision: Revision, *, by: User, day: date) -> bool:
        """With the name of a physician's profile, or with nobody's: the text is not the one that was signed before."""
        name = by.name if by.profession == Profession.PHYSICIAN else ""
        revision.content["reviewer"] = name[:120]
        revision.content["reviewed_on"] = day.isoformat() if name else None
        revision.save(update_fields=["content"])
        return True
