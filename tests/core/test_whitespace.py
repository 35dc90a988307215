"""What is taken out of a page on its way, and what never is."""

from pathlib import Path

import pytest
from django.template import Engine
from django.template.base import TextNode

from core.whitespace import HOLE, collapse


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<i>\n    One   two\n    <b>three</b>\n</i>\n", "<i>\nOne two\n<b>three</b>\n</i>\n"),
        ("a \t b\r\n\fc", "a b\nc"),
        ('<a\n    href="/x"\n    class="btn"\n>', '<a href="/x" class="btn">'),
        ("<a\thref='/x' >", "<a href='/x'>"),
        ('<img alt="two  blanks"  >', '<img alt="two  blanks">'),
        ('<path d="M1 2\n    L3  4"/>', '<path d="M1 2 L3  4"/>'),
        ("<path d='M1 2\n    L3  4' />", "<path d='M1 2 L3  4'/>"),
        ("<img src=x />", "<img src=x />"),
        ('<i title="1 > 0"  id="x">  </i  >', '<i title="1 > 0" id="x"> </i>'),
        ('1 <  2, it\'s  "so"', '1 < 2, it\'s "so"'),
        ("\u00a0 \u2009 \u00a0", "\u00a0 \u2009 \u00a0"),
    ],
)
def test_white_space_that_nobody_sees_is_collapsed(written: str, sent: str) -> None:
    assert collapse(written) == sent


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<div>\n    <p>\n        One\n    </p>\n\n    two\n</div>\n", "<div><p>One</p>two</div>"),
        ("a <b>b</b> <p> c </p> <i>d</i> e", "a <b>b</b><p>c</p><i>d</i> e"),
        ("<UL\n  class='x'\n>\n <LI>a</LI>\n <li> b </li>\n</UL >", "<UL class='x'><LI>a</LI><li>b</li></UL>"),
        ("a <br> b", "a<br>b"),
        ("<h1> a </h1> <h2> b </h2>", "<h1>a</h1><h2>b</h2>"),
        ("<td\n>\n</td>", "<td></td>"),
        ("a <button> b </button> c", "a <button>b</button> c"),
        ("<title> a </title> <link href='b'> <meta>", "<title>a</title><link href='b'><meta>"),
        (
            "a <svg id='b'> <g> <path /> </g> <text> c </text> </svg> d",
            "a <svg id='b'><g><path /></g><text>c</text></svg> d",
        ),
        (f"<p> {HOLE} a {HOLE} </p>", f"<p>{HOLE} a {HOLE}</p>"),
    ],
)
def test_white_space_beside_what_begins_a_line_goes(written: str, sent: str) -> None:
    assert collapse(written) == sent


@pytest.mark.parametrize(
    "html",
    [
        "<pre>a  b\n\n  c</pre>",
        '<pre class="x">a  b</pre>',
        "<textarea>\n\n  a  b</textarea>",
        "<script>const a = `\n  b`;  // c\n</script>",
        "<STYLE>a  { b: '  ' }</style>",
        "<!-- a  <b  c>\n\n -->",
        "<script>'<p  >'</script>",
    ],
)
def test_white_space_that_matters_is_kept(html: str) -> None:
    assert collapse(f"{html}  <b  >") == f"{html} <b>"


@pytest.mark.parametrize("element", ["presto", "scripted", "progress", "p-card", "header-x"])
def test_only_elements_of_that_name_are_special(element: str) -> None:
    assert collapse(f"<{element}>  a  b</{element}>") == f"<{element}> a b</{element}>"


def test_attributes_of_what_keeps_its_white_space_are_collapsed() -> None:
    assert collapse('<textarea\n  name="a"\n>  b</textarea>') == '<textarea name="a">  b</textarea>'


def test_an_element_that_another_template_ends_is_an_element_like_others() -> None:
    assert collapse("<pre>  a  ") == "<pre> a "


def test_what_was_collapsed_stays_as_it_is() -> None:
    once = collapse('<i\n  id="a"\n>  b <pre>  c</pre>\n\n</i> <p> d </p>')
    assert collapse(once) == once


