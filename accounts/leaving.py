"""What becomes of an account whose owner leaves. Each app says what of its own goes (escan/leaving.py joins them)."""

import logging
from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CASCADE, SET_NULL, ForeignObjectRel, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from accounts.models import DELETED_ACCOUNT, Mail, User
from core.keeping import is_kept

logger = logging.getLogger(__name__)


@transaction.atomic
def forget_person(*, user: User) -> None:
    """Mails that follow the account or went to its address; what waits still goes out."""
    elsewhere = Q(user=None, to__iexact=user.email) & ~Q(pk__in=Mail.objects.waiting())
    gone = Mail.objects.filter(Q(user=user) | elsewhere)
    # What a mail server answered names the address.
    entries_about(gone).update(data={})
    gone.delete()
    entries_about(User.objects.filter(pk=user.pk)).update(label=DELETED_ACCOUNT, data={})


def entries_about(rows: QuerySet[Any]) -> QuerySet[ModelLogEntry]:
    """The studio's log of these rows: who did what stays, and names can be taken out."""
    content_type = ContentType.objects.get_for_model(rows.model)
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(content_type=content_type, object_id__in=keys)
    return entries


def relations_to_user() -> list[ForeignObjectRel]:
    """Every foreign key of every app that leads to a person."""
    fields = User._meta.get_fields(include_hidden=True)
    return [field for field in fields if isinstance(field, ForeignObjectRel) and not field.many_to_many]


@transaction.atomic
def cut_ties(*, user: User, but: Collection[type[Model]]) -> None:
    """What the database would do on deletion, done also where the row has to stay: rows go with it or lose the link."""
    for relation in relations_to_user():
        model: Any = relation.related_model
        if model in but:
            continue
        rows = model._base_manager.filter(**{relation.field.name: user})
        if relation.on_delete is CASCADE:
            rows.delete()
        elif relation.on_delete is SET_NULL:
            rows.update(**{relation.field.name: None})


@transaction.atomic
def close_account(*, user: User, by: User | None) -> bool:
    """Empty the row, and delete it unless something that must stay stands on it. Returns whether it stays."""
    now = timezone.now()
    user.email = f"deleted-{uuid4().hex}@deleted.invalid"
    user.name = user.profession = user.bounced_email = ""
    user.time_zone, user.last_login, user.date_joined = "", None, now
    user.is_active, user.deleted_at = False, now
    # With the password every session ends, on any device.
    user.set_unusable_password()
    user.save()
    stays = is_kept(user)
    log(user, "accounts.delete_account", user=by, data={"is_row_kept": stays})
    # The one trace outside of the database: after a restore it says whom to delete again.
    transaction.on_commit(partial(logger.warning, gettext("Account %d is deleted"), user.pk))
    if not stays:
        user.delete()
    return stays
