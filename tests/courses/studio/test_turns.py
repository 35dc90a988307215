"""A draft keeps itself while its author presses Publish: neither takes back what the other did."""

import pytest
from django.http import Http404
from wagtail.snippets.views.snippets import EditView as SnippetEditView
from wagtail.test.utils.form_data import querydict_from_html

from core.studio import see_what_came_between
from courses.models import Question
from tests.courses.studio.test_writing import QUESTIONS, form

PUBLISH = {"action-publish": "action-publish"}
BY_ITSELF = {"Accept": "application/json"}


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


@pytest.fixture
def draft(studio, course):
    studio.post(f"{QUESTIONS}add/", form(course, False, True))
    return Question.objects.get(key="which")


@pytest.fixture
def meanwhile(monkeypatch):
    """Does something after the next save has loaded its row, and before it is saved."""

    def do(act):
        ask = SnippetEditView.is_valid

        def is_valid(view, sent):
            monkeypatch.setattr(SnippetEditView, "is_valid", ask)
            act()
            return ask(view, sent)

        monkeypatch.setattr(SnippetEditView, "is_valid", is_valid)

    return do


def edit(studio, question, headers=None, **changes):
    address = f"{QUESTIONS}edit/{question.pk}/"
    sent = querydict_from_html(studio.get(address).content.decode(), form_id="w-editor-form").dict()
    assert sent["loaded_revision_id"]
    # A box that is ticked has no value in the page, as in a browser.
    return studio.post(address, {**sent, "choices-1-is_correct": "on", **changes}, headers=headers)


def test_draft_that_keeps_itself_does_not_take_back_what_is_published(studio, draft, meanwhile):
    meanwhile(lambda: edit(studio, draft, **PUBLISH))
    kept = edit(studio, draft, BY_ITSELF, references="Late")
    assert (kept.status_code, kept.json()["error_code"]) == (400, "invalid_revision")
    draft.refresh_from_db()
    assert (draft.live, draft.has_unpublished_changes, draft.references) == (True, False, "")
    assert draft.live_revision_id == draft.latest_revision_id is not None


def test_what_is_published_while_a_draft_keeps_itself_is_published(studio, draft, meanwhile):
    meanwhile(lambda: edit(studio, draft, BY_ITSELF, references="Early"))
    assert edit(studio, draft, references="Late", **PUBLISH).status_code == 302
    draft.refresh_from_db()
    assert (draft.live, draft.references) == (True, "Late")


def test_what_is_deleted_in_the_moment_of_saving_is_not_found(draft):
    Question.objects.filter(pk=draft.pk).delete()
    with pytest.raises(Http404):
        see_what_came_between(draft)


def test_draft_of_another_leaves_published_what_was_published_meanwhile(studio, draft, meanwhile):
    meanwhile(lambda: edit(studio, draft, **PUBLISH))
    assert edit(studio, draft, references="Another's").status_code == 302
    draft.refresh_from_db()
    assert (draft.live, draft.has_unpublished_changes, draft.references) == (True, True, "")
    assert draft.latest_revision.as_object().references == "Another's"
