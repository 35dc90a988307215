"""Every screen of review against every role; and each role's own menu, home and search of the studio."""

import re

import pytest
from django.urls import reverse

from reviews.models import Act, Submission
from reviews.services.comments import add_comment
from reviews.services.recording import record_row
from reviews.services.sending import send
from tests.escan.people import prove
from tests.escan.test_studio_permissions import OTHERS

pytestmark = pytest.mark.django_db

ROLES = ["stranger", "learner", "author", "reviewer", "office", "support", "admin"]
ALL = [302, 302, 200, 200, 200, 302, 200]
AUTHORS = [302, 302, 200, 302, 302, 302, 200]
RECORD = [302, 302, 302, 200, 200, 302, 200]
ADMIN = [302, 302, 302, 302, 302, 302, 200]
PRESS = [302] * 7  # an address that only takes what a form sends leads to its page


@pytest.fixture
def clients(request, client_for):
    people = [None if name == "stranger" else request.getfixturevalue(name) for name in ROLES]
    made = [client_for(user) for user in people]
    prove(made[-1], people[-1])
    return dict(zip(ROLES, made, strict=True))


def test_each_screen_is_for_its_roles(clients, draft, question_draft, author):
    (sent,) = send(rows=[draft], note="", by=author)
    comment = add_comment(submission=sent, place="", place_label="", text="Why?", by=author)
    decision = record_row(act=Act.CORRECTED, row=question_draft, by=author, said="Spelling")
    course = draft.module.course_id
    pk = sent.pk
    expected = {
        "reviews/": ALL,
        f"reviews/{pk}/": ALL,
        f"reviews/{pk}/page/": ALL,
        "reviews/record/": RECORD,
        "reviews/record/results/": RECORD,
        f"reviews/record/{decision.pk}/": RECORD,
        "reviews/record/?export=csv": RECORD,
        "reviews/record/?export=xlsx": RECORD,
        "reviews/steps/": ADMIN,
        f"reviews/steps/course-{course}/": ADMIN,
        "reviews/steps/guides/": ADMIN,
        f"reviews/send/courses.question/{question_draft.pk}/": AUTHORS,
        # It changed more than its spelling, which the page says.
        f"reviews/correct/courses.question/{question_draft.pk}/": [302, 302, 422, 302, 302, 302, 422],
        f"reviews/unreviewed/courses.question/{question_draft.pk}/": [302, 302, 422, 302, 302, 302, 200],
        f"courses/{course}/outline/send/": AUTHORS,
        f"reviews/{pk}/approve/": PRESS,
        f"reviews/{pk}/ask/": PRESS,
        f"reviews/{pk}/publish/": PRESS,
        f"reviews/{pk}/withdraw/": PRESS,
        f"reviews/{pk}/comments/": PRESS,
        "reviews/approve/": PRESS,
        f"reviews/comments/{comment.pk}/answer/": PRESS,
        f"reviews/comments/{comment.pk}/resolve/": PRESS,
        f"reviews/corrections/{decision.pk}/seen/": PRESS,
        "reviews/999999/": [302, 302, 404, 404, 404, 302, 404],
        "reviews/send/accounts.user/1/": [302, 302, 404, 302, 302, 302, 404],
    }
    seen = {path: [client.get(f"/studio/{path}").status_code for client in clients.values()] for path in expected}
    assert seen == expected


@pytest.mark.parametrize("act", ["approve", "ask", "withdraw"])
def test_each_act_is_for_its_roles(clients, draft, author, act):
    (sent,) = send(rows=[draft], note="", by=author)
    able = {"approve": {"reviewer"}, "ask": {"reviewer"}, "withdraw": {"author", "admin"}}[act]
    for role in set(ROLES) - able - {"admin"}:
        clients[role].post(reverse(f"review_{act}", args=[sent.pk]), {"because": "Because."})
        sent.refresh_from_db()
        assert sent.state == "medical", role
    role = sorted(able)[0]
    clients[role].post(reverse(f"review_{act}", args=[sent.pk]), {"because": "Because."})
    assert Submission.objects.get(pk=sent.pk).state != "medical"


def test_editors_are_not_for_reviewers_and_office(clients, draft):
    edit = reverse("wagtailsnippets_courses_lesson:edit", args=[draft.pk])
    assert [client.get(edit).status_code for client in clients.values()] == AUTHORS


NAME = re.compile(
    r'"wagtail\.sidebar\.(?:Link|SubMenu|Action)MenuItem",\s*"_args":\s*\[\{[^}]*?"name":\s*"([^"]+)"',
)


def list_menu(page: str) -> list[str]:
    """The names of all that the sidebar offers."""
    return sorted(set(NAME.findall(page)))


EVERYBODYS = {"account", "logout", "reviews"}
OFFICES = {"held-certificates", "corrections"}
MENUS = {
    "author": {
        *("courses", "lessons", "questions", "modules", "videos", "search-synonyms", "guides", "images"),
        *("studies", "test-sets", "panel", "truths", "learning-reports", "site-history"),
    },
    "reviewer": {"studies", "truths"},
    "office": {"activities", "credit-types", "learning-reports", *OFFICES},
    "support": {
        *("people", "mails", "messages", *OFFICES),
        *(f"payments-{name}" for name in ("events", "grants", "money", "purchases", "reconciliations", "set-aside")),
    },
}


@pytest.mark.parametrize("role", sorted(MENUS))
def test_each_role_sees_its_own_menu(clients, role):
    page = clients[role].get("/studio/").content.decode()
    own = MENUS[role] | EVERYBODYS - ({"reviews"} if role == "support" else set())
    assert set(list_menu(page)) == own


# Of the addresses that authors and administrators have, those that each other role opens, too.
OPENED = {
    "reviewer": {
        *("", "account/", "studies/", "studies/results/", "studies/progress/", "studies/order/", "studies/incoming/"),
        *("truths/", "truths/results/", "truths/agreement/"),
    },
    "office": {
        *("", "account/", "cme/held/", "cme/corrections/", "cme/corrections/results/"),
        *("snippets/cme/activity/", "snippets/cme/credittype/", "reports/", "reports/evaluation/"),
    },
    "support": {
        *("", "account/", "people/", "mails/", "mails/results/", "messages/", "messages/results/"),
        *("cme/held/", "cme/corrections/", "cme/corrections/results/"),
        *(path for path in OTHERS if path.startswith("payments/")),
    },
}


@pytest.mark.parametrize("role", sorted(OPENED))
def test_each_role_opens_its_own_screens_of_all(clients, role):
    client = clients[role]
    opened = {path for path in OTHERS if client.get(f"/studio/{path}").status_code == 200}
    # A window of Wagtail's, which shows whoever may choose no image none.
    assert opened == OPENED[role] | {"images/chooser/"}


SEARCHED = {"author": ["lessons", "images"], "reviewer": [], "office": [], "support": []}


@pytest.mark.parametrize("role", sorted(SEARCHED))
def test_each_role_searches_its_own(clients, role):
    """The box in the sidebar leads to the first area that a role has."""
    page = clients[role].get("/studio/").content.decode()
    assert ("wagtail.sidebar.SearchModule" in page) == bool(SEARCHED[role])
