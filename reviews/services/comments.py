"""What is said about a place, answered and resolved."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reviews.models import Comment, Submission


@transaction.atomic
def add_comment(*, submission: Submission, place: str, place_label: str, text: str, by: User) -> Comment:
    return Comment.objects.create(
        submission=submission,
        content_type_id=submission.content_type_id,
        object_id=submission.object_id,
        place=place,
        place_label=place_label[:120],
        text=text,
        by=by,
    )


@transaction.atomic
def answer_comment(*, comment: Comment, text: str, by: User) -> Comment:
    """To the first of its thread."""
    first = comment.answers_to or comment
    return Comment.objects.create(
        submission=first.submission,
        content_type_id=first.content_type_id,
        object_id=first.object_id,
        place=first.place,
        place_label=first.place_label,
        answers_to=first,
        text=text,
        by=by,
    )


def resolve_comment(*, comment: Comment, by: User, is_resolved: bool) -> bool:
    """Or open it again. False where it was so already."""
    rows = Comment.objects.filter(pk=comment.pk, resolved_at__isnull=is_resolved)
    done = (
        {"resolved_at": timezone.now(), "resolved_by": by}
        if is_resolved
        else {"resolved_at": None, "resolved_by": None}
    )
    return bool(rows.update(**done))
