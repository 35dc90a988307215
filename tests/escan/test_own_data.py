"""A person's copy of everything: nothing is missing, nothing is secret, nothing is another's."""

import io
import json
import re
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.leaving import relations_to_user
from accounts.models import User
from accounts.own_data import PARTS
from cme.certificates.services import issue_certificate
from cme.models import Certificate
from courses.models import Attempt
from escan.own_data import write_archive
from tests.cme.conftest import claim_as
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import today as today
from tests.course_fixtures import start
from tests.escan.people import live_fully, prove

pytestmark = pytest.mark.django_db

DATA = "/accounts/data/"

# Where each model that refers to a person stands in the archive.
EXPORTED = {
    "account.EmailAddress": ("account.json", "addresses"),
    "accounts.AddressChange": ("account.json", "address_changes"),
    "accounts.OpenSession": ("account.json", "sessions"),
    "mfa.Authenticator": ("account.json", "second_factors"),
    "accounts.AccessGrant": ("account.json", "access"),
    "accounts.Mail": ("account.json", "mails"),
    "accounts.MailPreference": ("account.json", "mail_preferences"),
    "wagtailcore.ModelLogEntry": ("account.json", "acts"),
    "courses.Enrolment": ("learning.json", "courses"),
    "courses.LessonProgress": ("learning.json", "lessons"),
    "courses.Attempt": ("learning.json", "attempts"),
    "courses.CheckAnswer": ("learning.json", "checks"),
    "courses.WatchedTime": ("learning.json", "watched"),
    "courses.WatchClock": ("learning.json", "watch_clock"),
    "courses.RecallCard": ("learning.json", "recall"),
    "courses.Completion": ("learning.json", "completions"),
    "courses.Note": ("learning.json", "notes"),
    "imaging.Reading": ("readings.json", "readings"),
    "imaging.SetAttempt": ("test-sets.json", "attempts"),
    "imaging.SetConsent": ("test-sets.json", "consents"),
    "imaging.PanelAnswer": ("panel.json", "answers"),
    "imaging.SkillMemory": ("readings.json", "skills"),
    "imaging.ReaderLevel": ("readings.json", "level"),
    "imaging.Run": ("readings.json", "runs"),
    "cme.Claim": ("credit.json", "claims"),
    "payments.Customer": ("payments.json", "stripe_customer"),
    "payments.CheckoutSession": ("payments.json", "checkouts"),
    "payments.Gift": ("payments.json", "gifts_accepted"),
    "escan.ContactMessage": ("messages.json", "messages"),
    "escan.SupportRequest": ("messages.json", "requests"),
}
STAFFS_WORK = "work in the studio: the academy's own, and its log is exported as acts"
NOT_EXPORTED = {
    "accounts.User_groups": "names of the roles are in account.json",
    "accounts.User_user_permissions": "nobody has any but by a role",
    "payments.Refund": "who ordered it; the learner's own refunds are found by their purchases",
    "escan.WordSet": STAFFS_WORK,
    "payments.AccessGiving": STAFFS_WORK,
    "escan.InformationPage": STAFFS_WORK,
    "escan.PackageImport": STAFFS_WORK,
    "imaging.Opinion": STAFFS_WORK,
    "imaging.Truth": STAFFS_WORK,
    "courses.Course": STAFFS_WORK,
    "courses.Lesson": STAFFS_WORK,
    "courses.Module": STAFFS_WORK,
    "courses.Question": STAFFS_WORK,
    "courses.QuestionImport": STAFFS_WORK,
    "courses.Regrade": STAFFS_WORK,
    **dict.fromkeys(
        [f"reviews.{name}" for name in ("Comment", "Decision", "ReviewSetting", "Submission")], STAFFS_WORK
    ),
    "reviews.Opening": "which versions a reviewer has opened",
    "wagtaildocs.Document": STAFFS_WORK,
    "wagtailimages.Image": STAFFS_WORK,
    "wagtailusers.UserProfile": "how the studio looks for its staff",
    "wagtailadmin.EditingSession": "that an editor is open, for an hour",
    "wagtailadmin.FormState": "how the studio looks for its staff",
    "wagtailcore.APIToken": "a key",
    "wagtailcore.Revision": STAFFS_WORK,
    "wagtailcore.UploadedFile": STAFFS_WORK,
    "wagtailcore.WorkflowState": STAFFS_WORK,
    "wagtailcore.TaskState": STAFFS_WORK,
    "wagtailcore.Page": "there are no pages",
    "wagtailcore.PageLogEntry": "there are no pages",
    "wagtailcore.PageSubscription": "there are no pages",
    "wagtailcore.Comment": "there are no pages",
    "wagtailcore.CommentReply": "there are no pages",
}


