"""Every address of the studio that is ours to answer for, against the cast."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts.services import grant_access
from cme.certificates.services import ask_for_correction, issue_certificate
from courses.models import Course, Lesson, Question, Synonyms
from guides.services import ensure_index
from imaging.models import Opinion
from imaging.truths.services import begin_opinion
from tests.cme.conftest import claim_as, complete
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import media as media
from tests.cme.conftest import today as today
from tests.conftest import make_user
from tests.escan.people import make_purchase, prove
from tests.guides.writing import load_guide
from tests.imaging.conftest import study as study
from tests.imaging.testsets.conftest import write_set

CAST = ["stranger", "learner", "author", "admin"]
WITH_SUPPORT = ["stranger", "learner", "author", "support", "admin"]
BOTH = [302, 302, 200, 200]
ADMIN = [302, 302, 302, 200]  # 302 for an author: back to the studio's home, with a word
NOBODY = [302, 302, 302, 302]

WRITING = {
    "": BOTH,
    "results/": BOTH,
    "add/": BOTH,
    "edit/{pk}/": BOTH,
    "usage/{pk}/": BOTH,
    "history/{pk}/": BOTH,
    "history-results/{pk}/": BOTH,
    "unpublish/{pk}/": BOTH,
    "history/{pk}/revisions/{revision}/revert/": BOTH,
    "history/{pk}/revisions/compare/{revision}...latest/": BOTH,
    "delete/{pk}/": ADMIN,
}
PREVIEWS = {"preview/": BOTH, "preview/{pk}/": BOTH, "history/{pk}/revisions/{revision}/view/": BOTH}
MODULE = {"": BOTH, "add/": BOTH, "edit/{pk}/": BOTH, "delete/{pk}/": ADMIN}
OTHERS = {
    "": BOTH,
    "account/": BOTH,
    "images/": BOTH,
    "images/add/": BOTH,
    "images/chooser/": BOTH,
    "studies/": BOTH,
    "faults/courses.lesson/999999/": [302, 302, 404, 404],
    "studies/results/": BOTH,
    "studies/progress/": BOTH,
    "studies/order/": BOTH,
    "questions/imports/": BOTH,
    "questions/imports/9/": [302, 302, 404, 404],
    "questions/imports/9/state/": [302, 302, 404, 404],
    "questions/imports/9/confirm/": [302, 302, 404, 404],
    "questions/imports/9/discard/": [302, 302, 404, 404],
    "courses/999999/duplicate/": [302, 302, 404, 404],
    "lessons/999999/duplicate/": [302, 302, 404, 404],
    "questions/999999/duplicate/": [302, 302, 404, 404],
    "courses/999999/export/": [302, 302, 404, 404],
    "courses/999999/export/published/": [302, 302, 404, 404],
    "courses/999999/export/drafts/": [302, 302, 404, 404],
    "packages/": BOTH,
    "packages/9/": [302, 302, 404, 404],
    "packages/9/state/": [302, 302, 404, 404],
    "packages/9/confirm/": [302, 302, 404, 404],
    "packages/9/again/": [302, 302, 404, 404],
    "packages/9/discard/": [302, 302, 404, 404],
    "questions/999999/regrade/": [302, 302, 404, 404],
    "questions/999999/regrade/state/": [302, 302, 404, 404],
    "questions/export/": BOTH,
    "questions/export/9/gift/": [302, 302, 404, 404],
    "test-sets/": BOTH,
    "test-sets/results/": BOTH,
    "test-sets/cases/": BOTH,
    "test-sets/cases/results/": BOTH,
    "test-sets/readers/": BOTH,
    "test-sets/readers/results/": BOTH,
    "panel/": BOTH,
    "panel/results/": BOTH,
    "panel/open/": BOTH,
    "panel/close/": BOTH,
    "studies/incoming/": BOTH,
    "reports/": BOTH,
    "reports/enrolments/": BOTH,
    "reports/stops/": BOTH,
    "reports/videos/": BOTH,
    "reports/times/": BOTH,
    "reports/questions/": BOTH,
    "reports/pass-rates/": BOTH,
    "reports/evaluation/": BOTH,
    "reports/make-anew/": NOBODY,  # a press: back to the index
    "truths/": BOTH,
    "truths/results/": BOTH,
    "truths/agreement/": BOTH,
    "users/": ADMIN,
    "users/new/": ADMIN,
    "groups/": ADMIN,
    "collections/": ADMIN,
    "people/": ADMIN,
    "cme/held/": ADMIN,
    "cme/corrections/": ADMIN,
    "cme/corrections/results/": ADMIN,
    "payments/purchases/": ADMIN,
    "payments/purchases/results/": ADMIN,
    "payments/grants/": ADMIN,
    "payments/grants/results/": ADMIN,
    "payments/grants/give/": ADMIN,
    "payments/events/": ADMIN,
    "payments/events/results/": ADMIN,
    "payments/set-aside/": ADMIN,
    "payments/set-aside/results/": ADMIN,
    "payments/reconciliations/": ADMIN,
    "payments/reconciliations/results/": ADMIN,
    "payments/reconciliations/run/": ADMIN,
    "payments/money/": ADMIN,
    "mails/": ADMIN,
    "mails/results/": ADMIN,
    "messages/": ADMIN,
    "messages/results/": ADMIN,
    "snippets/escan/informationpage/": ADMIN,
    "snippets/escan/informationpage/add/": NOBODY,
    "snippets/escan/wordset/": ADMIN,
    "snippets/escan/wordset/add/": NOBODY,
    "texts/999999/shipped/": [302, 302, 302, 404],
    "snippets/cme/activity/": ADMIN,
    "snippets/cme/credittype/": ADMIN,
    "documents/": ADMIN,
    "pages/": ADMIN,
    "sites/": ADMIN,
    "workflows/list/": ADMIN,
    "guides/": BOTH,
    "guides/results/": BOTH,
    "guides/choose_parent/": NOBODY,  # there is one: on to the form
    # Of pages, which authors may unlock.
    "reports/locked/": BOTH,
    "snippets/": NOBODY,
    "login/": NOBODY,
    "password_reset/": NOBODY,
    "password_reset/confirm/Mg/set-password/": NOBODY,
    "nothing/": [302, 302, 404, 404],
}


@pytest.fixture
def visit(request, client_for):
    """The status that each of the cast gets."""
    people = [None if name == "stranger" else request.getfixturevalue(name) for name in CAST]
    clients = [client_for(user) for user in people]
    prove(clients[-1], people[-1])
    return lambda path: [client.get(f"/studio/{path}").status_code for client in clients]


@pytest.mark.parametrize("name", ["course", "lesson", "question"])
def test_writing_is_for_authors_and_administrators(visit, course, name):
    row = {"course": Course, "lesson": Lesson, "question": Question}[name]._default_manager.filter(live=True).first()
    addresses = WRITING | (PREVIEWS if name == "lesson" else {})
    expected = {
        # What learners' work stands on is not even asked about: back to the editor, with the reason.
        path: NOBODY if path.startswith("delete") and name != "question" else statuses
        for path, statuses in addresses.items()
    }
    seen = {
        path: visit(f"snippets/courses/{name}/{path.format(pk=row.pk, revision=row.live_revision_id)}")
        for path in addresses
    }
    assert seen == expected


def test_modules_are_for_authors_and_administrators(visit, course):
    pk = course.modules.last().pk
    Lesson.objects.filter(module=pk).delete()
    assert {path: visit(f"snippets/courses/module/{path.format(pk=pk)}") for path in MODULE} == MODULE


GUIDE = {
    "pages/add/guides/guide/{index}/": BOTH,
    "pages/{pk}/edit/": BOTH,
    "pages/{pk}/history/": BOTH,
    "pages/{pk}/unpublish/": BOTH,
    "pages/{pk}/usage/": BOTH,
    "pages/{pk}/view_draft/": BOTH,
    "pages/{pk}/revisions/{revision}/view/": BOTH,
    "pages/{pk}/revisions/{revision}/revert/": BOTH,
    "pages/{pk}/revisions/compare/{revision}...latest/": BOTH,
    "pages/{index}/": BOTH,
    "pages/{index}/edit/": NOBODY,
    # What was published stays where it is.
    "pages/{pk}/delete/": NOBODY,
    "pages/{pk}/copy/": NOBODY,
    "pages/{pk}/move/": NOBODY,
    "pages/{pk}/privacy/": NOBODY,
}


def test_guides_are_for_authors_and_administrators(visit, tmp_path, media):
    guide = load_guide(tmp_path)
    known = {"pk": guide.pk, "index": ensure_index().pk, "revision": guide.live_revision_id}
    assert {path: visit(path.format(**known)) for path in GUIDE} == GUIDE


def test_synonyms_are_for_authors_and_administrators(visit, db):
    pk = Synonyms.objects.create(words="DBT, tomosynthesis").pk
    addresses = ["", "add/", f"edit/{pk}/", f"delete/{pk}/"]
    assert [visit(f"snippets/courses/synonyms/{path}") for path in addresses] == [BOTH] * 4


OUTLINE = {
    "": BOTH,
    # Presses: back to the outline.
    "move/": NOBODY,
    "rename/": NOBODY,
    "modules/": NOBODY,
    "begin/": NOBODY,
    "archive/course/{pk}/": BOTH,
    "archive/module/{module}/": BOTH,
    "archive/lesson/{lesson}/": BOTH,
    "archive/lesson/999999/": [302, 302, 404, 404],
    "restore/course/{pk}/": NOBODY,
    "restore/module/{module}/": NOBODY,
    "restore/lesson/{lesson}/": NOBODY,
}


def test_outline_is_for_authors_and_administrators(visit, course):
    lesson = Lesson.objects.filter(module__course=course).first()
    known = {"pk": course.pk, "module": lesson.module_id, "lesson": lesson.pk}
    assert {path: visit(f"courses/{course.pk}/outline/{path.format(**known)}") for path in OUTLINE} == OUTLINE
    assert visit("courses/999/outline/") == [302, 302, 404, 404]


PREVIEW = {
    "": NOBODY,  # on to the page of the course
    "?lesson=999": [302, 302, 404, 404],
    "again/": NOBODY,
    "drafts/page/": BOTH,
    "drafts/phone/courses/chest-film/": BOTH,
    **{
        f"{which}/{size}/{at}": BOTH
        for which in ("drafts", "published")
        for size in ("page", "frame")
        for at in (
            "courses/chest-film/",
            "courses/chest-film/second-look/",
            "courses/chest-film/pre-test/",
            "courses/chest-film/post-test/",
            "cme/chest-film/",
            "learn/",
        )
    },
    "drafts/page/courses/chest-film/no-such/": [302, 302, 404, 404],
    "drafts/page/courses/chest-film/post-test/9/": [302, 302, 404, 404],
    "drafts/tablet/courses/chest-film/": [302, 302, 404, 404],
    "private/page/courses/chest-film/": [302, 302, 404, 404],
}


def test_a_course_is_previewed_by_authors_and_administrators(visit, course):
    assert {path: visit(f"courses/{course.pk}/preview/{path}") for path in PREVIEW} == PREVIEW
    assert visit("courses/999/preview/drafts/page/courses/chest-film/") == [302, 302, 404, 404]


@pytest.mark.parametrize("permission", ["imaging.add_truth", "cme.change_activity"])
def test_a_course_is_previewed_by_whoever_reviews_it_or_answers_for_its_credit(
    client_for, course, locked_lesson, other_learner, permission
):
    """With its pictures, which stand in no page that this person may open else."""
    label, codename = permission.split(".")
    for app, name in ((label, codename), ("wagtailadmin", "access_admin")):
        other_learner.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=name))
    other_learner.access_grants.all().delete()
    client = client_for(other_learner)
    page = client.get(f"/studio/courses/{course.pk}/preview/drafts/page/courses/chest-film/second-look/")
    assert page.status_code == 200
    picture = re.findall(rb'src="(/figures/[^"]+)"', page.content)[0].decode()
    assert client.get(picture).status_code == 200


@pytest.mark.parametrize("person", [None, "learner", "learner_with_access", "support"])
def test_a_preview_that_is_sent_to_somebody_else_tells_nothing(request, client_for, course, person):
    client = client_for(request.getfixturevalue(person) if person else None)
    root = f"/studio/courses/{course.pk}/preview/"
    for path in PREVIEW:
        answers = [client.get(root + path), client.post(root + path)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert not any(b"Chest film" in answer.content or "preview" in answer.cookies for answer in answers)


@pytest.mark.parametrize("person", [None, "learner", "support"])
def test_outline_is_arranged_by_nobody_else(request, client_for, course, person):
    client = client_for(request.getfixturevalue(person) if person else None)
    module = course.modules.first()
    sent = {
        "move/": {"module": module.pk, "step": 1},
        "rename/": {"module": module.pk, "title": "Theirs"},
        "modules/": {"title": "Theirs"},
    }
    assert [
        client.post(f"/studio/courses/{course.pk}/outline/{path}", data).status_code for path, data in sent.items()
    ] == [302] * 3
    assert [row.title for row in course.modules.order_by("position")] == ["Basics", "Practice"]


def test_everything_else_in_the_studio(visit, course):
    assert {path: visit(path) for path in OTHERS} == OTHERS


def test_certificates_are_for_the_office(visit, learner, course, make_activity):
    make_activity(course)
    complete(learner, course)
    grant_access(user=learner, source="test", reference="certificate")
    certificate = claim_as(learner, course).certificate
    issue_certificate(certificate_id=certificate.pk)
    correction = ask_for_correction(certificate=certificate, name="Ada", reason="Shorter.")
    addresses = [f"certificates/{certificate.pk}/{act}" for act in ("", "reissue/", "withdraw/")]
    addresses += [f"corrections/{correction.pk}/{act}/" for act in ("confirm", "refuse")]
    assert {path: visit(f"cme/{path}") for path in addresses} == dict.fromkeys(addresses, ADMIN)


@pytest.mark.parametrize("name", ["course", "lesson", "question"])
def test_authors_do_not_lack_what_writing_needs(author, name):
    acts = {"view", "add", "change", "publish", "lock", "unlock", "delete"}
    assert {act for act in acts if author.has_perm(f"courses.{act}_{name}")} == acts - {"view", "delete"}


def test_studies_are_for_authors_and_administrators(visit, study):
    assert visit(f"studies/{study.pk}/withdraw/") == BOTH
    assert visit(f"studies/{study.pk}/retry/") == NOBODY  # a press: back to the list


def test_cases_of_a_test_set_are_ordered_by_authors_and_administrators(visit, db):
    assert visit(f"test-sets/{write_set().pk}/prepare/") == BOTH


def test_truths_are_drawn_by_authors_and_published_by_reviewers(visit, study, author, client_for, make_reviewer):
    opinion = begin_opinion(study_id=study.pk, by=author, from_current=True)
    Opinion.objects.update(handed_in_at=timezone.now())
    own = [302, 302, 200, 302]  # an administrator is told that it is a colleague's
    expected = {
        "": BOTH,
        "begin/": NOBODY,  # a press: back to the study
        f"draw/{opinion.pk}/": own,
        f"hand-in/{opinion.pk}/": NOBODY,
        f"take-back/{opinion.pk}/": NOBODY,
        "consensus/": BOTH,
        f"publish/{opinion.pk}/": ADMIN,
        "preview/": BOTH,
        "preview/marks/": [302, 302, 400, 400],  # no mark was sent
        "preview/marks/m1/": [302, 302, 405, 405],  # it is removed with DELETE
    }
    assert {path: visit(f"truths/{study.pk}/{path}") for path in expected} == expected
    client = client_for(make_reviewer())
    addresses = (
        "truths/",
        f"truths/{study.pk}/",
        f"truths/{study.pk}/publish/{opinion.pk}/",
        "snippets/courses/lesson/",
    )
    assert [client.get(f"/studio/{path}").status_code for path in addresses] == [200, 200, 200, 302]


@pytest.fixture
def make_reviewer(db):
    def make():
        user = make_user("reviewer@example.org", name="Rita Reviewer")
        user.groups.add(Group.objects.get(name="Medical reviewers"))
        return user

    return make


HELP = [302, 302, 302, 200, 200]
SUPPORT = {
    "": [302, 302, 200, 200, 200],
    "people/": HELP,
    "people/{pk}/": HELP,
    "people/{pk}/all/mails/": HELP,
    "people/{pk}/all/nothing/": [302, 302, 302, 404, 404],
    "people/{pk}/address/": HELP,
    "people/{pk}/merge/": HELP,
    "people/{pk}/certificates/9/": [302, 302, 302, 404, 404],
    "payments/givings/": HELP,
    "payments/givings/results/": HELP,
    "payments/givings/new/": HELP,
    "payments/givings/9/": [302, 302, 302, 404, 404],
    "payments/givings/9/undo/": [302, 302, 302, 404, 404],
    "payments/purchases/{session}/details/": HELP,
    "payments/purchases/{session}/receipt/": HELP,
    "mails/": HELP,
    "messages/": HELP,
    "payments/purchases/": HELP,
    "payments/grants/give/": HELP,
    "cme/held/": HELP,
    "users/new/": [302, 302, 302, 302, 200],
    "users/edit/{pk}/": [302, 302, 302, 302, 200],
    "groups/": [302, 302, 302, 302, 200],
    "snippets/courses/lesson/": [302, 302, 200, 302, 200],
    "snippets/cme/activity/": [302, 302, 302, 302, 200],
    "snippets/escan/informationpage/": [302, 302, 302, 302, 200],
    "reports/": [302, 302, 200, 302, 200],
    "reports/questions/": [302, 302, 200, 302, 200],
    "reports/evaluation/": [302, 302, 200, 302, 200],
}


def test_support_answers_people_and_neither_writes_nor_gives_roles(request, client_for, learner):
    session = make_purchase(learner, "cs_1").session_id
    clients = [client_for(None if name == "stranger" else request.getfixturevalue(name)) for name in WITH_SUPPORT]
    prove(clients[-1], request.getfixturevalue("admin"))
    seen = {
        path: [client.get(f"/studio/{path.format(pk=learner.pk, session=session)}").status_code for client in clients]
        for path in SUPPORT
    }
    assert seen == SUPPORT


@pytest.mark.parametrize("person", ["learner", "author"])
def test_signing_out_of_the_studio_is_ours(client_for, request, person):
    client = client_for(request.getfixturevalue(person))
    response = client.get("/studio/logout/")
    assert response.status_code == (200 if person == "author" else 302)
    assert "_auth_user_id" in client.session
    if person == "author":
        assert client.post("/studio/logout/")["Location"] == "/"
        assert "_auth_user_id" not in client.session


def test_member_at_the_studio_is_sent_home_and_not_in_a_circle(client_for, learner):
    response = client_for(learner).get("/studio/", follow=True)
    assert [address for address, _ in response.redirect_chain] == ["/learn/"]
    assert "The studio is for the academy" in response.content.decode()
