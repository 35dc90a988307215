"""The academy's own content, loaded once for all of these: it reads well, and the studio's editor keeps it."""

import json
import re
from collections import Counter
from itertools import pairwise

import pytest
import yaml
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.contrib.auth.models import AnonymousUser
from wagtail.images import get_image_model
from wagtail.rich_text import RichText

from benchmarks.seed import seed_batch
from cme.activities.formats import format_credits
from cme.activities.time import measure_activity
from cme.models import Activity, Certificate
from courses.assessment.asking import freeze
from courses.assessment.scoring import get_right_answer, is_right
from courses.models import Course, Lesson, LessonRendering, Module, Question, WatchedTime
from courses.search.asking import read_question
from courses.search.finding import GROUP_OF, Search, search
from courses.search.kinds import KINDS
from courses.search.queries import get_lexicon
from courses.search.words import ASIDE, write_stems
from courses.timing.queries import measure_course
from courses.writing.blocks import INLINE, TEXT
from escan.loader.content import load_content
from tests.escan.loader.test_content import REAL, snapshot
from tests.escan.loader.test_markdown import normal, through_the_editor
from tests.guides.writing import FILE, REVIEWED, load_guide
from tests.markup import find_lacks, judge_html, judge_words
from tests.told import DATA, graph_of

pytestmark = pytest.mark.xdist_group("real content")


@pytest.fixture
def real(loaded_content, db) -> list[str]:
    return loaded_content


def test_real_content_loads_completely(real, recwarn):
    folders = sorted(path.parent for path in (REAL / "courses").glob("*/course.yaml"))
    assert list(Course.objects.filter(live=True).order_by("slug").values_list("slug", flat=True)) == [
        folder.name for folder in folders
    ]
    files = {path.stem for folder in folders for path in folder.glob("lessons/*.md")}
    assert set(Lesson.objects.filter(live=True).values_list("slug", flat=True)) == files
    assert len(files) >= 5
    keys = [entry["key"] for folder in folders for entry in yaml.safe_load((folder / "questions.yaml").read_text())]
    assert sorted(Question.objects.filter(live=True).values_list("key", flat=True)) == sorted(keys)
    assert len(keys) >= 12
    assert not [line for line in real if "waits" in line]
    assert not Module.objects.filter(lessons=None).exists()
    assert Activity.objects.count() == len(folders)


def test_real_content_loads_twice_without_a_change(real):
    before = snapshot()
    assert list(load_content(REAL)) == []
    assert snapshot() == before


def test_real_courses_say_the_minutes_of_the_method(real):
    """With room for a paragraph that is corrected: a minute or two a lesson, five a course. A course says what its
    lessons and its post-test say together (decision 50).
    """
    for course in Course.objects.all():
        time = measure_course(course)
        assert len(time.lessons) == Lesson.objects.filter(module__course=course, is_required=True).count()
        assert [each.lesson.slug for each in time.lessons if abs(each.lesson.minutes - each.minutes) > 2] == []
        assert abs(course.minutes - time.minutes) <= 5, course.slug
        assert course.minutes == time.stated, course.slug


def test_real_credit_is_what_follows_from_the_time(real):
    designated = {}
    for activity in Activity.objects.all():
        measured = measure_activity(activity)
        assert activity.max_credits == measured.follows, activity.course.slug
        written = format_credits(activity.max_credits)
        assert f"a maximum of {written} AMA PRA" in activity.designation_statement
        designated[activity.course.slug] = written
    assert designated == {"assessment-categories": "0.75", "breast-calcifications": "1.75", "breast-density": "0.75"}


