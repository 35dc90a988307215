"""What learners write and mark in a lesson."""

from dataclasses import dataclass
from datetime import timedelta
from textwrap import shorten
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from courses.learning.errors import NoSuchPlace
from courses.notes.errors import NoSuchSecond, NothingWritten, TooLateToUndo, TooManyNotes
from courses.notes.models import LONGEST_PLACE, Note, NoteKind
from courses.notes.queries import count_notes, get_blocks, get_words, squeeze
from courses.videos.models import Video
from courses.writing.models import Lesson, LessonRendering
from courses.writing.steps import PLAYER, get_open_html

# Of one learner: some eighty for each lesson.
MOST_NOTES = 2000
UNDO_WITHIN = timedelta(hours=1)
UNDO = "courses.notes.undo"

# What makes one bookmark or highlight the same as another of its learner.
AT_SECOND = ("kind", "lesson", "block", "second")
AT_PARAGRAPH = (*AT_SECOND, "place")
MARKED = ("kind", "lesson", "block", "quote", "prefix", "suffix")
KEPT = ("kind", "block", "second", "place", "quote", "prefix", "suffix", "text")


@dataclass(frozen=True)
class Marked:
    """Words of a block, and a little of what stood around them, by which they are found again."""

    quote: str = ""
    prefix: str = ""
    suffix: str = ""


@transaction.atomic
def write_note(
    *,
    user: User,
    text: LessonRendering,
    key: UUID,
    block: str = "",
    second: int | None = None,
    place: str = "",
    marked: Marked | None = None,
    written: str = "",
) -> Note:
    """Keep a note, a highlight or a bookmark, by what is given. The same key makes one note, however often it is sent.

    Raises NoSuchPlace and NoSuchSecond for what is not in this text, NothingWritten, and TooManyNotes.
    """
    if not (block or written):
        raise NothingWritten
    if marked is None or second is not None or not block:
        marked = Marked()
    video, place = _find(get_open_html(user, text), block, second, place)
    content = {"text": written, "quote": marked.quote, "prefix": marked.prefix, "suffix": marked.suffix}
    where = {"lesson": text.lesson, "block": block, "second": second, "video": video, "place": place}
    return _keep(user=user, key=key, fields={**where, **content, "kind": _kind_of(written, marked.quote)})


def _find(text: str, block: str, second: int | None, place: str) -> tuple[Video | None, str]:
    """The video, if a second is meant, and how the paragraph begins; the block, if those words are not in it."""
    blocks = get_blocks(text)
    if block and block not in blocks:
        raise NoSuchPlace
    inner = blocks.get(block, "")
    if second is None:
        words = get_words(inner)
        begin = place if squeeze(place) in squeeze(words) else ""
        return None, shorten(begin or words, LONGEST_PLACE, placeholder=" …")
    player = PLAYER.search(inner)
    video = Video.objects.filter(pk=player[1], seconds__gte=second).first() if player else None
    if video is None:
        raise NoSuchSecond
    return video, video.title[:LONGEST_PLACE]


def _kind_of(written: str, quote: str) -> NoteKind:
    if written:
        return NoteKind.NOTE
    return NoteKind.HIGHLIGHT if quote else NoteKind.BOOKMARK


def _keep(*, user: User, key: UUID, fields: dict[str, Any]) -> Note:
    known = Note.objects.filter(user=user, key=key).first() or _get_same(user, fields)
    if known:
        return known
    # Two at once may both pass: the limit guards the server, not a right.
    if count_notes(user) >= MOST_NOTES:
        raise TooManyNotes(MOST_NOTES)
    try:
        note, _created = Note.objects.get_or_create(user=user, key=key, defaults=fields)
    except IntegrityError:
        # Bookmarked in two tabs at once: the constraint lets one through.
        same = _get_same(user, fields)
        if same is None:
            raise
        return same
    return note


def _get_same(user: User, fields: dict[str, Any]) -> Note | None:
    """The bookmark or highlight that already marks this place. Notes are each their own."""
    if fields["kind"] == NoteKind.NOTE:
        return None
    names = MARKED if fields["kind"] == NoteKind.HIGHLIGHT else AT_PARAGRAPH if fields["second"] is None else AT_SECOND
    return Note.objects.filter(user=user, **{name: fields[name] for name in names}).first()


@transaction.atomic
def change_note(*, note: Note, written: str) -> Note:
    """Write a note anew. A highlight that gets text becomes a note, and back.

    Raises NothingWritten where neither text nor words would be left.
    """
    locked = Note.objects.select_for_update().get(pk=note.pk)
    if not (written or locked.quote) and locked.text:
        raise NothingWritten
    locked.text = written
    locked.kind = _kind_of(written, locked.quote)
    locked.updated_at = timezone.now()
    locked.save(update_fields=["text", "kind", "updated_at"])
    return locked


@transaction.atomic
def delete_note(*, note: Note) -> str:
    """Nothing of it stays with the academy. What is returned brings it back, for an hour and for its owner alone."""
    kept = {name: getattr(note, name) for name in KEPT}
    ids = {"user": note.user_id, "lesson": note.lesson_id, "video": note.video_id, "key": str(note.key)}
    dates = {"created_at": note.created_at.isoformat(), "updated_at": note.updated_at.isoformat()}
    Note.objects.filter(pk=note.pk).delete()
    return signing.dumps({**kept, **ids, **dates}, salt=UNDO, compress=True)


@transaction.atomic
def restore_note(*, user: User, kept: str) -> Note:
    """Undo `delete_note`, as it was; twice makes one note. Raises TooLateToUndo, and TooManyNotes."""
    try:
        fields = signing.loads(kept, salt=UNDO, max_age=UNDO_WITHIN)
    except signing.BadSignature:
        raise TooLateToUndo from None
    lesson = Lesson.objects.filter(pk=fields.pop("lesson")).first()
    if fields.pop("user") != user.pk or lesson is None:
        raise TooLateToUndo
    video = Video.objects.filter(pk=fields.pop("video")).first()
    dates = {name: parse_datetime(fields.pop(name)) for name in ("created_at", "updated_at")}
    key = UUID(fields.pop("key"))
    return _keep(user=user, key=key, fields={**fields, **dates, "lesson": lesson, "video": video})
