from django.db import transaction

from courses.search.models import Synonyms


@transaction.atomic
def write_synonyms(*, row: Synonyms | None, words: str) -> Synonyms:
    """Raises ValidationError where a rule of the model is broken."""
    row = row or Synonyms()
    row.words = words
    row.full_clean()
    row.save()
    return row
