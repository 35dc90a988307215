"""One way to write a day, a moment and a length: everything goes through core/dates.py and core/durations.py."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.formats import date_format

APPS = ("accounts", "cme", "core", "courses", "escan", "payments")
# Wagtail's own screens write them by core/formats, and the sandbox plays another company's pages.
TEMPLATES = [
    path
    for path in (*Path("templates").rglob("*.html"), *Path("templates").rglob("*.txt"))
    if "wagtailadmin" not in path.parts
]
OTHER_FILTERS = re.compile(r"\|(date|time|localtime|utc|timezone|naturaltime|naturalday|floatformat:.*clock)\b")
OTHER_TAGS = re.compile(r"{%-? *now\b")
OTHER_CODE = re.compile(r"\bdate_format\b|%-?[dbB] %[bBY]|\bstrftime\(")
OTHER_SCRIPTS = re.compile(r"toLocale(Date|Time)?String|dateStyle|timeStyle")

MOMENT = datetime(2026, 11, 28, 23, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_template_writes_no_date_of_its_own(path: Path) -> None:
    text = path.read_text()
    assert OTHER_FILTERS.findall(text) + OTHER_TAGS.findall(text) == []


def test_code_writes_no_date_of_its_own() -> None:
    allowed = {Path("core/dates.py")}
    found = [
        f"{path}: {match[0]}"
        for app in APPS
        for path in Path(app).rglob("*.py")
        if path not in allowed and "sandbox" not in path.parts
        for match in OTHER_CODE.finditer(path.read_text())
    ]
    assert found == []


def test_script_writes_no_date_or_length_of_its_own() -> None:
    scripts = list(Path("static/js").rglob("*.js"))
    assert [str(path) for path in scripts if OTHER_SCRIPTS.search(path.read_text())] == []
    assert [str(path) for path in scripts if "month: 'long'" in path.read_text()] == ["static/js/shared/words.js"]
    lengths = [str(path) for path in scripts if re.search(r"/ 60\b|% 60\b", path.read_text())]
    assert lengths == ["static/js/shared/words.js"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("day", "29 November 2026"),
        ("moment", "29 November 2026, 00:05"),
        ("exact_moment", "29 November 2026, 00:05:09"),
        ("moment_and_zone", "29 November 2026, 00:05 CET"),
        ("day_of_year", "29 November"),
        ("weekday", "Sunday, 29 November"),
        ("machine", "2026-11-29T00:05:09+01:00"),
    ],
)
def test_filter_writes_where_the_person_is(written: str, expected: str) -> None:
    template = Template("{% load dates %}{{ at|" + written + " }}|{{ none|" + written + " }}")
    with timezone.override(ZoneInfo("Europe/Stockholm")):
        assert template.render(Context({"at": MOMENT, "none": None})) == f"{expected}|"


def test_day_without_a_time_is_the_same_everywhere() -> None:
    template = Template("{% load dates %}{{ day|day }}")
    with timezone.override(ZoneInfo("Pacific/Honolulu")):
        assert template.render(Context({"day": date(2026, 11, 28)})) == "28 November 2026"


def test_wagtail_writes_the_same() -> None:
    """Its screens name Django's formats, which are ours."""
    assert date_format(MOMENT, "DATE_FORMAT") == date_format(MOMENT, "SHORT_DATE_FORMAT") == "28 November 2026"
    assert date_format(MOMENT, "SHORT_DATETIME_FORMAT") == "28 November 2026, 23:05"
