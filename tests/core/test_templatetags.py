from django.template import Context, Template

from core.templatetags import constant

MARK = '{% load constant %}{% constant "core/_glyph.html" kind=kind %}'


def render(kind: str) -> str:
    return Template(MARK).render(Context({"kind": kind, "user": "nobody"}))


def test_constant_is_the_template_with_what_stands_in_the_tag():
    assert 'class="st done"' in render("done")
    assert 'class="st lock"' in render("lock")


def test_constant_is_rendered_once(monkeypatch):
    render("now")
    monkeypatch.setattr(constant, "render_to_string", None)
    assert 'class="st now"' in render("now")


def test_constant_is_rendered_anew_in_development(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(constant, "render_to_string", lambda name, context: f"{name} anew")
    assert render("now") == "core/_glyph.html anew"
