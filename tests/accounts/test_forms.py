import pytest
from allauth.account import app_settings
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.module_loading import import_string

from accounts.forms import PASSWORD_RULE, ProfileForm, zones_to_choose
from accounts.zones import find_zone, place, time_zones

GOOD = {"name": "Ada Lindqvist, MD", "profession": "physician", "time_zone": "Europe/Stockholm"}


def errors_with(**changes: str) -> dict[str, list[str]]:
    return {name: [str(each) for each in told] for name, told in ProfileForm({**GOOD, **changes}).errors.items()}


def test_profile_form_tidies_spaces():
    form = ProfileForm({**GOOD, "name": "  Ada   Lindqvist,  MD "})

    assert form.is_valid()
    assert form.cleaned_data == GOOD


def test_profile_form_takes_120_characters():
    assert errors_with(name="a" * 120) == {}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": ""}, {"name": ["Please give your name."]}),
        ({"name": "   "}, {"name": ["Please give your name."]}),
        ({"name": "a" * 121}, {"name": ["Please shorten it: 120 characters fit on a certificate."]}),
        ({"profession": ""}, {"profession": ["Please choose one from the list."]}),
        ({"profession": "wizard"}, {"profession": ["Please choose one from the list."]}),
        ({"time_zone": ""}, {"time_zone": ["Please choose one from the list."]}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone": ["Please choose one from the list."]}),
        ({"time_zone": "../../etc/passwd"}, {"time_zone": ["Please choose one from the list."]}),
    ],
)
def test_profile_form_refuses(changes, errors):
    assert errors_with(**changes) == errors


def test_time_zones_are_grouped_by_region():
    first, *regions = time_zones()
    assert next(iter(zones_to_choose()))[0] == ""

    assert first == ("UTC", "UTC")
    assert [region for region, _ in regions] == sorted(region for region, _ in regions)
    assert ("Europe/Stockholm", "Stockholm") in dict(regions)["Europe"]


@pytest.mark.parametrize(
    ("present", "old"),
    [
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Europe/Kyiv", "Europe/Kiev"),
        ("America/Argentina/Buenos_Aires", "America/Buenos_Aires"),
        ("America/New_York", "US/Eastern"),
    ],
)
def test_time_zones_have_no_old_names(present, old):
    names = [name for _, members in time_zones() if not isinstance(members, str) for name, _ in members]

    assert (names.count(present), old in names) == (1, False)


def test_place_reads_from_near_to_far():
    assert place("America/Argentina/Buenos_Aires") == "Buenos Aires, Argentina"
    assert place("America/New_York") == "New York"


def test_password_rule_tells_the_truth():
    (minimum,) = (
        validator
        for validator in map(import_string, (entry["NAME"] for entry in settings.AUTH_PASSWORD_VALIDATORS))
        if validator is MinimumLengthValidator
    )

    assert f"At least {minimum().min_length} characters" in PASSWORD_RULE


def test_code_fits_its_field():
    assert app_settings.LOGIN_BY_CODE_FORMAT.get("length", 8) <= 14


@pytest.mark.parametrize(
    ("browsers", "ours"),
    [("US/Eastern", "America/New_York"), ("Europe/Kiev", "Europe/Kyiv"), ("GMT", "UTC"), ("nonsense", "")],
)
def test_find_zone_knows_old_names(browsers, ours):
    assert find_zone(browsers) == ours
