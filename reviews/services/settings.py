"""Which steps a course, or all guides, have."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from reviews.models import Act, Decision, ReviewSetting
from reviews.registry import Scope


@transaction.atomic
def set_steps(*, scope: Scope, medical: bool, cme: bool, because: str, by: User) -> bool:
    """False where it was so already. What is in review goes on as it is, and needs the steps that are left."""
    row, _is_new = ReviewSetting.objects.select_for_update().get_or_create(scope=scope.key)
    before = (row.medical, row.cme)
    if before == (medical, cme):
        return False
    row.medical, row.cme, row.changed_by, row.changed_at = medical, cme, by, timezone.now()
    row.save(update_fields=["medical", "cme", "changed_by", "changed_at"])
    Decision.objects.create(
        title=scope.title[:255],
        scope=scope.key,
        scope_title=scope.title[:255],
        act=Act.SETTING,
        said=because,
        changes=[
            {
                "place": str(name),
                "state": "changed",
                "gone": [_tell(is_on=was)],
                "new": [_tell(is_on=now)],
                "beside": False,
            }
            for name, was, now in zip(
                (gettext("Medical review"), gettext("CME check")), before, (medical, cme), strict=True
            )
            if was != now
        ],
        by=by,
        by_name=str(by),
    )
    return True


def forget_steps(*, scope: Scope) -> None:
    """Of what was deleted: another that gets its number begins with both steps."""
    ReviewSetting.objects.filter(scope=scope.key).delete()


def _tell(*, is_on: bool) -> str:
    return gettext("on") if is_on else gettext("off")