@pytest.fixture
def full_life(learner_with_access, other_learner, course, write_course, make_activity, media) -> User:
    make_activity(course=course)
    live_fully(learner_with_access, other_learner, course, course)
    claim = claim_as(learner_with_access, course)
    issue_certificate(certificate_id=claim.certificate.pk)
    return learner_with_access


def open_archive(user: User, today) -> zipfile.ZipFile:
    return zipfile.ZipFile(write_archive(user, today))


def contents(archive: zipfile.ZipFile) -> dict[str, dict]:
    return {part.file: json.loads(archive.read(part.file)) for part in PARTS}


def test_every_model_that_refers_to_a_person_is_exported_or_excused():
    models = {relation.related_model._meta.label for relation in relations_to_user()}
    assert models == set(EXPORTED) | set(NOT_EXPORTED)
    assert not set(EXPORTED) & set(NOT_EXPORTED)


def test_archive_holds_something_of_everything(full_life, today):
    archive = open_archive(full_life, today)
    data = contents(archive)

    assert [(file, key) for file, key in EXPORTED.values() if not data[file][key]] == []
    code = Certificate.objects.get().printed_code
    assert sorted(archive.namelist()) == [
        "README.md",
        "account.json",
        f"certificates/chest-film-certificate-{code}.pdf",
        "credit.json",
        "learning.json",
        "messages.json",
        "notes.md",
        "panel.json",
        "payments.json",
        "readings.json",
        "test-sets.json",
    ]
    assert archive.read(f"certificates/chest-film-certificate-{code}.pdf").startswith(b"%PDF")
    assert data["account.json"]["account"]["email"] == "paid@example.org"
    assert data["credit.json"]["claims"][0]["credits"] == "1.25"
    assert data["payments.json"]["gifts_given"][0]["recipient"] == "friend@example.org"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", data["learning.json"]["lessons"][0]["started_at"])
    notes = archive.read("notes.md").decode()
    assert notes.startswith("# Notes from eScan Academy\n\n## Chest film\n\n### First look\n\n")
    assert "My own thought\\." in notes or "My own thought." in notes
    assert "> An edge" in notes


def test_files_stand_in_this_order_and_what_is_for_people_comes_last(full_life, today):
    archive = open_archive(full_life, today)
    code = Certificate.objects.get().printed_code

    assert archive.namelist() == [
        "README.md",
        *("account.json", "learning.json", "readings.json", "test-sets.json", "panel.json"),
        *("credit.json", "payments.json", "messages.json"),
        *("notes.md", f"certificates/chest-film-certificate-{code}.pdf"),
    ]
    readme = archive.read("README.md").decode()
    assert re.findall("^## (.+)$", readme, re.MULTILINE) == [part.file for part in PARTS] + ["Other files"]
    assert readme.endswith(
        "## Other files\n\n- `notes.md`: your notes, if you have any.\n- `certificates/`: your certificates.\n"
    )


def test_readme_explains_every_key(full_life, today):
    archive = open_archive(full_life, today)
    readme = archive.read("README.md").decode()

    assert {file: set(data) for file, data in contents(archive).items()} == {
        part.file: set(part.keys) for part in PARTS
    }
    assert all(f"`{key}`" in readme for part in PARTS for key in part.keys)
    assert "All that the academy keeps about paid@example.org" in readme


