from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts.models import User
from tests.escan.people import prove

PROFILE = "/accounts/profile/"
GOOD = {"name": "Ada Byron, MD", "profession": "physicist", "time_zone": "Europe/London"}


def stored(user: User) -> tuple[str, str, str]:
    user.refresh_from_db()
    return user.name, user.profession, user.time_zone


def addresses_in(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        within = addresses_in(pattern) if isinstance(pattern, URLResolver) else [""]
        yield from (f"{pattern.pattern}{rest}" for rest in within)


def test_profile_is_for_its_owner_only(client_for):
    response = client_for(None).get(PROFILE)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={PROFILE}"


def test_profile_of_another_has_no_address(client_for, learner, other_learner):
    """The view takes nobody's key: there is no address to try."""
    assert list(addresses_in(get_resolver("accounts.urls"))) == [
        "",
        "profile/",
        "profile/name/",
        "profile/in-words/",
        "mails/",
        "mails/off/<str:token>/",
        "email/check/",
        "sign-in-again/",
        "sessions/",
        "sessions/<int:session_id>/end/",
        "email/undo/<str:token>/",
    ]
    for path in (f"{PROFILE}{other_learner.pk}/", f"/accounts/{other_learner.pk}/"):
        assert client_for(learner).get(path).status_code == 404


def test_profile_post_names_nobody_else(client_for, learner, other_learner):
    before = stored(other_learner)

    client_for(learner).post(PROFILE, {**GOOD, "user": other_learner.pk, "id": other_learner.pk, "email": "x@y.org"})

    assert stored(learner) == ("Ada Byron, MD", "physicist", "Europe/London")
    assert learner.email == "learner@example.org"
    assert stored(other_learner) == before


def test_profile_cannot_raise_rights(client_for, learner):
    client_for(learner).post(PROFILE, {**GOOD, "is_superuser": "on", "is_staff": "on", "groups": "1"})

    learner.refresh_from_db()
    assert (learner.is_superuser, learner.is_staff, learner.groups.count()) == (False, False, 0)


def test_accounts_leads_to_the_profile(client_for, learner):
    assert client_for(learner).get("/accounts/")["Location"] == PROFILE


def test_profile_shows_what_is_stored(client_for, learner):
    html = client_for(learner).get(PROFILE).content.decode()

    assert 'value="Ada Lindqvist, MD"' in html
    assert "learner@example.org" in html
    for path in ("/accounts/email/", "/accounts/password/change/", "/accounts/logout/"):
        assert f'"{path}"' in html


def test_profile_without_password_offers_to_set_one(client_for, learner):
    learner.set_unusable_password()
    learner.save()

    html = client_for(learner).get(PROFILE).content.decode()

    assert "/accounts/password/set/" in html
    assert "/accounts/password/change/" not in html


def test_profile_says_why_it_is_asked_for(client_for, db):
    html = client_for(User.objects.create_user("new@example.org")).get(PROFILE).content.decode()

    assert "certificates are printed from these three lines" in html
    assert "Save and continue" in html


def test_profile_guesses_the_zone_only_the_first_time(client_for, learner):
    newcomer = User.objects.create_user("new@example.org")
    assert newcomer.time_zone == ""
    assert "js/timezone.js" in client_for(newcomer).get(PROFILE).content.decode()
    assert learner.time_zone == "UTC"  # chosen, for all that we know: it stays
    assert "js/timezone.js" not in client_for(learner).get(PROFILE).content.decode()
    refused = client_for(newcomer).post(PROFILE, {**GOOD, "name": ""})
    assert "js/timezone.js" not in refused.content.decode()


def test_profile_saved_the_first_time_goes_on_to_the_lessons(client_for, db):
    user = User.objects.create_user("new@example.org")

    response = client_for(user).post(PROFILE, GOOD)

    assert response["Location"] == "/learn/"
    assert stored(user) == ("Ada Byron, MD", "physicist", "Europe/London")


def test_profile_saved_again_stays_and_says_so(client_for, learner):
    response = client_for(learner).post(PROFILE, GOOD, follow=True)

    assert response.redirect_chain == [(PROFILE, 302)]
    assert "Your profile is saved." in response.content.decode()


@pytest.mark.parametrize("target", ["0", "NaN", ":", "profile"])
def test_profile_goes_nowhere_but_to_a_path(client_for, learner, target):
    response = client_for(learner).post(PROFILE, {**GOOD, "next": target})

    assert (response.status_code, response["Location"]) == (302, PROFILE)


def test_profile_keeps_next_through_an_error(client_for, learner):
    html = client_for(learner).post(PROFILE, {**GOOD, "name": "", "next": "/pricing/"}).content.decode()

    assert '<input type="hidden" name="next" value="/pricing/">' in html
    assert client_for(learner).post(PROFILE, {**GOOD, "next": "/pricing/"})["Location"] == "/pricing/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "\thttps://x.y"]
)
def test_profile_sends_nobody_elsewhere(client_for, learner, target):
    client = client_for(learner)

    assert client.post(PROFILE, {**GOOD, "next": target})["Location"] == PROFILE
    assert target not in client.get(PROFILE, {"next": target}).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "a" * 121},
        {"name": "Ada \u202eByron"},
        {"name": "Ada 😀 Byron"},
        {"name": "Ada\x07Byron"},
        {"profession": "wizard"},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_profile_with_bad_input_changes_nothing(client_for, learner, changes):
    before = stored(learner)

    response = client_for(learner).post(PROFILE, {**GOOD, **changes})

    html = response.content.decode()
    (field,) = changes
    assert response.status_code == 200
    assert stored(learner) == before
    assert f'id="id_{field}_error"' in html
    assert f'aria-describedby="id_{field}_helptext id_{field}_error"' in html
    assert html.count('aria-invalid="true"') == 1
    assert "<title>Error: Your profile" in html


