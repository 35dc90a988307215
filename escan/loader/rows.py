"""How each file becomes a row and is left alone afterwards, whatever it is a file of (decision 12)."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, models
from django.utils.translation import gettext
from wagtail.models import Revision

from core.faults import is_of_others
from courses.models import Course, Lesson, Question
from courses.writing.archiving import is_archived
from escan.loader.errors import ContentError
from escan.loader.markdown import read_front_matter
from escan.loader.yaml_text import parse_yaml
from escan.models import InformationPage, LoadedContent
from guides.models import Guide
from reviews.services.publishing import publish_loaded

Row = TypeVar("Row", bound=models.Model)
Authored = Course | Lesson | Question | InformationPage | Guide


class BrokenFile(ContentError):
    """The message names the file and what is wrong."""


@contextmanager
def blaming(path: Path) -> Iterator[None]:
    """What the file's contents break in here is told with its name."""
    try:
        yield
    except BrokenFile:
        raise
    except KeyError as error:
        raise BrokenFile(gettext("{path}: {error} is missing").format(path=path, error=error)) from error
    except ValidationError as error:
        raise BrokenFile(f"{path}: {tell(error)}") from error
    except (ContentError, ObjectDoesNotExist, DatabaseError, OSError) as error:
        raise BrokenFile(f"{path}: {error}") from error
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise BrokenFile(
            gettext("{path}: not in the form that content/README.md describes ({error})").format(path=path, error=error)
        ) from error


def tell(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    fields = error.message_dict.items()
    return "; ".join(" ".join(told if field == NON_FIELD_ERRORS else [f"{field}:", *told]) for field, told in fields)


def read_yaml(path: Path) -> Any:
    return parse_yaml(path.read_text(encoding="utf-8-sig"))


def read_front(path: Path) -> tuple[dict[str, Any], str]:
    with blaming(path):
        return read_front_matter(path.read_text(encoding="utf-8-sig"))


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def find_row(model: type[Row], key: str, /, **otherwise: Any) -> Row | None:
    """The row that was made of this, whatever it is called now; `otherwise` finds it where nothing was loaded yet."""
    loaded = LoadedContent.objects.filter(key=key).exclude(object_id=None).first()
    return model._default_manager.filter(**({"pk": loaded.object_id} if loaded else otherwise)).first()


def find_change(key: str, data: Any) -> LoadedContent | None:
    """What is remembered of this if it changed since, with its new hash; None if not."""
    digest = _digest(data)
    loaded = LoadedContent.objects.filter(key=key).first() or LoadedContent(key=key)
    if loaded.sha256 == digest:
        return None
    loaded.sha256 = digest
    return loaded


def load_plain(key: str, data: Any, row: Row | None, write: Callable[[], Row]) -> Iterator[str]:
    """Write a row without revisions, unless it is no longer as it was after the last load."""
    loaded = find_change(key, data)
    if loaded is None:
        return
    if _is_rewritten(row, loaded.state):
        loaded.save()
        yield f"{key}: edited since; left alone"
        return
    written = write()
    loaded.object_id = written.pk
    loaded.state = _values(type(written)._default_manager.get(pk=written.pk))
    loaded.save()
    kind, _, name = key.partition("/")
    yield f"{kind.replace('-', ' ')} {name}"


def _is_rewritten(row: models.Model | None, state: dict[str, Any] | None) -> bool:
    if row is None or state is None:
        return row is not None or state is not None
    values = _values(row)
    # A column that came or went with a migration is nobody's edit.
    return any(values[name] != value for name, value in state.items() if name in values)


def _values(row: models.Model) -> dict[str, Any]:
    values = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    for many in row._meta.many_to_many:
        values[many.name] = sorted(other.pk for other in many.value_from_object(row))
    kept: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return kept


def load_row(key: str, data: Any, row: Authored | None, draft: Callable[[], Revision]) -> Iterator[str]:
    """Make a revision of what changed; publish it unless somebody edited or deleted the row in the studio since."""
    revision, told = draft_row(key, data, row, draft)
    if revision:
        told = [publish(key, revision)]
    yield from told


def publish(key: str, revision: Revision) -> str:
    """Waits as a draft where all that is wrong is that somebody took something off, or put it away."""
    if is_archived(revision.content_object):
        return f"{key}: waits as a draft: archived in the studio"
    try:
        publish_loaded(revision=revision)
    except ValidationError as refused:
        if not is_of_others(refused):
            raise
        return f"{key}: waits as a draft: {' '.join(refused.messages)}"
    return f"{key}: published"


def draft_row(
    key: str, data: Any, row: Authored | None, draft: Callable[[], Revision]
) -> tuple[Revision | None, list[str]]:
    """A revision of what changed, to be published, and else what there is to tell."""
    loaded = find_change(key, data)
    if loaded is None:
        return None, []
    if row is None and loaded.pk:
        return None, list(leave_deleted(loaded))
    is_edited = row is not None and _is_edited(row, loaded)
    revision = draft()
    loaded.revision, loaded.object_id = revision, int(revision.object_id)
    loaded.save()
    if is_edited:
        return None, [f"{key}: edited in the studio since; the file's version waits there as a draft"]
    return revision, []


def leave_deleted(loaded: LoadedContent) -> Iterator[str]:
    loaded.save()
    yield f"{loaded.key}: deleted in the studio since; left alone"


def _is_edited(row: Authored, loaded: LoadedContent) -> bool:
    """Whether the row is anything but the loaded revision, published: a later draft, other text, off the site."""
    return not row.latest_revision_id == row.live_revision_id == loaded.revision_id
