"""What holds for every kind, and that a new one needs nothing but itself."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.conf import settings as project
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from courses.assessment.asking import describe, freeze
from courses.assessment.errors import NoSuchChoice
from courses.assessment.kinds import KINDS, Kind, get_kind
from courses.assessment.kinds.base import AnswerForm, Asked
from courses.assessment.scoring import check_answer, get_right_answer, is_right
from courses.assessment.services import attempts
from courses.assessment.studio import QUESTION_PANELS, get_panels_of_kinds
from courses.models import Question
from tests.course_fixtures import answer_all, start
from tests.courses.assessment.contents import CONTENTS


@pytest.mark.parametrize("kind", CONTENTS)
def test_right_answer_is_right(kind):
    assert is_right(CONTENTS[kind], get_right_answer(CONTENTS[kind])) is True


@given(answer=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=4))
def test_nothing_that_can_be_sent_breaks_the_scoring(answer):
    for content in CONTENTS.values():
        try:
            check_answer(content, answer)
        except NoSuchChoice:
            assert is_right(content, answer) is False


@pytest.mark.parametrize("kind", CONTENTS)
def test_description_before_telling_depends_on_nothing_that_is_right(kind):
    content = CONTENTS[kind]
    other = {**content, "value": "7", "tolerance": "2", "regions": [], "rationale": "Other", "references": ["Other"]}
    other["choices"] = [
        {**choice, "is_correct": not choice["is_correct"], "rationale": "Other"}
        for choice in content.get("choices", [])
    ]
    if not content.get("choices"):
        del other["choices"]
    assert describe(content, None, is_told=False) == describe(other, None, is_told=False)
    told = describe(content, get_right_answer(content), is_told=True, prefix="a")
    assert (told.is_right, told.field, told.references) == (True, "a-", content["references"])


def test_each_panel_of_the_studio_says_which_kinds_it_is_for():
    assert [panel.classname for panel in get_panels_of_kinds()] == [
        "only-for only-for-single only-for-multiple",
        "only-for only-for-numeric",
        "only-for only-for-place",
    ]
    assert [panel.classname for panel in QUESTION_PANELS if "only-for" in panel.classname] == [
        panel.classname for panel in get_panels_of_kinds()
    ]


NAMED = re.compile(rf"""["']({"|".join(KINDS)})["']""")


def test_nothing_outside_asks_for_a_kind_by_its_name():
    """So that a fifth kind is found everywhere: by the registry."""
    # The place of a note, and words of another meaning.
    others = {"courses/notes/", "courses/search/own.py", "courses/migrations/", "courses/assessment/kinds/"}
    sources = [
        path
        for app in ("courses", "escan")
        for path in (project.BASE_DIR / app).rglob("*.py")
        if not any(other in path.as_posix() for other in others)
    ]
    assert len(sources) > 100
    assert [path.name for path in sources if NAMED.search(path.read_text())] == []


# --- A fifth kind -----------------------------------------------------------------------------------


class WordForm(AnswerForm):
    word = forms.CharField(max_length=20)

    @property
    def answer(self) -> str:
        return str(self.cleaned_data["word"]).strip().lower()


@dataclass(frozen=True, kw_only=True)
class AskedWord(Asked):
    letters: int
    word: str = ""


class NotAWord(NoSuchChoice):
    pass


class Word(Kind):
    """Answered with one word. Made up: what a new kind must say, and all of it."""

    name = "word"
    label = "A word"
    form = WordForm
    asked = AskedWord
    refusal = NotAWord
    request = "Write a word."
    can_be_emptied = True

    def freeze(self, question, rng):
        return {"word": question.unit}

    def ask(self, content, answer):
        return {"letters": len(content["word"])}

    def tell(self, content, answer):
        return {**self.ask(content, answer), "word": content["word"]}

    def get_given(self, data):
        return data.get("word", "")

    def is_answer(self, content, answer):
        return isinstance(answer, str) and answer.isalpha()

    def is_right(self, content, answer):
        return bool(answer == content["word"])

    def get_right_answer(self, content):
        return content["word"]


TEMPLATE = """{% if q.is_told %}<p class="word">{{ q.answer }}, and right is {{ q.word }}</p>
{% else %}<label>{{ q.letters }} letters
<input name="{{ q.field }}word" value="{{ q.answer|default_if_none:'' }}"></label>
{% endif %}"""


@pytest.fixture
def word(monkeypatch) -> Kind:
    monkeypatch.setitem(KINDS, "word", Word())
    return get_kind("word")


def freeze_word() -> dict[str, Any]:
    return freeze(Question(kind="word", stem="<p>Which edge?</p>", unit="pleura", rationale="It is white."), None)


def test_fifth_kind_is_asked_marked_and_explained(word):
    content = freeze_word()
    asked: Any = describe(content, None, is_told=False)
    assert asked.template == "courses/assessment/questions/_word.html"
    assert (asked.letters, asked.word, asked.rationale) == (6, "", "")
    answer = word.read_answer(QueryDict("word=+Pleura+"))
    check_answer(content, answer)
    with pytest.raises(NotAWord):
        check_answer(content, "two words")
    assert (is_right(content, answer), is_right(content, "apex"), is_right(content, None)) == (True, False, False)
    told: Any = describe(content, "apex", is_told=True)
    assert (told.word, told.is_right, told.rationale) == ("pleura", False, "It is white.")
    assert word.find_unexplained(Question(kind="word", rationale="It is white.")) == {}


def test_fifth_kind_is_answered_handed_in_and_explained_on_the_pages(
    word, client_for, learner_with_access, course, settings, tmp_path: Path
):
    templates = tmp_path / "templates" / "courses" / "assessment" / "questions"
    templates.mkdir(parents=True)
    (templates / "_word.html").write_text(TEMPLATE)
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path / "templates"]}]
    attempt = start(learner_with_access, course)
    question = attempt.questions.get(position=1)
    question.content = freeze_word() | {"question": question.question_id}
    question.save(update_fields=["content"])
    visitor, address = client_for(learner_with_access), f"/courses/chest-film/post-test/{attempt.pk}/"

    assert "6 letters" in visitor.get(address).content.decode()
    refused = visitor.post(f"{address}1/", {"word": "two words"})
    assert (refused.status_code, 'value="two words"' in refused.content.decode()) == (409, True)
    assert visitor.post(f"{address}1/", {"word": "Apex"}).status_code == 302
    assert attempt.questions.get(position=1).answer == "apex"
    assert visitor.post(f"{address}1/", {"word": ""}).status_code == 302
    assert attempt.questions.get(position=1).answer is None
    answer_all(attempt, right=4)
    attempts.submit_attempt(attempt=attempt)
    attempt.refresh_from_db()
    page = BeautifulSoup(visitor.get(address).content, "html.parser")
    assert (str(attempt.score), page.select_one("p.word").get_text()) == ("100.00", "pleura, and right is pleura")