def test_real_questions_are_well_made(real):
    for question in Question.objects.all():
        choices = list(question.choices.all())
        assert len(choices) == (4 if question.kind in ("single", "multiple") else 0), question.key
        assert all(choice.rationale.strip() for choice in choices), question.key
        assert choices or question.rationale.strip(), question.key
        assert question.lesson is not None and question.lesson.live, question.key
        assert question.objective is not None and question.objective.course == question.course, question.key
        content = freeze(question, None)
        assert is_right(content, get_right_answer(content)), question.key
    for course in Course.objects.all():
        pool = course.questions.filter(use="test")
        assert pool.count() >= course.post_test_questions
        # Each objective is asked in every attempt.
        assert set(pool.values_list("objective", flat=True)) == {row.pk for row in course.objective_rows.all()}
        assert course.post_test_questions >= course.objective_rows.count()


def test_real_content_has_every_kind_and_checks_in_lessons(real):
    flagship = Question.objects.filter(course__slug="breast-calcifications")
    kinds = Counter(flagship.filter(use="test").values_list("kind", flat=True))
    assert kinds["multiple"] >= 4 and kinds["numeric"] >= 3 and kinds["place"] >= 3
    texts = LessonRendering.objects.filter(lesson__module__course__slug="breast-calcifications")
    placed = {number for text in texts for number in text.question_ids}
    assert placed == set(flagship.filter(use="check").values_list("pk", flat=True))
    assert len(placed) >= 5


def test_real_lessons_render_well(real, client_for, learner_with_access, admin):
    browser = client_for(learner_with_access)
    for text in LessonRendering.objects.select_related("lesson__module__course"):
        response = browser.get(text.lesson.get_absolute_url())
        assert response.status_code == 200
        html = response.content.decode()
        assert re.findall(r":::|\{\{|\{%|\bNone\b|&amp;(?:amp|lt|gt|quot);|\*\*", text.html) == [], text.lesson.slug
        page = BeautifulSoup(html, "html.parser")
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), text.lesson.slug
        for image in page.select(".lesson img"):
            assert str(image["alt"]).strip(), text.lesson.slug
            assert str(image["width"]).isdecimal() and str(image["height"]).isdecimal()
        figures = {int(str(image["src"]).split("/")[3]) for image in page.select('.lesson img[src^="/figures/"]')}
        # Of a worked case the first step is open; a later one may show its pictures again, with outlines.
        assert figures <= set(text.image_ids) if text.lesson.is_stepwise else figures == set(text.image_ids)
        levels = [int(tag.name[1]) for tag in page.select("article h1, article h2, article h3")]
        assert all(after - before <= 1 for before, after in pairwise(levels)), text.lesson.slug


def test_real_figures_are_our_own_drawings(real):
    for image in get_image_model().objects.exclude(file__endswith=".webp"):
        with image.open_file() as stored:
            drawing = stored.read().decode()
        assert re.findall(r"<script|<style|<text|\bon\w+=|href=|url\(", drawing) == [], image.title
        assert len(drawing) < 12_000, image.title


def test_real_pictures_are_views_that_the_generator_made(real):
    """Whoever listed a picture in pictures.yaml has its outline, too; 500 kB are what a slow line takes at once."""
    shipped = {path.stem: path for path in REAL.glob("courses/*/pictures/*.webp")}
    for image in get_image_model().objects.filter(file__endswith=".webp"):
        path = shipped[image.title.rpartition("/")[2].removesuffix(".webp")]
        assert path.with_suffix(".json").is_file() and path.stat().st_size < 500_000, image.title


def rich_texts(value: object, block) -> list[tuple[str, list[str]]]:
    """Every rich text of a block with the features that its editor has."""
    if isinstance(value, RichText):
        return [(value.source, list(block.features))]
    if hasattr(block, "child_blocks") and hasattr(value, "items"):
        return [found for name, child in value.items() for found in rich_texts(child, block.child_blocks[name])]
    if hasattr(block, "child_block") and hasattr(value, "__iter__"):
        return [found for child in value for found in rich_texts(child, block.child_block)]
    if hasattr(value, "rows") and hasattr(value, "columns"):
        return [found for row in value.rows for cell in row for found in rich_texts(cell.value, cell.block)]
    return []


