"""What search finds, for whom, and where it leads."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.services import revoke_access
from core.durations import clock
from courses.assessment.services.checks import save_check_answer
from courses.models import Course, Lesson, Note, NoteKind, Passage, Synonyms, Video
from courses.search import finding, indexing, own, passages
from courses.search.asking import Manner
from courses.search.kinds import KINDS, Page, Paragraph, ResultKind
from courses.writing import queries as lessons
from courses.writing import services as authoring
from tests.course_fixtures import block_id, blocks, hand_in, start, text_of, write_lesson, write_question_of

STRANGER = AnonymousUser()
CAST = ["stranger", "learner", "learner_with_access", "author", "admin"]
SLOW = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def find(user, text, **options):
    return finding.search(user, text=text, **options)


def urls(user, text, **options):
    return [result.url for result in find(user, text, **options).results]


def place(index):
    return f"/courses/chest-film/second-look/#b-{block_id('second-look', index)}"


@pytest.fixture
def cast(request):
    return {name: STRANGER if name == "stranger" else request.getfixturevalue(name) for name in CAST}


def write_first_look(text):
    return write_lesson("first-look", blocks("first-look", ("text", f"<p>{text}</p>")), is_preview=True)


# --- What is found ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ("apex thin", 0),
        ("THIN apices", 0),
        ("expiration pleural", 1),
        ("plate labelled", 1),
        ("expirations plainer", 2),
        ("films supine", 3),
        ("27.5% 1,204", 3),
        ("counted by hand", 3),
        ("journals", 4),
    ],
)
def test_every_kind_of_block_is_found_where_it_stands(course, learner_with_access, asked, index):
    assert urls(learner_with_access, asked)[0] == place(index)


def test_a_title_comes_before_a_heading_and_a_heading_before_text(course, learner_with_access):
    write_first_look("Nodule. Nodule. Nodule. Nodule.")
    body = blocks("third-look", ("text", "<p>Other.</p><h2>Nodules</h2><p>Told.</p>"))
    write_lesson("third-look", body, title="Else")
    write_lesson("second-look", blocks("second-look", ("text", "<p>More.</p>")), title="The nodule")
    third = f"/courses/chest-film/third-look/#b-{block_id('third-look', 0)}:~:text=Told."
    first = f"/courses/chest-film/first-look/#b-{block_id('first-look', 0)}"
    assert urls(learner_with_access, "nodule") == ["/courses/chest-film/second-look/", third, first]


def test_all_words_then_the_beginning_of_the_last_then_any(course, learner_with_access):
    both = find(learner_with_access, "pleural edge")
    assert both.question.manner is Manner.ALL
    begun = find(learner_with_access, "pleural expi")
    assert (begun.question.manner, [result.url for result in begun.results]) == (Manner.BEGINNING, [place(1)])
    some = find(learner_with_access, "pleural xyzzy apex")
    assert (some.question.manner, [result.url for result in some.results]) == (Manner.ANY, [place(0), place(1)])
    assert some.is_loose
    none = find(learner_with_access, "xyzzy")
    assert (none.results, none.count, none.total) == ([], 0, 0)


class Guides(ResultKind):
    """What an app above adds: one guide for everyone, one for who is signed in."""

    name, label, group, group_label = "guide", "Guide", "guides", "In guides"

    def get_pages(self):
        return [
            Page("help", "Help", "What helps.", [Paragraph("Money", "A refund takes days.")]),
            Page("inside", "Inside", "For members.", [Paragraph("", "A refund among us.")]),
        ]

    def get_titles(self, user):
        return {"help": "Help", **({"inside": "Inside"} if user.is_authenticated else {})}

    def get_url(self, address):
        return f"/{address}/"


@pytest.fixture
def guides(monkeypatch):
    monkeypatch.setitem(KINDS, "guide", Guides())
    assert indexing.complete_search() == 2


def test_courses_and_pages_of_apps_above_are_found(course, guides, learner):
    assert urls(STRANGER, "edges hide") == ["/courses/chest-film/"]
    answer = find(STRANGER, "refunds")
    [result] = answer.results
    assert (result.kind, result.title, result.trail) == ("Guide", "Money", ["Help"])
    assert result.url == "/help/#:~:text=A%20refund%20takes%20days."
    assert answer.groups == [("guides", "In guides", 1)]
    assert find(learner, "refunds", group="guides").count == 2
    assert find(learner, "refunds", course="chest-film").count == 0


def titles_of(text):
    return [re.sub("<[^>]+>", "", result.title) for result in find(STRANGER, text).results]


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("nodule", ["The nodule", "Said", "Shown"]),
        ("nodules zebra", ["Said", "Shown"]),
        ("nodules xyzzy", ["The nodule", "Said", "Shown"]),
        ("quagga", ["Said", "Shown"]),
        ("zeb", ["Said", "Shown"]),
    ],
)
def test_what_is_said_comes_before_what_an_alternative_text_alone_says(course, guides, asked, titles):
    Synonyms.objects.create(words="quagga, zebra")
    paragraphs = [
        Paragraph("Shown", "A picture.", "A nodule, a zebra, a quagga."),
        Paragraph("Said", "A nodule. A zebra.", "A quagga."),
        Paragraph("The nodule", "Elsewhere."),
    ]
    indexing.index_page(kind="guide", page=Page("help", "Help", "", paragraphs))
    assert titles_of(asked) == titles


def test_an_alternative_text_is_shown_behind_what_is_said(course, guides):
    indexing.index_page(kind="guide", page=Page("help", "Help", "", [Paragraph("", "A picture", "A nodule.")]))
    [result] = find(STRANGER, "nodule").results
    assert result.excerpt == "A picture. A <mark>nodule</mark>."


@pytest.mark.parametrize("asked", ["clustered", "clustered calcifications"])
def test_a_word_of_the_lexicon_leads_to_its_entry_and_then_to_what_explains_it(course, guides, asked):
    Synonyms.objects.create(words="grouped, clustered, clustered calcifications")
    paragraphs = [
        Paragraph("A single group", "Here."),
        Paragraph("Words", "Grouped was clustered."),
        Paragraph("Groups and other places", "Here."),
        Paragraph("Grouped", "Here."),
    ]
    indexing.index_page(kind="guide", page=Page("help", "Help", "", paragraphs))
    assert titles_of(asked) == ["Grouped", "Groups and other places", "Words", "A single group"]


def test_pages_of_two_kinds_may_have_one_address(course, guides, monkeypatch):
    monkeypatch.setitem(KINDS, "paper", type("Papers", (Guides,), {"name": "paper", "group": "papers"})())
    assert indexing.complete_search() == 2
    indexing.index_page(kind="paper", page=Page("help", "Help", "", [Paragraph("", "Nothing.")]))
    assert [result.title for result in find(STRANGER, "refunds").results] == ["Money"]
    assert indexing.complete_search() == 0


def test_what_is_said_in_a_video_is_found_at_its_second(course, learner_with_access, monkeypatch):
    video = Video.objects.create(title="Milk")
    cue = SimpleNamespace(start=83.4, end=90, text="Teacups sediment.")
    said = SimpleNamespace(pk=video.pk, title="Milk", cues=[cue])
    lesson = SimpleNamespace(
        title="Second look", summary="", body=[SimpleNamespace(id="b1", block_type="video", value={"video": said})]
    )
    monkeypatch.setattr(indexing, "read_lesson", lambda _: passages.read_lesson(lesson))
    indexing.index_lesson(lesson_id=Lesson.objects.get(slug="second-look").pk)
    [result] = find(learner_with_access, "teacup sediments", group="videos").results
    assert result.url == "/courses/chest-film/second-look/#b-b1@83"
    assert (result.title, result.excerpt) == ("Milk, 1:23", "<mark>Teacups</mark> <mark>sediment</mark>.")
    cue.text = "Layers."
    indexing.index_video(video_id=video.pk)
    assert find(learner_with_access, "teacup").count == 0
    assert find(learner_with_access, "layer", group="videos").count == 1


def test_title_of_a_video_leads_to_its_beginning_and_not_to_all_that_is_said(course, learner_with_access, monkeypatch):
    cues = [SimpleNamespace(start=start, end=start + 29, text="Layers.") for start in range(0, 120, 30)]
    video = Video.objects.create(title="Milk")
    value = {"video": SimpleNamespace(pk=video.pk, title="Milk", cues=cues)}
    lesson = SimpleNamespace(title="", summary="", body=[SimpleNamespace(id="b1", block_type="video", value=value)])
    monkeypatch.setattr(indexing, "read_lesson", lambda _: passages.read_lesson(lesson))
    indexing.index_lesson(lesson_id=Lesson.objects.get(slug="second-look").pk)
    assert urls(learner_with_access, "milk") == ["/courses/chest-film/second-look/#b-b1@0"]
    assert len(urls(learner_with_access, "layers")) == 4


SPOKEN = (
    "WEBVTT\n\n00:56.000 --> 01:02.000\nSome lie in <i>teacups</i>,\n\n01:02.000 --> 01:15.200\nseen from the side.\n\n"
    "01:15.200 --> 01:20.000\nThey are cre\u00adscents there,\n\n01:20.000 --> 01:24.000\nand crescents of milk.\n\n"
    "01:30.000 --> 01:40.000\nNothing.\n\n01:41.000 --> 01:44.000\nA crescent again.\n"
)


def say(captions, monkeypatch, originals=1):
    """In as many videos of the second lesson."""
    videos = [Video.objects.create(title=f"Sediment {number}", captions=captions) for number in range(originals)]
    body = [SimpleNamespace(id=f"b{one.pk}", block_type="video", value={"video": one}) for one in videos]
    lesson = SimpleNamespace(title="Second look", summary="", body=body)
    monkeypatch.setattr(indexing, "read_lesson", lambda _: passages.read_lesson(lesson))
    indexing.index_lesson(lesson_id=Lesson.objects.get(slug="second-look").pk)
    return videos


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("crescents", [75, 101]),
        ("cresce", [75, 101]),
        ("milk crescent", [75]),
        ("teacup crescent", [56]),
        ("side", [62]),
        ("xyzzy side", [62]),
        ("some", [56]),
    ],
)
def test_a_hit_in_speech_is_the_second_of_its_cue(course, learner_with_access, monkeypatch, asked, seconds):
    [video] = say(SPOKEN, monkeypatch)
    results = find(learner_with_access, asked, group="videos").results
    assert [result.url.partition("#")[2] for result in results] == [f"b-b{video.pk}@{second}" for second in seconds]
    assert [result.title for result in results] == [f"Sediment 0, {clock(second)}" for second in seconds]


def test_speech_that_is_not_in_the_captions_any_more_keeps_its_half_minute(course, learner_with_access, monkeypatch):
    say(SPOKEN, monkeypatch)
    Video.objects.update(captions="")
    assert [url.partition("@")[2] for url in urls(learner_with_access, "crescents")] == ["56", "90"]


def test_groups_are_counted_and_narrow_it_down(course, learner_with_access):
    answer = find(learner_with_access, "look", group="lessons")
    assert (answer.groups, answer.count, answer.results) == ([("courses", "Courses and titles", 2)], 0, [])
    assert find(learner_with_access, "look", course="chest-film").count == 2
    assert find(learner_with_access, "look", course="another").count == 0


def test_the_next_page_goes_on(course, learner_with_access):
    many = blocks("first-look", ("text", "".join(f"<p>Grain number {number}.</p>" for number in range(45))))
    write_lesson("first-look", many, is_preview=True)
    found = [find(learner_with_access, "grain", page=page) for page in (1, 2, 3, 4)]
    assert [len(answer.results) for answer in found] == [20, 20, 5, 0]
    assert [answer.has_more for answer in found] == [True, True, False, False]
    assert len({result.url for answer in found for result in answer.results}) == 45


def test_the_same_words_stand_first_where_they_stand_together(course):
    write_first_look("Calcium in old milk.</p><p>Nothing.</p><p>Milk of calcium.")
    first, second = find(STRANGER, "milk of calcium").results
    assert (first.excerpt, second.excerpt) == (
        "<mark>Milk</mark> of <mark>calcium</mark>.",
        "<mark>Calcium</mark> in old <mark>milk</mark>.",
    )


def test_a_heading_that_says_nothing_else_comes_first(course):
    body = blocks("first-look", ("text", "<h2>Grouped and other lines</h2><p>One.</p><h2>Groups</h2><p>Two.</p>"))
    write_lesson("first-look", body, is_preview=True)
    Synonyms.objects.create(words="clustered, grouped")
    for asked in ("grouped", "clustered"):
        assert [result.excerpt for result in find(STRANGER, asked).results] == ["Two.", "One."]


def test_references_come_last_however_many_words_they_have(course):
    references = ("references", {"references": ["BI-RADS Atlas of nodules, nodules, 2013.", "Nodule zebra."]})
    body = blocks("first-look", references, ("text", "<p>A nodule.</p><h2>Zebra</h2><p>Far away.</p>"))
    write_lesson("first-look", body, is_preview=True)
    kinds = [[result.kind for result in find(STRANGER, asked).results] for asked in ("nodule", "zebra nodules xyzzy")]
    assert kinds == [["Text", "Reference", "Reference"], ["Text", "Text", "Reference", "Reference"]]
    assert find(STRANGER, "references").total == 0


# --- What means the same ----------------------------------------------------------------------------

SENTENCES = [
    "Tomosynthesis shows slices.",
    "Vacuum-assisted biopsy takes cores.",
    "A category 4 lesion.",
    "They were grouped.",
    "A BI-RADS 5 lesion, 3 mm.",
]


@pytest.fixture
def lexicon(course):
    write_first_look("</p><p>".join(SENTENCES))
    lines = ["DBT, tomosynthesis", "VAB, vacuum-assisted biopsy", "clustered, grouped", "BI-RADS 4, category 4"]
    Synonyms.objects.bulk_create(Synonyms(words=words) for words in [*lines, "BI-RADS 5, category 5"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("DBT", [0]),
        ("dbt slices", [0]),
        ("VAB", [1]),
        ("vacuum assisted biopsies", [1]),
        ("vacuum cores", [1]),
        ("clusters", [3]),
        ("BI-RADS 4", [2]),
        ("birads 4", [2]),
        ("lesion BI RADS 4", [2]),
        ("category 5", [4]),
        ("DBTs shows", [0]),
        ("xyzzy VAB", [1]),
    ],
)
def test_words_of_one_meaning_find_each_other(lexicon, asked, found):
    excerpts = [re.sub("</?mark>", "", result.excerpt) for result in find(STRANGER, asked).results]
    assert excerpts == [SENTENCES[index] for index in found]


def test_what_means_the_same_is_marked(lexicon):
    [result] = find(STRANGER, "VAB").results
    assert result.excerpt == "<mark>Vacuum</mark>-<mark>assisted</mark> <mark>biopsy</mark> takes cores."


def test_what_was_typed_comes_before_what_means_the_same(lexicon):
    write_first_look("They were grouped.</p><p>They were clustered.")
    for asked in ("clustered", "grouped"):
        first, _second = find(STRANGER, asked).results
        assert first.excerpt == f"They were <mark>{asked}</mark>."


def test_synonyms_that_change_count_at_once(lexicon):
    Synonyms.objects.filter(words__startswith="DBT").delete()
    assert find(STRANGER, "DBT").total == 0
    Synonyms.objects.create(words="slice mammography, tomosynthesis")
    assert find(STRANGER, "slice mammography").total == 1


def test_notes_are_found_by_what_means_the_same(lexicon, learner_with_access):
    note(learner_with_access, text="Clusters, again.")
    assert find(learner_with_access, "grouped", group="notes").count == 1


# --- What was meant ---------------------------------------------------------------------------------


def meant(user, text, **options):
    return find(user, text, **options).meant


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("amorphus", "amorphous"),
        ("Pleomorfic", "pleomorphic"),
        ("amorphus  lines?", "amorphous  lines?"),
        ("amorphus, pleomorfic", "amorphous, pleomorphic"),
        ("amorphous", ""),
        ("pleomorphics", ""),
        ("flurbish", ""),
        ("amorphous flurbish", ""),
        ("amorphus flurbish", ""),
        ("27.5% 1,204", ""),
        ("amorphus pleomorfic amorphuss pleomorfick", ""),
    ],
)
def test_misspelt_words_offer_what_was_meant(course, asked, expected):
    write_first_look("Fine pleomorphic lines and amorphous ones.")
    assert meant(STRANGER, asked) == expected


def test_what_is_offered_finds_something_for_this_reader_here(course, cast):
    offered = {name: [meant(user, asked) for asked in ("supinee", "expiratoin")] for name, user in cast.items()}
    something, nothing = ["supine", "expiration"], ["", ""]
    assert offered == {
        "stranger": nothing,
        "learner": nothing,
        "learner_with_access": something,
        "author": something,
        "admin": something,
    }
    assert meant(cast["admin"], "supinee", course="chest-film") == "supine"
    assert meant(cast["admin"], "supinee", course="another") == ""


def test_words_of_other_pages_and_synonyms_are_offered(course, guides):
    Synonyms.objects.create(words="plasma cell mastitis, opening")
    assert meant(STRANGER, "refnud") == "refund"
    assert meant(STRANGER, "plasma cell mastits") == "plasma cell mastitis"


# --- For whom ---------------------------------------------------------------------------------------


def test_of_a_locked_lesson_only_the_title_is_found(course, cast):
    """The rare words of its text, its captions, its tables and its summary, for each of the cast."""
    write_lesson("second-look", json.loads(json.dumps(_body())), summary="About zebras.")
    found = {name: [find(user, word).total for word in ("apex", "zebra", "supine")] for name, user in cast.items()}
    nothing, everything = [0, 0, 0], [1, 1, 1]
    assert found == {
        "stranger": nothing,
        "learner": nothing,
        "learner_with_access": everything,
        "author": everything,
        "admin": everything,
    }
    for name, user in cast.items():
        [result] = [one for one in find(user, "second").results if one.kind.endswith(("Lesson", "lesson"))]
        locked = name in ("stranger", "learner")
        assert (result.is_locked, result.kind) == (locked, "Locked lesson" if locked else "Lesson")
        assert result.excerpt == ("" if locked else "About zebras.")
        assert result.url == "/courses/chest-film/second-look/"


def _body():
    table = {
        "caption": "Rates",
        "columns": [{"type": "text", "heading": "Series"}],
        "rows": [{"values": ["Supine"]}],
    }
    told = ("table", {"table": table, "source": "Hand."})
    return blocks("second-look", ("text", "<p>The apex.</p>"), told, ("callout", {"kind": "pearl", "text": "Edge."}))


def test_words_of_a_locked_text_change_nothing_of_what_is_shown(course, learner):
    """How many places there are is told, and nothing more."""
    for user in (STRANGER, learner):
        known, unknown = find(user, "second apex"), find(user, "second xyzzy")
        assert [result.url for result in known.results] == [result.url for result in unknown.results]
        assert (known.counts, known.question.manner) == (unknown.counts, unknown.question.manner)
        assert find(user, "apex").results == []


def locked_places(user, text, **options):
    return [(lesson.title, lesson.url, lesson.places) for lesson in find(user, text, **options).locked]


SECOND = ("Second look", "/courses/chest-film/second-look/")


@pytest.mark.parametrize("who", ["stranger", "learner"])
@pytest.mark.parametrize(
    ("asked", "count"), [("apex", 1), ("expirations", 2), ("pleural expi", 1), ("apex journal", 3), ("journals", 2)]
)
def test_places_that_open_with_access_are_counted_by_lesson(course, cast, who, asked, count):
    answer = find(cast[who], asked)
    assert locked_places(cast[who], asked) == [(*SECOND, count)]
    assert (answer.locked_count, answer.count, answer.everywhere) == (count, 0, count)
    assert answer.meant == ""


@pytest.mark.parametrize("asked", ["edge", "second", "summary", "look", "opening", "pleural edge", "xyzzy", "film"])
def test_a_stranger_is_told_of_as_many_places_as_a_member_finds(course, learner_with_access, asked):
    write_lesson("third-look", blocks("third-look", ("text", "<h2>The edge</h2><p>The apex of a film.</p>")))
    stranger, member = find(STRANGER, asked), find(learner_with_access, asked)
    assert stranger.everywhere == member.count
    assert member.locked == ()
    assert len(stranger.results) == stranger.count


def test_places_that_open_with_access_are_narrowed_as_results_are(course, write_course):
    write_course("other", [("M", [("fourth-look", "Fourth look")])], title="Abdomen", position=5)
    write_lesson("fourth-look", blocks("fourth-look", ("text", "<p>The apex.</p>")))
    fourth = ("Fourth look", "/courses/other/fourth-look/", 1)
    assert locked_places(STRANGER, "apex") == [(*SECOND, 1), fourth]  # in the order of the courses
    assert locked_places(STRANGER, "apex", course="other") == [fourth]
    assert locked_places(STRANGER, "apex", group="lessons") == [(*SECOND, 1), fourth]
    assert locked_places(STRANGER, "apex", group="videos") == []


def test_what_is_not_published_has_no_places(course, locked_lesson):
    locked_lesson.unpublish()
    assert locked_places(STRANGER, "apex") == []
    assert find(STRANGER, "apex").everywhere == 0


def test_a_question_that_only_locked_lessons_answer_is_not_read_more_loosely(course):
    """What some of the words would find is not what was asked for."""
    answer = find(STRANGER, "hides thin line")
    assert (answer.question.manner, answer.count, answer.locked_count) == (Manner.ALL, 0, 1)


def test_many_at_once_open_by_the_same_decision_as_one(course, cast):
    for user in cast.values():
        rows = set(lessons.get_open_lessons(user))
        assert rows == {row for row in Lesson.objects.filter(live=True) if lessons.may_open(user, row)}


def test_access_that_ends_ends_search(course, learner_with_access):
    assert find(learner_with_access, "apex").total == 1
    revoke_access(source="test", reference="paid", reason="test")
    del learner_with_access._may_open_everything
    assert find(learner_with_access, "apex").total == 0


def test_what_changes_is_found_at_once_and_what_was_there_no_longer(course):
    write_first_look("Kerley lines.")
    assert (find(STRANGER, "kerley").total, find(STRANGER, "opening").total) == (1, 0)
    lesson = write_first_look("Septal lines.")
    assert (find(STRANGER, "kerley").total, find(STRANGER, "septal").total) == (0, 1)
    lesson.unpublish()
    assert find(STRANGER, "septal").total == 0
    lesson.get_latest_revision().publish()
    assert find(STRANGER, "septal").total == 1
    Course.objects.get().unpublish()
    assert (find(STRANGER, "septal").total, find(STRANGER, "chest").total) == (0, 0)


def test_drafts_and_what_is_scheduled_are_not_found(course):
    soon = timezone.now() + timedelta(days=1)
    fields = {"title": "First look", "summary": "", "minutes": 5, "go_live_at": soon}
    body = json.dumps(blocks("first-look", ("text", "<p>Kerley.</p>")))
    draft = authoring.draft_lesson(slug="first-look", fields={**fields, "body": body})
    assert find(STRANGER, "kerley").total == 0
    draft.publish()
    assert (find(STRANGER, "kerley").total, find(STRANGER, "opening").total) == (0, 2)


def test_a_deleted_lesson_takes_its_passages_along(course):
    lesson = Lesson.objects.get(slug="first-look")
    before = Passage.objects.filter(lesson=lesson)
    assert before.count() == 4
    lesson_id = lesson.pk
    lesson.renderings.all().delete()
    lesson.delete()
    assert not Passage.objects.filter(lesson=lesson_id).exists()
    assert find(STRANGER, "opening").total == 0


# --- One's own --------------------------------------------------------------------------------------


def note(user, **fields):
    lesson = Lesson.objects.get(slug="second-look")
    place = {"kind": NoteKind.NOTE, "block": block_id("second-look", 0), **fields}
    return Note.objects.create(user=user, lesson=lesson, **place)


def test_notes_are_found_by_their_owner_alone(course, cast):
    owner = cast["learner_with_access"]
    note(owner, text="Ask Björn about zebras.", quote="white line")
    note(owner, kind=NoteKind.BOOKMARK, place="Zebra crossing", second=83)
    assert {name: find(user, "zebra bjorn").count for name, user in cast.items()} == {
        **dict.fromkeys(CAST, 0),
        "learner_with_access": 1,
    }
    first, second = find(owner, "zebra", group="notes").results
    assert (first.url, first.title, first.kind) == (f"{place(0)}@83", "Second look, 1:23", "Bookmark")
    assert second.url == f"{place(0)}:~:text=white%20line"
    assert (second.title, second.excerpt) == ("Second look", "Ask Björn about <mark>zebras</mark>. white line")


def test_notes_stand_first(course, learner_with_access):
    note(learner_with_access, text="The apex again.")
    assert [result.kind for result in find(learner_with_access, "apex").results] == ["Note", "Text"]


def test_rationales_are_found_by_who_was_told_them(course, cast, other_learner):
    owner = cast["learner_with_access"]
    attempt = start(owner, course)
    asked = "rationales 2 case"
    assert {find(user, "rationale").total for user in [*cast.values(), other_learner]} == {0}
    attempt.delete()
    done = hand_in(owner, course, right=1)
    assert {find(user, "rationale").total for user in cast.values()} == {0}  # not passed yet
    hand_in(owner, course, right=4)
    latest = owner.attempts.exclude(pk=done.pk).get()
    assert {name: find(user, "rationale").total for name, user in cast.items()} == {
        **dict.fromkeys(CAST, 0),
        "learner_with_access": 4,
    }
    [result] = find(owner, asked).results
    row = next(row for row in latest.questions.all() if "case 2" in row.content["stem"])
    assert result.url == f"/courses/chest-film/post-test/{latest.pk}/#question-{row.position}"
    assert result.title == "Which edge belongs to <mark>case</mark> <mark>2</mark>?"


def test_newest_notes_are_searched_up_to_so_many_characters(course, learner_with_access, monkeypatch):
    monkeypatch.setattr(own, "MOST_CHARACTERS", 100)
    for number in range(3):
        updated = timezone.now() + timedelta(seconds=number)
        note(learner_with_access, text=f"zebra {number} " + "x" * 32, updated_at=updated)
    assert [result.excerpt[:22] for result in find(learner_with_access, "zebra").results] == [
        "<mark>zebra</mark> 2 x",
        "<mark>zebra</mark> 1 x",
    ]


def answer_check(user, lesson):
    question = write_question_of(lesson.module.course, "numeric", key="in-lesson", use="check", lesson=lesson)
    body = blocks(lesson.slug, ("text", "<p>More.</p>"), ("question", question.pk))
    write_lesson(lesson.slug, body, is_preview=lesson.is_preview)
    save_check_answer(user=user, question=question, revision_id=question.live_revision_id, answer="2")
    return question


def test_rationale_of_a_check_is_found_by_who_answered_it(course, cast, locked_lesson):
    owner = cast["learner_with_access"]
    answer_check(owner, locked_lesson)
    assert {name: find(user, "secret").total for name, user in cast.items()} == {
        **dict.fromkeys(CAST, 0),
        "learner_with_access": 1,
    }
    [result] = find(owner, "secret", group="questions", course="chest-film").results
    assert (result.kind, result.url, result.trail) == ("Check", place(1), ["Chest film", "Second look"])
    assert (result.title, result.excerpt) == ("Stem of numeric.", "<mark>Secret</mark> of numeric.")
    assert find(owner, "secret", course="another").total == 0


def test_rationale_of_a_check_is_found_only_while_its_lesson_shows_it(course, learner, learner_with_access):
    answer_check(learner, Lesson.objects.get(slug="first-look"))
    [result] = find(learner, "secret").results
    assert result.url == f"/courses/chest-film/first-look/#b-{block_id('first-look', 1)}"
    write_lesson("first-look", blocks("first-look", ("text", "<p>More.</p>")), is_preview=True)
    assert find(learner, "secret").total == 0


def test_rationale_of_a_check_is_not_found_when_access_has_ended(course, learner_with_access, locked_lesson):
    question = answer_check(learner_with_access, locked_lesson)
    assert find(learner_with_access, "secret").total == 1
    revoke_access(source="test", reference="paid", reason="test")
    del learner_with_access._may_open_everything
    assert find(learner_with_access, "secret").total == 0
    write_lesson("second-look", blocks("second-look", ("question", question.pk)), is_preview=True)
    assert find(learner_with_access, "secret").total == 1
    question.unpublish()
    assert find(learner_with_access, "secret").total == 0


def test_questions_of_any_shape_are_read(course, learner_with_access):
    attempt = hand_in(learner_with_access, course, right=4)
    row = attempt.questions.first()
    row.content = {"stem": "<p>How wide?</p>", "rationale": "Twelve zebras."}
    row.save(update_fields=["content"])
    [result] = find(learner_with_access, "zebra").results
    assert (result.title, result.excerpt) == ("How wide?", "Twelve <mark>zebras</mark>.")


# --- Any question -----------------------------------------------------------------------------------

QUERIES = ['"', '"edge', "edge*", "AND", "NEAR(edge, 2)", "edge OR", "(", "')--", "%_", "😀", "\x00edge", "the of", " "]
SIGNS = ['"edge film"', "edge* AND film", "(edge) film", "edge -- film;", "the edge of a film", "edge film 😀"]
ANYTHING = st.one_of(
    st.text(), st.text("\"*():^-'% ANDORNEAR\x00edgeß́"), st.lists(st.sampled_from(QUERIES)).map(" ".join)
)


@pytest.mark.parametrize("asked", [*QUERIES, "edge " * 2000, "x" * 10_000, "-", "a:b", "{edge}", "^edge", "\\"])
def test_no_question_is_an_error(course, learner_with_access, asked):
    note(learner_with_access, text="edge")
    for user in (STRANGER, learner_with_access):
        assert find(user, asked).count >= 0


def test_signs_do_not_matter(course, learner_with_access):
    plain = urls(learner_with_access, "edge film")
    assert len(plain) == 3
    for asked in (
        '"edge film"',
        "edge* AND film",
        "(edge) film",
        "edge -- film;",
        "the edge of a film",
        "edge film 😀",
    ):
        assert urls(learner_with_access, asked) == plain, asked


def test_a_question_of_small_words_alone_looks_for_them(course):
    assert find(STRANGER, "whose you your").total == 0
    write_first_look("To be or not to be.")
    assert urls(STRANGER, "to be or not")[0].startswith("/courses/chest-film/first-look/#b-")


@SLOW
@given(
    asked=st.one_of(
        st.text(), st.text("\"*():^-'% ANDORNEAR\x00edgeß́"), st.lists(st.sampled_from(QUERIES)).map(" ".join)
    )
)
def test_any_text_is_answered(course, learner_with_access, asked):
    answer = find(learner_with_access, asked)
    assert answer.count == answer.total
    assert len(answer.results) == min(answer.count, 20)


# --- Where it leads ---------------------------------------------------------------------------------


def test_every_place_is_in_the_page(course, learner_with_access):
    html = {lesson.slug: text_of(lesson.slug).html for lesson in Lesson.objects.filter(live=True)}
    seen = set()
    for asked in ("edge", "apex", "author", "opening", "supine", "everyone", "line"):
        for result in find(learner_with_access, asked).results:
            address = urlsplit(result.url)
            if anchor := re.match(r"b-[0-9a-f-]{36}", address.fragment):
                assert f'id="{anchor[0]}"' in html[address.path.split("/")[3]]
                seen.add(result.url)
    assert {place(index) for index in range(5)} <= seen


# --- Rebuilding -------------------------------------------------------------------------------------


def test_rebuilding_changes_nothing_that_is_found(course, learner_with_access):
    before = urls(learner_with_access, "edge")
    assert indexing.complete_search() == 0
    Passage.objects.update(words="", heading_words="")
    assert urls(learner_with_access, "edge") == []
    assert indexing.rebuild_search() == 3
    assert urls(learner_with_access, "edge") == before


def test_what_an_earlier_edition_made_is_made_anew(course, learner_with_access):
    Passage.objects.filter(lesson__slug="second-look").update(edition=0)
    Passage.objects.filter(lesson__slug="first-look").delete()
    assert indexing.complete_search() == 2
    assert (find(learner_with_access, "apex").total, find(STRANGER, "opening").total) == (1, 2)
    assert not Passage.objects.filter(edition=0).exists()


@pytest.mark.parametrize("originals", [1, 5])
def test_hits_in_speech_ask_for_captions_once(
    course, learner_with_access, monkeypatch, originals, django_assert_num_queries
):
    say(SPOKEN, monkeypatch, originals)
    with django_assert_num_queries(10):
        assert len(find(learner_with_access, "crescents", group="videos").results) == 2 * originals


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_is_fixed(course, learner_with_access, count, django_assert_num_queries):
    write_first_look("</p><p>".join(["Kerley lines."] * count))
    for _ in range(count):
        note(learner_with_access, text="Kerley")
    # Synonyms, access, titles of two apps above, counts, notes, questions, checks, the notes and the page of results.
    with django_assert_num_queries(10):
        assert len(find(learner_with_access, "kerley").results) == 2 * count