def test_a_hole_is_no_white_space() -> None:
    assert collapse(f"a  {HOLE}  b<a{HOLE}  {HOLE}  >") == f"a {HOLE} b<a{HOLE} {HOLE}>"


# --- In templates -----------------------------------------------------------------------------------


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    inner = "django.template.loaders.filesystem.Loader"
    libraries = {"i18n": "django.templatetags.i18n"}
    return Engine(dirs=[str(tmp_path)], loaders=[("core.whitespace.Loader", [inner])], libraries=libraries)


def render(engine: Engine, source: str, name: str = "page.html", **context: object) -> str:
    Path(engine.dirs[0], name).write_text(source)
    return engine.render_to_string(name, context)


def test_text_is_collapsed_and_values_are_not(engine: Engine) -> None:
    assert render(engine, "<p>\n    {{ a }}  b\n\n</p>", a="x  y") == "<p>x  y b</p>"


def test_text_in_every_branch_is_collapsed(engine: Engine) -> None:
    source = (
        "{% for a in b %}\n    <b>\n    {% if a %}  x  {% elif b %}  y  {% else %}  z  {% endif %}</b>\n"
        "{% empty %}    none{% endfor %}{% with c=1 %}    {{ c }}{% endwith %}"
    )
    assert render(engine, source, b=[1, 0]) == "\n<b>\n x </b>\n\n<b>\n y </b>\n 1"
    assert render(engine, source, b=[]) == " none 1"


def test_a_tag_with_parts_in_branches_is_one_tag(engine: Engine) -> None:
    source = '<a\n    {% if a %}\n        class="x {{ a }}\n        y"\n    {% endif %}\n    {{ a }}\n>b</a>'
    assert render(engine, source, a=1) == '<a  class="x 1 y"  1>b</a>'
    assert render(engine, source, a="") == "<a  >b</a>"


def test_an_element_that_keeps_its_white_space_keeps_it_around_values(engine: Engine) -> None:
    source = "<textarea>\n\n  {% if a %}  {{ a }}  {% endif %}  </textarea>  b"
    assert render(engine, source, a=1) == "<textarea>\n\n    1    </textarea> b"


def test_blocks_of_a_page_are_collapsed_like_the_page_that_it_extends(engine: Engine) -> None:
    render(engine, "<title>\n    {% block a %}    {% endblock %}\n</title>", "base.html")
    source = '{% extends "base.html" %}\n\n{% block a %}\n    x   y\n{% endblock %}'
    assert render(engine, source) == "<title>\nx y\n</title>"


def test_messages_to_translate_keep_their_names(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def gettext(name: str) -> str:
        names.append(name)
        return name

    monkeypatch.setattr("django.templatetags.i18n.translation.gettext", gettext)
    render(engine, "{% load i18n %}  {% blocktranslate %}a\n    b  c{% endblocktranslate %}")
    render(engine, "{% load i18n %}  {% blocktranslate trimmed %}\n    a\n    b\n{% endblocktranslate %}", "b.html")
    assert names == ["a\n    b  c", "a b"]


def test_plain_text_is_sent_as_it_is_written(engine: Engine) -> None:
    assert render(engine, "a  b\n\n\n  c", "mail.txt") == "a  b\n\n\n  c"


def test_a_template_is_compiled_once(engine: Engine) -> None:
    render(engine, "a  b")
    assert engine.get_template("page.html") is engine.get_template("page.html")


def test_templates_of_others_are_sent_as_they_are_written() -> None:
    def texts(name: str) -> str:
        nodes = Engine.get_default().get_template(name).nodelist.get_nodes_by_type(TextNode)
        return "".join(node.s for node in nodes if isinstance(node, TextNode))

    assert "  " in texts("wagtailadmin/shared/header.html")
    assert "  " not in texts("base.html")


def test_lines_of_faults_are_those_of_the_file(engine: Engine) -> None:
    render(engine, "a\n\n\n\n{{ b }}")
    values = [node for node in engine.get_template("page.html").nodelist if not isinstance(node, TextNode)]
    assert [node.token.lineno for node in values] == [5]