def test_profile_escapes_a_name(client_for, learner):
    client = client_for(learner)

    client.post(PROFILE, {**GOOD, "name": "<script>alert(1)</script>"})

    assert "<script>alert" not in client.get(PROFILE).content.decode()


def test_profile_is_not_kept_by_caches(client_for, learner):
    assert "no-store" in client_for(learner).get(PROFILE)["Cache-Control"]


def test_profile_needs_a_csrf_token(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner, backend=settings.AUTHENTICATION_BACKENDS[1])

    assert client.post(PROFILE, GOOD).status_code == 403
    assert stored(learner)[0] == "Ada Lindqvist, MD"


PREVIEW = "/accounts/profile/name/"


def test_profile_shows_the_name_as_it_will_be_printed(client_for, learner):
    page = client_for(learner).get(PROFILE).content.decode()
    assert 'On certificates: <bdi class="printed">Ada Lindqvist, MD</bdi>' in page
    assert f'hx-post="{PREVIEW}"' in page


def test_name_is_previewed_while_it_is_typed(client_for, learner):
    before, client = stored(learner), client_for(learner)
    page = client.post(PREVIEW, {"name": " Zoe\u0308   <b>, MD"}).content.decode()
    assert 'On certificates: <bdi class="printed">Zoë &lt;b&gt;, MD</bdi>' in page
    page = client.post(PREVIEW, {"name": "Ada 😀"}).content.decode()
    assert "“😀” cannot be printed." in page
    assert client.post(PREVIEW, {"name": ""}).content.decode().strip() == ""
    assert client.get(PREVIEW)["Location"] == PROFILE
    assert stored(learner) == before


def test_studio_refuses_a_name_that_cannot_be_printed(client_for, admin, learner):
    data = {"email": learner.email, "name": "Ada 😀", "profession": "physician", "is_active": "on"}
    studio = client_for(admin)
    prove(studio, admin)
    page = studio.post(f"/studio/users/edit/{learner.pk}/", data).content.decode()
    assert "“😀” cannot be printed." in page
    assert stored(learner)[0] == "Ada Lindqvist, MD"
