import time
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.learning.errors import NoSuchPlace
from courses.models import LessonRendering, Note, NoteKind, Video
from courses.notes import services as notes
from courses.notes.errors import NoSuchSecond, NothingWritten, TooLateToUndo, TooManyNotes
from courses.notes.queries import get_all_notes, get_blocks, get_notes_for, get_words
from courses.notes.services import Marked
from tests.course_fixtures import block_id, blocks, text_of, write_lesson

BLOCK = block_id("first-look", 0)
VIDEO = str(uuid.uuid5(uuid.NAMESPACE_URL, "video"))
WORDS = Marked(quote="may read this", prefix="Everyone", suffix="opening.")


@pytest.fixture
def text(course) -> LessonRendering:
    return text_of("first-look")


@pytest.fixture
def video(text) -> Video:
    """A video of 100 seconds, as a last block of the open lesson."""
    video = Video.objects.create(title="Edges", original="videos/originals/edges.mp4", seconds=100)
    text.html += (
        f'\n<section class="block video" id="b-{VIDEO}" data-block="{VIDEO}">'
        f'<div class="player" data-video="{video.pk}" data-seconds="100"><video></video></div></section>'
    )
    text.save(update_fields=["html"])
    return video


@pytest.fixture
def write(learner, text):
    def write_one(**fields) -> Note:
        return notes.write_note(user=learner, text=text, **{"key": uuid.uuid4(), **fields})

    return write_one


def facts(note: Note) -> dict:
    return {field.attname: getattr(note, field.attname) for field in Note._meta.concrete_fields if field.name != "id"}


# --- Writing ----------------------------------------------------------------------------------------


def test_note_keeps_its_place(write, learner, preview_lesson):
    note = write(block=BLOCK, written="Ask about this.")
    note.refresh_from_db()
    assert (note.user, note.lesson, note.kind, note.block) == (learner, preview_lesson, NoteKind.NOTE, BLOCK)
    assert (note.text, note.quote, note.place) == ("Ask about this.", "", "Everyone may read this opening.")
    assert note.url == f"/courses/chest-film/first-look/#b-{BLOCK}:~:text=Everyone%20may%20read%20this%20opening."


def test_kind_is_of_what_is_given(write):
    assert write(block=BLOCK, marked=WORDS).kind == NoteKind.HIGHLIGHT
    assert write(block=BLOCK, marked=WORDS, written="Why?").kind == NoteKind.NOTE
    assert write(block=BLOCK).kind == NoteKind.BOOKMARK
    assert write(written="The whole lesson.").kind == NoteKind.NOTE


def test_same_key_makes_one_note(write):
    key = uuid.uuid4()
    first = write(key=key, block=BLOCK, written="Once.")
    assert write(key=key, block=BLOCK, written="Twice.") == first
    assert list(Note.objects.values_list("text", flat=True)) == ["Once."]


def test_same_key_of_another_learner_is_another_note(write, other_learner, text):
    key = uuid.uuid4()
    write(key=key, written="Mine.")
    notes.write_note(user=other_learner, text=text, key=key, written="Theirs.")
    assert sorted(Note.objects.values_list("text", flat=True)) == ["Mine.", "Theirs."]


def test_bookmark_stands_once(write, video):
    assert write(block=BLOCK) == write(block=BLOCK)
    assert write(block=VIDEO, second=83) == write(block=VIDEO, second=83)
    write(block=VIDEO, second=84)
    assert Note.objects.count() == 3


def test_highlight_stands_once(write, other_learner, text, monkeypatch):
    first = write(block=BLOCK, marked=WORDS)
    monkeypatch.setattr(notes, "MOST_NOTES", 1)
    assert write(block=BLOCK, marked=WORDS) == first
    monkeypatch.undo()
    # The same words further on, others, the same with a text, and those of another learner.
    write(block=BLOCK, marked=replace(WORDS, suffix="again."))
    write(block=BLOCK, marked=Marked(quote="may read"))
    for written in ("Why?", "Why?"):
        write(block=BLOCK, marked=WORDS, written=written)
    notes.write_note(user=other_learner, text=text, key=uuid.uuid4(), block=BLOCK, marked=WORDS)
    assert Note.objects.count() == 6
    assert write(block=BLOCK, marked=WORDS) == first


