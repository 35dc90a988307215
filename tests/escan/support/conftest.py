"""Somebody who has done everything once, and the screen on which staff see it."""

import html
import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import User
from cme.certificates.services import issue_certificate
from cme.models import Certificate
from tests.cme.conftest import claim_as
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import today as today
from tests.escan.people import live_fully


def read(response: HttpResponse) -> str:
    """What stands on the page, in one line."""
    assert response.status_code == 200, response
    page = re.sub(r"<(style|script).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(strip_tags(page)).split())


@pytest.fixture
def desk(client_for: Callable[..., Client], support: User) -> Client:
    """The studio as somebody of support has it."""
    return client_for(support)


@pytest.fixture
def busy(learner_with_access, other_learner, course, make_activity, media) -> User:
    make_activity(course=course)
    live_fully(learner_with_access, other_learner, course, course)
    claim = claim_as(learner_with_access, course)
    issue_certificate(certificate_id=claim.certificates.get().pk)
    assert Certificate.objects.get().is_issued
    return learner_with_access
