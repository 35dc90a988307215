"""Every address against the whole cast. An address that is missing here fails the first test."""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from cme.models import Claim
from cme.services import claim_credit, issue_certificate
from courses.models import Attempt, Course, LessonRendering
from courses.queries import get_lesson_for, get_outline
from courses.services.learning import complete_lesson, save_answer, start_attempt, submit_attempt
from escan.content import load_content
from escan.models import INFORMATION, ContactMessage
from payments.models import CheckoutSession
from tests.cme.conftest import ANSWERS

SLUG = "breast-calcifications"
CONTENT = Path(__file__).resolve().parent.parent / "content"
CAST = ["stranger", "learner", "learner_with_access", "other_learner", "author", "admin"]

EVERYONE = [200] * 6
SIGNED_IN = [302, 200, 200, 200, 200, 200]  # 302: to the sign-in page
WITH_ACCESS = [302, 403, 200, 200, 200, 200]
LOCKED = [403, 403, 200, 200, 200, 200]
ONLY_SIGNED_OUT = [200, 302, 302, 302, 302, 302]
OWNER = [302, 404, 200, 404, 404, 404]
OWNER_POST = [302, 404, 302, 404, 404, 404]
STAFF = [302, 302, 302, 302, 200, 200]
MOVED = [302] * 6
NOT_FOUND = [404] * 6
OWN_NONE = [302, 404, 404, 404, 404, 404]


class Row(NamedTuple):
    address: str
    get: list[int]
    post: list[int] | None = None
    data: dict[str, Any] = {}