def test_place_is_the_paragraph_that_was_meant(learner_with_access, course):
    def bookmark(place: str) -> str:
        text, block = text_of("second-look"), block_id("second-look", 0)
        return notes.write_note(user=learner_with_access, text=text, key=uuid.uuid4(), block=block, place=place).place

    assert bookmark("The apex hides a thin") == "The apex hides a thin"
    assert bookmark("The edge") == "The edge"
    assert bookmark("The edge") == "The edge"
    # What is not in the block is not believed.
    assert bookmark("Buy pills") == "The edge The apex hides a thin white line."
    assert Note.objects.count() == 3


def test_second_is_of_the_video_in_the_block(write, video):
    note = write(block=VIDEO, second=83, written="The thin line.")
    assert (note.video, note.second, note.time, note.place) == (video, 83, "1:23", "Edges")
    assert note.url == f"/courses/chest-film/first-look/#b-{VIDEO}@83"
    assert write(block=VIDEO, second=100).second == 100


@pytest.mark.parametrize(("block", "second"), [(VIDEO, 101), (BLOCK, 5), ("", 5)])
def test_second_that_is_in_no_video_is_refused(write, video, block, second):
    with pytest.raises(NoSuchSecond):
        write(block=block, second=second, written="Nowhere.")
    assert not Note.objects.exists()


@pytest.mark.parametrize("block", [block_id("second-look", 0), "nowhere", '"'])
def test_block_of_another_lesson_is_refused(write, block):
    with pytest.raises(NoSuchPlace):
        write(block=block, written="Elsewhere.")
    assert not Note.objects.exists()


def test_nothing_is_no_note(write):
    with pytest.raises(NothingWritten):
        write()
    assert not Note.objects.exists()


def test_learner_has_at_most_so_many_notes(write, monkeypatch):
    monkeypatch.setattr(notes, "MOST_NOTES", 2)
    key = uuid.uuid4()
    write(key=key, written="One.")
    write(written="Two.")
    with pytest.raises(TooManyNotes, match="You have 2 notes"):
        write(written="Three.")
    # What was kept before is still answered, and room is made by deleting.
    assert write(key=key, written="One.").text == "One."
    notes.delete_note(note=Note.objects.get(text="Two."))
    write(written="Three.")
    assert sorted(Note.objects.values_list("text", flat=True)) == ["One.", "Three."]


# --- Changing and deleting --------------------------------------------------------------------------


def test_highlight_with_text_is_a_note_and_back(write):
    note = write(block=BLOCK, marked=WORDS)
    changed = notes.change_note(note=note, written="Why?")
    assert (changed.kind, changed.text, changed.quote) == (NoteKind.NOTE, "Why?", "may read this")
    assert changed.updated_at > note.updated_at
    changed = notes.change_note(note=note, written="")
    assert (changed.kind, changed.text, changed.quote) == (NoteKind.HIGHLIGHT, "", "may read this")


def test_note_without_words_keeps_its_text(write):
    note = write(block=BLOCK, written="Keep me.")
    with pytest.raises(NothingWritten):
        notes.change_note(note=note, written="")
    assert Note.objects.get().text == "Keep me."


def test_bookmark_can_get_a_text(write):
    note = write(block=BLOCK)
    assert notes.change_note(note=note, written="").kind == NoteKind.BOOKMARK
    assert notes.change_note(note=note, written="Here.").kind == NoteKind.NOTE


def test_undo_brings_the_whole_note_back_once(write, learner, video):
    note = write(block=BLOCK, marked=WORDS, written="Ünïcode\nand lines")
    at_second = write(block=VIDEO, second=83)
    before = [facts(note), facts(at_second)]
    kept = [notes.delete_note(note=note), notes.delete_note(note=at_second)]
    assert not Note.objects.exists()
    for one in [*kept, *kept]:
        notes.restore_note(user=learner, kept=one)
    assert [facts(found) for found in Note.objects.order_by("created_at")] == before


def test_undo_is_for_the_owner_for_an_hour(write, learner, other_learner, monkeypatch):
    kept = notes.delete_note(note=write(written="Mine."))
    for user, given in [(other_learner, kept), (learner, kept + "x"), (learner, "nonsense")]:
        with pytest.raises(TooLateToUndo):
            notes.restore_note(user=user, kept=given)
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(time, "time", later.timestamp)
    with pytest.raises(TooLateToUndo):
        notes.restore_note(user=learner, kept=kept)
    assert not Note.objects.exists()