def test_nothing_secret_and_nothing_of_others_is_in_it(full_life, other_learner, today):
    archive = open_archive(full_life, today)
    text = "\n".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith(".pdf"))

    full_life.refresh_from_db()
    for secret in (full_life.password, "TOTPSECRET", other_learner.email, other_learner.name, "idempotency_key"):
        assert secret not in text
    assert Authenticator.objects.get().data == {"secret": "TOTPSECRET"}
    for token in other_learner.checkout_sessions.values_list("gift__token", flat=True):
        assert token not in text
    for token in full_life.checkout_sessions.exclude(gift=None).values_list("gift__token", flat=True):
        assert token not in text


def test_open_attempt_does_not_tell_what_is_right(learner_with_access, course, today):
    start(learner_with_access, course)
    [attempt] = contents(open_archive(learner_with_access, today))["learning.json"]["attempts"]

    assert (attempt["submitted_at"], attempt["purpose"], attempt["passing_score"]) == (None, "post_test", 75)
    assert {key for question in attempt["questions"] for key in question} == {
        *("position", "question", "choices", "answer", "is_unsure", "answered_at")
    }
    assert "rationale" not in json.dumps(attempt).lower()


def test_pre_test_says_that_it_is_one_and_has_no_pass_mark(learner_with_access, course, today):
    Attempt.objects.create(
        user=learner_with_access, course=course, purpose="pre", passing_score=75, submitted_at=timezone.now(), score=0
    )
    [attempt] = contents(open_archive(learner_with_access, today))["learning.json"]["attempts"]

    assert (attempt["purpose"], attempt["score"]) == ("pre_test", "0.00")
    assert "passing_score" not in attempt


def test_somebody_new_gets_a_copy_too(learner, today):
    keys = next(part.keys for part in PARTS if part.file == "learning.json")
    data = contents(open_archive(learner, today))

    assert data["learning.json"] == {key: [] for key in keys}
    assert data["account.json"]["addresses"] == [{"email": "learner@example.org", "verified": True, "primary": True}]


# --- The page -----------------------------------------------------------------------------------------


def test_download_wants_a_fresh_proof(client_for, learner):
    browser = client_for(learner)
    assert "Confirm that it is you" in browser.get(DATA).content.decode()
    response = browser.post(DATA)
    assert (response.status_code, response["Location"]) == (302, DATA)

    prove(browser, learner)
    assert "Download all my data" in browser.get(DATA).content.decode()
    response = browser.post(DATA)
    assert response["Content-Type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="escan-academy-\d{4}-\d\d-\d\d.zip"', response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert json.loads(archive.read("account.json"))["account"]["email"] == "learner@example.org"


def test_proof_by_password_comes_back_to_the_page(client_for, learner):
    browser = client_for(learner)
    page = browser.get(DATA).content.decode()
    [url] = re.findall(r'class="btn" href="([^"]+)"', page)
    assert url == "/accounts/reauthenticate/?next=%2Faccounts%2Fdata%2F"
    response = browser.post(url, {"password": "correct horse battery", "next": DATA})
    assert response["Location"] == DATA
    assert browser.post(DATA)["Content-Type"] == "application/zip"


def test_without_a_password_the_proof_is_to_sign_in_once_more(client_for, learner):
    learner.set_unusable_password()
    learner.save()
    browser = client_for(learner)
    assert 'action="/accounts/sign-in-again/"' in browser.get(DATA).content.decode()

    response = browser.post("/accounts/sign-in-again/", {"next": DATA})
    assert response["Location"] == "/accounts/login/code/?next=%2Faccounts%2Fdata%2F"
    assert browser.get(DATA).status_code == 302
    response = client_for(learner).post("/accounts/sign-in-again/", {"next": "https://elsewhere.example/"})
    assert response["Location"] == "/accounts/login/code/?next="


def test_archive_makes_the_same_queries_for_one_lesson_and_for_two(
    full_life, learner, today, django_assert_max_num_queries
):
    with django_assert_max_num_queries(52):
        write_archive(learner, today)
    with django_assert_max_num_queries(52):
        write_archive(full_life, today)
