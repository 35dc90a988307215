"""Texts that staff may change: what may be written, what is shown, and that every template knows its texts."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.texts import PLACES, Place, Source, Text, find_words, previewing, register

TEXT = Text("lede", _("Lede"), _("{price} once opens the rest."), most=60)
ROOT = Path(__file__).resolve().parent.parent.parent
SHOWN = re.compile(r'\{% text "([a-z0-9.-]+)"([^%]*)%\}')


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Once for all: {price}.", ""),
        ("Cheap.", "{price} must stand in it: a fact is put there."),
        ("{price} for {name}.", "{name} is not known here: nothing would stand there."),
        ("{price} {}", "{} is not known here: nothing would stand there."),
        ("{price} {", "A single brace stands in it: braces are for facts that are put there."),
        ("{price} {a b}", "A single brace stands in it: braces are for facts that are put there."),
        ("{price} " + "x" * 60, "It has 68 characters, and the design bears 60."),
    ],
)
def test_words_fit_their_place(words, fault):
    assert TEXT.find_faults(words) == ([fault] if fault else [])


@pytest.fixture
def edited(monkeypatch):
    """As if staff had published this."""

    def publish(words: dict[str, dict[str, str]]) -> None:
        monkeypatch.setattr(Source, "read", staticmethod(lambda: words))

    return publish


def render(source: str, *, autoescape: bool = True, **values: object) -> str:
    return Template("{% load texts %}" + source).render(Context(values, autoescape=autoescape))


def test_shipped_words_are_shown_until_others_are_published(edited):
    source = '{% text "home.open" price=price %}'
    edited({})
    assert render(source, price="$79").endswith("$79 once opens the rest.")
    edited({"home": {"open": "All of it for {price}."}})
    assert render(source, price="$79") == "All of it for $79."


def test_words_and_facts_are_escaped_in_a_page_and_not_in_a_plain_mail(edited):
    edited({"home": {"open": "<b>Tom's</b> {price}"}})
    source = '{% text "home.open" price=price %}'
    assert render(source, price="<i>") == "&lt;b&gt;Tom&#x27;s&lt;/b&gt; &lt;i&gt;"
    assert render(source, autoescape=False, price="<i>") == "<b>Tom's</b> <i>"


def test_fact_that_looks_like_a_placeholder_stays_as_it_is(edited):
    edited({})
    assert render('{% text "home.open" price=price %}', price="{price}").endswith("{price} once opens the rest.")


def test_words_that_no_longer_fit_give_way_to_the_shipped_ones():
    for kept in ("No price here.", "{price} and {gone}"):
        assert find_words("home.open", {"home": {"open": kept}}).startswith("The first lessons are open")
    assert find_words("home.open", {"home": {"gone": "x"}, "gone": {"open": "y"}}).startswith("The first lessons")


def test_another_language_has_the_translated_shipped_words(edited):
    edited({"home": {"headline": "Written by staff."}})
    with translation.override("de"):
        assert render('{% text "home.headline" %}') == "Learn what to see."
    assert render('{% text "home.headline" %}') == "Written by staff."


def test_preview_shows_the_draft_to_whoever_previews_alone(edited):
    edited({"home": {"headline": "Published."}, "pricing": {"get": "Gets."}})
    with previewing("home", {"headline": "Draft."}):
        assert render('{% text "home.headline" %} {% text "pricing.get" %}') == "Draft. Gets."
    assert render('{% text "home.headline" %}') == "Published."


def test_two_places_of_one_name_are_refused():
    with pytest.raises(Exception, match="home"):
        register(Place("home", _("Home"), ()))


def test_every_text_fits_its_own_place_and_is_shown_with_all_its_facts():
    """In each template that shows it; and no template shows what nobody registered."""
    shown: dict[str, list[set[str]]] = {}
    for path in (ROOT / "templates").rglob("*.*"):
        for name, values in SHOWN.findall(path.read_text()):
            shown.setdefault(name, []).append(set(re.findall(r"(\w+)=", values)))
    registered = {f"{place.slug}.{text.name}": text for place in PLACES.values() for text in place.texts}
    assert set(shown) == set(registered)
    for name, text in registered.items():
        assert all(given == text.placeholders for given in shown[name]), name
        assert text.find_faults(str(text.shipped)) == [], name
        assert len(text.name) <= 50