def test_undo_of_a_bookmark_that_was_set_again_keeps_one(write, learner):
    kept = notes.delete_note(note=write(block=BLOCK))
    again = write(block=BLOCK)
    assert notes.restore_note(user=learner, kept=kept) == again
    assert Note.objects.count() == 1


def test_undo_of_a_highlight_that_was_set_again_keeps_one(write, learner):
    kept = notes.delete_note(note=write(block=BLOCK, marked=WORDS))
    again = write(block=BLOCK, marked=WORDS)
    assert notes.restore_note(user=learner, kept=kept) == again
    assert Note.objects.count() == 1


# --- What the database refuses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "note", "block": BLOCK},
        {"kind": "highlight", "block": BLOCK},
        {"kind": "highlight", "block": BLOCK, "quote": "words", "text": "written"},
        {"kind": "highlight", "quote": "words"},
        {"kind": "bookmark", "block": BLOCK, "text": "written"},
        {"kind": "bookmark"},
        {"kind": "scribble", "block": BLOCK, "text": "written"},
        {"kind": "note", "block": BLOCK, "text": "written", "quote": "words", "second": 3},
        {"kind": "note", "text": "written", "second": 3},
        {"kind": "note", "text": "x" * 5001},
        {"kind": "highlight", "block": BLOCK, "quote": "x" * 2001},
    ],
)
def test_database_refuses(learner, preview_lesson, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(user=learner, lesson=preview_lesson, **fields)
    assert not Note.objects.exists()


def test_database_refuses_a_video_without_second(write, video):
    note = write(block=VIDEO, second=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(second=None)


def test_second_outlives_the_video_and_notes_hold_the_lesson(write, video, preview_lesson):
    note = write(block=VIDEO, second=83, written="Still here.")
    video.delete()
    note.refresh_from_db()
    assert (note.video, note.second, note.place) == (None, 83, "Edges")
    with pytest.raises(ProtectedError):
        preview_lesson.delete()


# --- Beside the text of today -----------------------------------------------------------------------


def test_blocks_and_their_words(course):
    parts = get_blocks(text_of("second-look").html)
    assert list(parts) == [block_id("second-look", index) for index in range(5)]
    assert get_words(parts[block_id("second-look", 0)]) == "The edge The apex hides a thin white line."


def test_note_says_when_its_words_or_its_block_are_gone(write, learner, preview_lesson):
    write(block=BLOCK, marked=WORDS)
    write(block=block_id("first-look", 1), written="On the drawing.")
    write(written="On everything.")

    def changed() -> dict[str, bool]:
        found = get_notes_for(learner, lesson=preview_lesson).notes
        return {entry.note.quote or entry.note.text: entry.is_changed for entry in found}

    assert changed() == {"may read this": False, "On the drawing.": False, "On everything.": False}
    write_lesson("first-look", blocks("first-look", ("text", "<p>Everyone <b>may</b> read&nbsp;this.</p>")))
    assert changed() == {"may read this": False, "On the drawing.": True, "On everything.": False}
    write_lesson("first-look", blocks("first-look", ("text", "<p>Nobody may.</p>")))
    assert changed() == {"may read this": True, "On the drawing.": True, "On everything.": False}


def test_notes_stand_in_the_order_of_the_text(write, learner, video):
    for fields in (
        {"block": VIDEO, "second": 9},
        {"block": VIDEO, "second": 3},
        {"block": BLOCK},
        {"written": "On everything."},
    ):
        write(**fields)
    (found,) = get_all_notes(learner)
    assert [(entry.note.block, entry.note.second) for entry in found.lessons[0].notes] == [
        ("", None),
        (BLOCK, None),
        (VIDEO, 3),
        (VIDEO, 9),
    ]


def test_closed_lesson_leaves_the_notes(learner, other_learner, course):
    text = text_of("second-look")
    marked = Marked(quote="The apex hides")
    for user in (learner, other_learner):
        notes.write_note(user=user, text=text, key=uuid.uuid4(), block=block_id("second-look", 0), marked=marked)
    # The first has no access.
    for user, is_open in ((learner, False), (other_learner, True)):
        (found,) = get_all_notes(user)[0].lessons
        assert (found.is_open, found.notes[0].note.quote, found.notes[0].is_changed) == (is_open, marked.quote, False)
    text.lesson.unpublish()
    (found,) = get_all_notes(other_learner)[0].lessons
    assert (found.is_open, found.notes[0].note.quote, found.notes[0].is_changed) == (False, marked.quote, False)