@pytest.fixture
def world(learner_with_access: User, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """The academy's real content, and a learner with access who has done everything once."""
    settings.MEDIA_ROOT = tmp_path
    list(load_content(CONTENT))
    course = Course.objects.get(slug=SLUG)
    for item in get_outline(course, learner_with_access).lessons:
        text = get_lesson_for(learner_with_access, course=SLUG, lesson=item.lesson.slug)
        complete_lesson(user=learner_with_access, text=text)
    outline = get_outline(course, learner_with_access)
    passed = start_attempt(user=learner_with_access, outline=outline)
    for question in passed.questions.all():
        right = next(index for index, choice in enumerate(question.content["choices"]) if choice["is_correct"])
        save_answer(attempt=passed, position=question.position, choice=right)
    submit_attempt(attempt=passed)
    claim = claim_credit(
        user=learner_with_access, course=course, amount=Decimal("1.25"), is_attested=True, answers=ANSWERS
    )
    issue_certificate(certificate_id=claim.certificate.pk)
    claim.certificate.refresh_from_db()
    CheckoutSession.objects.create(
        user=learner_with_access,
        idempotency_key=uuid.uuid4(),
        stripe_id="cs_test_owned",
        price="price_1",
        amount=7900,
        currency="usd",
        expires_at=timezone.now() + timedelta(hours=1),
    )
    default_storage.save("images/one.png", ContentFile(b"\x89PNG"))
    drawn = LessonRendering.objects.filter(lesson__module__course=course).exclude(image_ids=[])
    locked, free = drawn.filter(lesson__is_preview=False).first(), drawn.filter(lesson__is_preview=True).first()
    assert locked and free
    return {
        "open": start_attempt(user=learner_with_access, outline=outline),
        "passed": passed,
        "code": claim.certificate.printed_code,
        "locked": locked,
        "free": free,
    }


def rows(world: dict[str, Any]) -> dict[str, Row]:
    """By the name of the address in the URL configuration."""
    course = f"/courses/{SLUG}/"
    locked, free = world["locked"], world["free"]
    block = re.search(r'data-block="([^"]+)"', locked.html)[1]
    attempt = f"{course}post-test/{world['open'].pk}/"
    refused = [405] * 6
    return {
        "home": Row("/", EVERYONE, refused),
        "design": Row("/design/", EVERYONE, refused),
        "healthz": Row("/healthz", EVERYONE),
        "readyz": Row("/readyz", EVERYONE),
        "metrics": Row("/metrics", [403] * 6),
        "catalogue": Row("/courses/", EVERYONE, refused),
        "course": Row(course, EVERYONE, refused),
        "lesson": Row(f"{course}{locked.lesson.slug}/", LOCKED, refused),
        "lesson, open to everyone": Row(f"{course}{free.lesson.slug}/", EVERYONE),
        "lesson_position": Row(
            f"{course}{locked.lesson.slug}/position/", refused, [403, 403, 204, 204, 204, 204], {"block": block}
        ),
        "lesson_complete": Row(f"{course}{locked.lesson.slug}/complete/", refused, [302, 403, 302, 302, 302, 302]),
        "figure": Row(f"/figures/{locked.lesson_id}/{locked.image_ids[0]}/", LOCKED, refused),
        "figure, open to everyone": Row(f"/figures/{free.lesson_id}/{free.image_ids[0]}/", EVERYONE),
        "figure, by another lesson": Row(
            f"/figures/{free.lesson_id}/{(set(locked.image_ids) - set(free.image_ids)).pop()}/",
            [404, 404, 404, 404, 200, 200],
        ),
        "post_test": Row(f"{course}post-test/", WITH_ACCESS, [302, 403, 302, 409, 409, 409]),
        "attempt": Row(attempt, OWNER, [302, 405, 405, 405, 405, 405]),
        "attempt_answer": Row(f"{attempt}1/", refused, OWNER_POST, {"choice": 0}),
        "attempt_submit": Row(f"{attempt}submit/", refused, [302, 404, 409, 404, 404, 404]),
        "learn": Row("/learn/", SIGNED_IN),
        **{slug: Row(f"/{slug}/", EVERYONE, refused) for slug in INFORMATION},
        "contact": Row("/contact/", EVERYONE, EVERYONE),
        "mail_webhook": Row("/webhooks/mail/", refused, NOT_FOUND),
        "accounts:check_address": Row("/accounts/email/check/", [302, 405, 405, 405, 405, 405], MOVED),
        "cme:ledger": Row("/cme/", SIGNED_IN),
        "cme:claim": Row(f"/cme/{SLUG}/", SIGNED_IN, [302, 409, 200, 409, 409, 409]),
        "cme:retry": Row(f"/cme/{SLUG}/retry/", [302, 405, 405, 405, 405, 405], [302, 404, 302, 404, 404, 404]),
        "cme:download": Row(f"/cme/certificates/{world['code']}/", OWNER),
        "verify:form": Row("/verify/", EVERYONE),
        "verify:certificate": Row(f"/verify/{world['code']}/", EVERYONE),
        "verify:certificate, unknown": Row("/verify/AAAA-BBBB-CCCC/", NOT_FOUND),
        "payments:pricing": Row("/pricing/", EVERYONE),
        "payments:payment_return": Row("/pricing/done/?session_id=cs_test_owned", OWNER),
        "payments:stripe_webhook": Row("/webhooks/stripe/", refused, [400] * 6),
        "accounts:profile": Row("/accounts/profile/", SIGNED_IN, SIGNED_IN),
        "accounts": Row("/accounts/", MOVED),
        "account_login": Row("/accounts/login/", ONLY_SIGNED_OUT),
        "account_logout": Row("/accounts/logout/", SIGNED_IN),
        "account_inactive": Row("/accounts/inactive/", EVERYONE),
        "account_signup": Row("/accounts/signup/", ONLY_SIGNED_OUT),
        "account_reauthenticate": Row("/accounts/reauthenticate/", SIGNED_IN),
        "account_email": Row("/accounts/email/", SIGNED_IN),
        "account_email_verification_sent": Row("/accounts/confirm-email/", MOVED),
        "account_change_password": Row("/accounts/password/change/", SIGNED_IN),
        "account_set_password": Row("/accounts/password/set/", MOVED),
        "account_reset_password": Row("/accounts/password/reset/", EVERYONE),
        "account_confirm_login_code": Row("/accounts/login/code/confirm/", MOVED),
        "account_confirm_password_reset_code": Row("/accounts/password/reset/confirm/", MOVED),
        "account_complete_password_reset": Row("/accounts/password/reset/complete/", MOVED),
        "account_password_reset_completed": Row("/accounts/password/reset/done/", EVERYONE),
        "account_request_login_code": Row("/accounts/login/code/", ONLY_SIGNED_OUT),
        "mfa_index": Row("/accounts/2fa/", SIGNED_IN),
        # Their own tests are in tests/accounts/test_second_factor.py: who changes anything proves again who it is.
        "mfa_authenticate": Row("/accounts/2fa/authenticate/", MOVED, MOVED),
        "mfa_reauthenticate": Row("/accounts/2fa/reauthenticate/", MOVED, MOVED),
        "mfa_activate_totp": Row("/accounts/2fa/totp/activate/", MOVED, MOVED),
        "mfa_deactivate_totp": Row("/accounts/2fa/totp/deactivate/", OWN_NONE, OWN_NONE),
        "mfa_view_recovery_codes": Row("/accounts/2fa/recovery-codes/", OWN_NONE),
        "mfa_generate_recovery_codes": Row("/accounts/2fa/recovery-codes/generate/", MOVED, MOVED),
        "mfa_download_recovery_codes": Row("/accounts/2fa/recovery-codes/download/", OWN_NONE),
        "mfa_list_webauthn": Row("/accounts/2fa/webauthn/", SIGNED_IN),
        "mfa_add_webauthn": Row("/accounts/2fa/webauthn/add/", MOVED, MOVED),
        "mfa_reauthenticate_webauthn": Row("/accounts/2fa/webauthn/reauthenticate/", MOVED, MOVED),
        "mfa_remove_webauthn": Row("/accounts/2fa/webauthn/keys/1/remove/", MOVED, MOVED),
        "mfa_edit_webauthn": Row("/accounts/2fa/webauthn/keys/1/edit/", MOVED, MOVED),
        "studio/login": Row("/studio/login/", MOVED),
        "studio/password_reset": Row("/studio/password_reset/", MOVED),
        "^studio/password_reset/.+$": Row("/studio/password_reset/confirm/Mg/set-password/", MOVED),
        "studio/logout": Row("/studio/logout/", STAFF),
        "media": Row("/studio/media/images/one.png", STAFF),
        "studio": Row("/studio/", STAFF),
    }


def names(patterns: list[URLPattern | URLResolver], prefix: str = "", namespace: str = "") -> Iterator[str]:
    """The names of our addresses; what Wagtail has under /studio/ is tested with the studio."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else path.rstrip("/")
        elif path != "studio/":
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, path, inner)


def test_permissions(world: dict[str, Any], request: pytest.FixtureRequest, client_for: Callable[..., Client]) -> None:
    assert set(names(get_resolver().url_patterns)) - set(rows(world)) == set()
    people = {name: None if name == "stranger" else request.getfixturevalue(name) for name in CAST}
    expected, seen = {}, {}
    for name, row in rows(world).items():
        expected[name, "GET"] = row.get
        seen[name, "GET"] = [client_for(user).get(row.address).status_code for user in people.values()]
        if row.post is not None:
            expected[name, "POST"] = row.post
            seen[name, "POST"] = [client_for(user).post(row.address, row.data).status_code for user in people.values()]
    assert seen == expected
    # What was refused has changed nothing: the owner's open attempt has only the owner's answer.
    answers = {question.position: question.answer for question in world["open"].questions.all()}
    assert answers == {position: 0 if position == 1 else None for position in answers}
    assert list(Attempt.objects.exclude(user=people["learner_with_access"])) == []
    assert list(Claim.objects.exclude(user=people["learner_with_access"])) == []
    assert not ContactMessage.objects.exists()