def test_real_rich_text_survives_the_studios_editor(real):
    count = 0
    for lesson in Lesson.objects.filter(live=True):
        for part in lesson.body:
            for source, features in rich_texts(part.value, part.block):
                assert normal(through_the_editor(source, features)) == wrapped(source, features), lesson.slug
                count += 1
    for question in Question.objects.all():
        assert normal(through_the_editor(question.stem, INLINE)) == normal(question.stem), question.key
    for course in Course.objects.all():
        in_course = list(Course._meta.get_field("description").features)
        assert normal(through_the_editor(course.description, in_course)) == normal(course.description)
    assert count > 50


def wrapped(source: str, features: list[str]) -> str:
    """What the loader writes as one line, the editor keeps as one paragraph."""
    is_line = features == INLINE and not source.startswith("<p")
    return normal(f"<p>{source}</p>" if is_line else source)


def test_round_trip_sees_a_loss():
    """The comparison itself can fail: what the editor does not know is gone."""
    html = "<p>One <code>two</code></p>"
    assert normal(through_the_editor(html, TEXT)) != normal(html)


def test_learners_of_the_benchmark_keep_every_rule(real):
    """They are written in bulk, past every service; the database has its say."""
    seed_batch(range(4))
    assert (WatchedTime.objects.count(), Certificate.objects.count()) == (40, 2)


@pytest.mark.parametrize(
    ("asked", "lessons"),
    [
        ("BI-RADS 4", {"categories-four-and-five", "assessment-and-management", "assessment-categories-zero-to-six"}),
        ("VAB", {"ultrasound-mri-and-biopsy", "assessment-and-management"}),
        ("DBT", {"acquiring-and-reading-the-images", "supplemental-imaging"}),
        ("ADH", {"ultrasound-mri-and-biopsy"}),
        ("DCIS", {"cancer-dcis-and-stage"}),
        ("clustered", {"distribution"}),
        ("casting", {"suspicious-morphology", "malignant-share-by-study"}),
        ("microcalcs", {"macro-and-microcalcifications"}),
        ("tea cup", {"suspicious-morphology", "typically-benign-morphology"}),
    ],
)
def test_abbreviations_and_old_words_find_the_lesson_first(real, learner_with_access, asked, lessons):
    first = next(hit for hit in search(learner_with_access, text=asked).results if hit.url.startswith("/courses/"))
    assert first.url.split("/")[3] in lessons
    assert first.kind != "Reference"


@pytest.mark.parametrize(
    ("asked", "learner", "stranger"),
    [
        ("clustered", "Grouped", "Arrangement"),
        ("clustered calcifications", "Grouped", "Arrangement"),
        ("layering", "Milk of calcium", "Milk of calcium"),
        ("teacup", "Milk of calcium", "Milk of calcium"),
        ("casting", "Fine linear or branching", "Fine linear or branching"),
        ("casting calcifications", "Fine linear or branching", "Fine linear or branching"),
        ("crushed stone", "Fine pleomorphic", "Fine pleomorphic"),
        ("powdery", "Amorphous", "Amorphous"),
        ("eggshell calcifications", "Rim", "Rim"),
    ],
)
def test_old_and_new_words_lead_to_the_entry_of_the_lexicon(real, learner_with_access, asked, learner, stranger):
    for reader, title in [(learner_with_access, learner), (AnonymousUser(), stranger)]:
        first = search(reader, text=asked).results[0]
        assert re.sub("<[^>]+>", "", first.title) == title
        assert "<mark>" in first.title or title == "Arrangement"


