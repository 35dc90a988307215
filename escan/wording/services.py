from typing import Any

from django.db import connection, transaction
from wagtail.log_actions import log

from accounts.models import User
from core.caching import forget_page
from core.texts import PLACES
from courses.writing.published import forget_published
from escan.wording.models import WordSet


def ensure_word_sets(**_: Any) -> None:
    """A row for each place after each migration. One that a release no longer knows stays, and is not listed."""
    if WordSet._meta.db_table in connection.introspection.table_names():
        known = set(WordSet.objects.values_list("slug", flat=True))
        WordSet.objects.bulk_create([WordSet(slug=slug) for slug in PLACES if slug not in known], ignore_conflicts=True)


@transaction.atomic
def restore_shipped(*, pk: int, by: User) -> WordSet:
    """Publish the place with its shipped words. What staff wrote stays in its history."""
    row = WordSet.objects.select_for_update().get(pk=pk)
    row.words = {}
    revision = row.save_revision(user=by, log_action="wagtail.edit")
    revision.publish(user=by, skip_permission_checks=True)
    row.refresh_from_db()
    log(row, "escan.restore_words", user=by)
    return row


def follow_words(instance: WordSet, **_: Any) -> None:
    """Receives Wagtail's signals: what was published or taken back shows on the next page and in the next mail."""
    forget_published()
    if instance.slug in PLACES and (address := instance.place.address):
        transaction.on_commit(lambda: forget_page(address), robust=True)