@pytest.mark.parametrize("asked", ["clustered", "layering", "ringed", "scalloped"])
def test_what_an_alternative_text_alone_says_comes_last(real, learner_with_access, asked):
    question = read_question(asked, get_lexicon())
    found = Search(learner_with_access, "")._rank(question, [*GROUP_OF, *KINDS]).exclude(kind="source")
    is_said = [question.is_answered_by(passage.words.partition(ASIDE)[0]) for passage in found.defer(None)]
    assert is_said == sorted(is_said, reverse=True)
    assert not all(is_said)


@pytest.mark.parametrize(
    ("asked", "other", "word"),
    [
        ("layering", "milk of calcium", "milk of calcium"),
        ("coarse calcifications", "dystrophic", "dystrophic"),
        ("microlobulated", "indistinct margin", "indistinct margin"),
        ("eggshell", "lucent-centered", "rim"),
        ("clustered", "grouped", "grouped"),
        ("casting", "fine linear", "fine linear"),
    ],
)
def test_terms_of_either_edition_find_each_other(real, learner_with_access, asked, other, word):
    found, others = (search(learner_with_access, text=text) for text in (asked, other))
    assert found.counts["lessons"] > 0 < others.counts["lessons"]
    assert found.question.is_answered_by(write_stems(word))
    assert others.question.is_answered_by(write_stems(asked))


@pytest.mark.parametrize(
    ("asked", "meant"), [("amorphus", "amorphous"), ("pleomorfic", "pleomorphic"), ("calcifacations", "calcifications")]
)
def test_misspelt_words_offer_what_was_meant(real, learner_with_access, asked, meant):
    assert search(learner_with_access, text=asked).meant == meant


# --- Pages that everyone may open, as machines read them ---------------------------------------------


@pytest.fixture
def public(real, client, tmp_path) -> dict[str, bytes]:
    """Each page that the sitemap names, with a guide that nobody reviewed and one that a physician did."""
    load_guide(tmp_path, FILE, slug="edge")
    load_guide(tmp_path, REVIEWED, slug="rim")
    told = fromstring(client.get("/sitemap.xml").content)
    paths = [str(row.findtext("{*}loc")).removeprefix("http://testserver") for row in told]
    assert {"/", "/courses/", "/courses/breast-calcifications/", "/guides/", "/guides/edge/"} < {*paths}
    return {path: client.get(path).content for path in paths}


def test_real_pages_are_html_without_an_error(public, tmp_path):
    planted = public["/"].replace(b"<main ", b'<img src="/x.png"><main ')
    errors = judge_html({**public, "planted": planted}, tmp_path)
    assert [error for error in errors.pop("planted") if "alt" in error]
    assert errors == {}


def test_real_pages_tell_what_schema_org_knows(public, tmp_path):
    pages = {path: BeautifulSoup(html, "html.parser") for path, html in public.items()}
    graphs = {path: graph_of(page) for path, page in pages.items() if page.find("script", type=DATA)}
    assert {path for path in public if path.startswith(("/courses/", "/guides/"))} | {"/"} == graphs.keys()
    assert "reviewedBy" in str(graphs["/guides/rim/"])
    planted = json.dumps(graphs["/guides/rim/"])
    plant = {
        "property": planted.replace("reviewedBy", "reviewdBy"),
        "type": planted.replace("MedicalWebPage", "MedicalPage"),
        "value": planted.replace('"isAccessibleForFree": true', '"isAccessibleForFree": "perhaps"'),
        "place": planted.replace('"@type": "Person"', '"@type": "Place"'),
    }
    wrong = {name: json.loads(graph) for name, graph in plant.items()}
    faults = judge_words({**graphs, **wrong}, tmp_path)
    assert {name for name in wrong if not faults.pop(name, None)} == set()
    assert faults == {}


def test_real_pages_tell_what_engines_ask_for(public):
    pages = {path: BeautifulSoup(html, "html.parser") for path, html in public.items()}
    graphs = {path: graph_of(page) for path, page in pages.items() if page.find("script", type=DATA)}
    assert {path: lacks for path, graph in graphs.items() if (lacks := find_lacks(graph))} == {}
