"""All text of the interface can be translated: nothing that a person reads stands bare in a template or in code."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parent.parent.parent
# For developers, in the developers' language.
FOR_DEVELOPERS = ["escan/design.html"]
TEMPLATES = [
    path
    for path in sorted((ROOT / "templates").rglob("*.*"))
    if path.suffix in (".html", ".txt") and str(path.relative_to(ROOT / "templates")) not in FOR_DEVELOPERS
]
APPS = ["accounts", "cme", "core", "courses", "escan", "guides", "imaging", "payments", "reviews"]
# What is the same in every language.
NAMES = {"eScan Academy", "eScan", "Academy", "CME", "PDF", "Stripe", "AMA PRA Category 1 Credit", "Markdown"}
# Attributes that are read out or shown.
READ = {"alt", "aria-description", "aria-label", "aria-roledescription", "content", "label", "placeholder", "title"}
# What htmx is told to do.
ORDERS = {"data-hx-swap", "data-hx-trigger"}
# A tag of Django's, or a value: whatever stands there comes from elsewhere.
HOLE = "\x1f"
WORD = re.compile(r"[^\W\d_]{2,}")
QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
MARKED = re.compile(rf"_\((?:{QUOTED.pattern})\)")


class BareText(HTMLParser):
    """Collects what a person would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self.silent += 1
        is_text = tag != "meta" or ("name", "description") in attrs
        self.found += [value or "" for name, value in attrs if name in READ and is_text]
        # Scripts hold no words: they read them from here.
        told = [value or "" for name, value in attrs if name.startswith("data-") and name not in ORDERS]
        self.found += [value for value in told if is_for_people(value)]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def outside_translation(source: str) -> str:
    """The template with a hole for each tag and value, and nothing of what is translated or commented."""
    kept = []
    until = ""
    for token in Lexer(source).tokenize():
        word = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if until:
            until = "" if word == until else until
        elif token.contents.startswith(("block columns", "block keep", "block robots")):
            until = "endblock"
        elif word in ("blocktranslate", "comment"):
            until = f"end{word}"
            kept.append(HOLE)
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            kept.append(HOLE)
    return "".join(kept)


def bare_texts(path: Path) -> Iterator[str]:
    text = outside_translation(path.read_text())
    if path.suffix == ".html":
        parser = BareText()
        parser.feed(text)
        parts = parser.found
    else:
        parts = [text]
    for part in parts:
        for line in re.split(rf"[{HOLE}\n]", part):
            words = line.strip(" .,:;()·|“”→←#/")
            if WORD.search(words) and words not in NAMES and '="' not in words:
                yield words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_has_no_bare_text(path: Path) -> None:
    assert list(bare_texts(path)) == []


def texts_in_tags(source: str) -> Iterator[str]:
    """What tags and filters are given: {% include … with title="A title" %}, {{ name|default:"Nobody" }}."""
    for token in Lexer(source).tokenize():
        is_tag = token.token_type == TokenType.VAR or (
            token.token_type == TokenType.BLOCK and not token.contents.startswith("translate ")
        )
        if is_tag:
            for found in QUOTED.finditer(MARKED.sub("", token.contents)):
                if is_for_people(found[0][1:-1]):
                    yield found[0]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_tags_have_no_bare_text(path: Path) -> None:
    assert list(texts_in_tags(path.read_text())) == []


def test_text_in_a_tag_is_found() -> None:
    assert list(texts_in_tags('{{ name|default:"Nobody" }}{% translate "Nobody" %}{{ name|default:_("Nobody") }}')) == [
        '"Nobody"'
    ]


# --- Code -------------------------------------------------------------------------------------------

TRANSLATED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}

# What may stand bare, and why: a folder, a module, a name in one (with all that stands in it), or whatever is called.
BARE = {
    # Nobody but us reads it.
    "accounts/mail/mailbox.py": "for developers: the mails of a machine with DEBUG",
    "escan/loader/": "for operators, who run the command",
    "escan/operations/": "for operators: faults at the start, logs, metrics, backups",
    "escan/pages/design.py": "for developers: the page of colors and parts",
    "escan/pages/engines.py": "for search engines",
    "escan/pages/site.py:metrics": "for Prometheus",
    "escan/pages/site.py:readyz": "for a load balancer",
    "escan/settings.py": "for operators",
    "escan/settings_studio.py": "the name of the language, in itself",
    "payments/gateway.py:named": "a fault that only the log shows",
    "payments/gateway.py:refuse_future": "for the log",
    "payments/money.py:find_fault": "for operators: it stops the start",
    "payments/money.py:to_minor_units": "for the sandbox and the log",
    "payments/safety.py": "for operators: it stops the start",
    "payments/views/webhooks.py": "for Stripe",
    "logger.*()": "for operators",
    **dict.fromkeys(
        ["AssertionError()", "BackupError()", "ForkedAfterUse()", "ImproperlyConfigured()", "WrongPrice()"],
        "a fault that only the log and the error report show",
    ),
    "Http404()": "the page says nothing of it",
    "core/storage.py": "headers of HTTP",
    "core/http.py:parse_json": "for developers: each view refuses in its own words",
    "core/http.py:_take_number": "for developers: each view refuses in its own words",
    "core/cards.py:answer_with": "headers of HTTP",
    "core/reading.py": "words of SQL",
    "escan/preview/studio.py:for_previewers": "headers of HTTP",
    "courses/faults/rules/lessons.py:OBJECTIVES": "a heading of lessons, as it is compared",
    "imaging/pictures/": "for authors, who run the command that makes pictures",
    "imaging/scoring/": "faults of who calls it, which only the log shows",
    "imaging/synthesis/categories.py": "kept with the truth of a study",
    "imaging/synthesis/contour.py:skin_band": "the name of a draw",
    "imaging/synthesis/recipes.py": "for operators: kept with a study that could not be made",
    "imaging/synthesis/study.py:make_view": "for authors, who run the command that makes pictures",
    "imaging/reading/views/tiles.py:FOREVER": "headers of HTTP",
    "imaging/incoming/studio.py:preview": "headers of HTTP",
    **dict.fromkeys(
        [f"imaging/incoming/{name}.py" for name in ("attributes", "rebuilding")], "names and terms of DICOM"
    ),
    "imaging/incoming/dicom.py:READ": "names of DICOM",
    "imaging/incoming/dicom.py:_make_picture": "names of DICOM",
    "imaging/incoming/dicom.py:_check_kind": "terms of DICOM",
    "imaging/incoming/cbis/services.py:LICENCE": "a licence, as it is cited",
    "imaging/incoming/cbis/services.py:ATTRIBUTION": "a citation, kept with the study",
    "imaging/incoming/cbis/tables.py": "columns of the archive's tables",
    "imaging/incoming/cbis/words.py": "columns of the archive's tables",
    **dict.fromkeys(
        [
            f"escan/pages/heads.py:{name}"
            for name in ("describe_course", "describe_offer", "_make_open_head", "_minutes")
        ],
        "words of schema.org",
    ),
    **dict.fromkeys(
        [f"guides/heads.py:{name}" for name in ("describe_author", "describe_guide", "describe_answers")],
        "words of schema.org",
    ),
    "escan/leaving.py:KEPT": "for developers: why a row stays when its person leaves",
    # It is kept as it was written, and what is kept is English.
    "NotDue()": "kept with the mail",
    "ForeignSale()": "nobody reads it: the event is ignored",
    "UnknownReference()": "kept with the event",
    "accounts/addresses/models.py:AddressChange.__str__": "kept in the log",
    "accounts/sessions/browsers.py:BROWSERS": "names of browsers",
    "accounts/sessions/browsers.py:SYSTEMS": "names of systems",
    "accounts/sessions/models.py:OpenSession.__str__": "for developers: nobody lists them by it",
    "accounts/mail/kinds.py:ACCESS_CLOSED": "a kind of mail, kept with the mail",
    "accounts/mail/kinds.py:ACCESS_GIVEN": "a kind of mail, kept with the mail",
    "accounts/mail/kinds.py:ADDRESS_CHECK": "a kind of mail, kept with the mail",
    "escan/support/models.py:PROOF_MAIL": "a kind of mail, kept with the mail",
    "accounts/mail/services.py:UNWANTED": "kept with the mail",
    "accounts/models.py:DELETED_ACCOUNT": "kept in the log",
    "cme/activities/models.py:Activity.learning_format": "printed on certificates",
    "cme/certificates/wording.py": "printed on certificates, and kept with them",
    "cme/claims/attestation.py": "kept with the claim: the words that a learner signed",
    "courses/search/passages.py:read_references": "kept in the index",
    "courses/writing/services.py": "for operators, who run the loader",
    "escan/roles.py": "rows of the database",
    **dict.fromkeys(
        [f"payments/mails.py:{name}" for name in ("REFUND_FAILED", "PAID_TWICE", "GIFT_ACCEPTED", "GIFT_RETURNED")],
        "a kind of mail, kept with the mail",
    ),
    "escan/models.py:ContactMessage.__str__": "kept in the log",
    "payments/models.py:Gift.__str__": "kept in the log",
    "payments/models.py:Purchase.why_closed": "kept with the access that it ends",
    "payments/services/fulfilment.py:find_mismatch": "kept with the event",
    "payments/services/reconciliation.py": "kept with the reconciliation",
    # It is no text.
    "accounts/forms.py:PreviewedName": "attributes of the field",
    "accounts/zones.py": "names of zones",
    "cme/certificates/rendering.py:SAMPLE": "a certificate that nobody gets: a name is tried on it",
    "core/typesetting.py:NO_GLYPH": "compared with what typst says",
    "cme/certificates/rendering.py:SERIFS": "names of fonts",
    "courses/videos/probing.py:_read.picture": "compared with what ffmpeg says",
    "escan/pages/offline.py:_render_worker": "a line of a script",
    "TypeVar()": "a type",
    "TypeVarTuple()": "a type",
    "__all__": "names of classes",
    "re.*()": "a pattern",
}
# A sentence to the eye of this test, and none to a person's.
NO_TEXT = {
    *("Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Mn"),  # categories of Unicode
    *("Authorization", "Bearer", "Cookie", "Lax", "Range"),  # of HTTP
}

SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|EXISTS|WITH|PRAGMA)\b")
READABLE = re.compile(rf"[(“\"']*(?:[^\W\d_]+(?:[-\u2019'/][^\W\d_]+)*|{HOLE})[)”\"'.,:;!?…]*")
LABEL = re.compile(r"[A-Z][a-z]+[.:…?!]?")


def text_of(node: ast.AST) -> str:
    """What a string says, with a hole for each value; nothing where the node is no string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_for_people(text: str) -> bool:
    """Two words or more, or a single one with a capital: a sentence or a label."""
    text = text.strip()
    if text in NAMES or text in NO_TEXT or SQL.match(text) or not WORD.search(text):
        return False
    words = [word for word in text.split() if READABLE.fullmatch(word)]
    return (len(words) > 1 and bool(WORD.search(" ".join(words)))) or bool(LABEL.fullmatch(text))


def line_of(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def name_of(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def name_given(node: ast.AST) -> str:
    """The name that a statement gives to what stands in it."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Assign):
        return name_of(node.targets[0])
    return name_of(node.target) if isinstance(node, ast.AnnAssign) else ""


def names_of_call(call: ast.Call) -> list[str]:
    return [f"{name_of(call.func)}()", f"{name_of(getattr(call.func, 'value', call))}.*()"]


def parts_to_read(node: ast.AST) -> Iterator[ast.AST]:
    """What may hold a text for people: no key in brackets, annotation, docstring or assertion, and nothing marked."""
    if isinstance(node, ast.Subscript):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if not isinstance(part, ast.Constant))
    elif isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and name_of(node.func) in TRANSLATED):
        return
    else:
        for field, value in ast.iter_fields(node):
            if field not in ("annotation", "returns"):
                parts = value if isinstance(value, list) else [value]
                yield from (part for part in parts if isinstance(part, ast.AST) and not is_docstring(part))


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def find_texts(node: ast.AST, path: str, above: tuple[str, ...] = ()) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """Every text for people that is not marked, with the entries of BARE that would let it stand."""
    if isinstance(node, ast.Call):
        above += tuple(names_of_call(node))
    elif name := name_given(node):
        last = next((entry for entry in reversed(above) if entry.startswith(path)), path)
        above += (name, f"{last}{'.' if ':' in last else ':'}{name}")
    if is_for_people(text_of(node)):
        yield node, above
    for part in parts_to_read(node):
        yield from find_texts(part, path, above)


def modules() -> list[Path]:
    found = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    return [path for path in found if not {"migrations", "management", "sandbox"} & set(path.parts)]


def texts_in(path: Path) -> Iterator[tuple[ast.AST, set[str]]]:
    """Every text for people that is not marked, with the reasons that it has."""
    name = str(path.relative_to(ROOT))
    folders = {f"{folder}/" for folder in path.relative_to(ROOT).parents}
    for node, above in find_texts(ast.parse(path.read_text()), name):
        yield node, BARE.keys() & {name, *folders, *above}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_code_has_no_bare_text(path: Path) -> None:
    found = [f"line {line_of(node)}: {ast.unparse(node)}" for node, reasons in texts_in(path) if not reasons]
    assert found == []


def test_every_reason_is_needed() -> None:
    used = {reason for path in modules() for _, reasons in texts_in(path) for reason in reasons}
    assert BARE.keys() - used == set()


def find_in(source: str) -> list[str]:
    return [text_of(node) for node, above in find_texts(ast.parse(source), "x.py") if not BARE.keys() & set(above)]


@pytest.mark.parametrize(
    "source",
    ["why = 'Nothing was paid.'", "return_label('Paid')", "f'Refund of {amount}'", "raise NoRefund('not any more')"],
)
def test_text_is_found(source: str) -> None:
    assert len(find_in(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        *('_("Nothing was paid.")', '"""Nothing was paid."""', "rows['Nothing was paid']", "path('learn/<slug>/')"),
        *("logger.info('Nothing was paid')", "raise Http404('nothing was paid')", "f'deleted-{pk}@{host}'"),
        *("def told() -> 'Queue of mails': ...", "'SELECT id FROM mails'"),
    ],
)
def test_no_text_is_found(source: str) -> None:
    assert find_in(source) == []


# --- Places that are always shown: there a single word in small letters is a text, too -----------------

# Names of arguments and of attributes of classes that hold what is shown.
SHOWN = {
    *("about", "button", "consequences", "description", "heading", "help_text", "kept_because", "label", "menu_label"),
    *("page_title", "title", "verbose_name", "verbose_name_plural"),
}
SHOWN_FIRST = {"Button", "HeaderButton", "MailsMenuItem", "MenuItem", "ValidationError"}


def is_sentence(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(is_sentence(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))


def bare_strings(node: ast.AST) -> Iterator[ast.AST]:
    """The strings under a node that no call of gettext holds, and that are not keys or arguments of something else."""
    if is_sentence(node):
        yield node
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from bare_strings(value)
    elif isinstance(node, ast.List | ast.Tuple):
        for value in node.elts:
            yield from bare_strings(value)
    elif isinstance(node, ast.IfExp):
        yield from bare_strings(node.body)
        yield from bare_strings(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from bare_strings(node.left)
        yield from bare_strings(node.right)


def shown_in_call(call: ast.Call) -> Iterator[ast.AST]:
    name, owner = name_of(call.func), name_of(getattr(call.func, "value", call))
    yield from (each.value for each in call.keywords if each.arg in SHOWN or each.arg == "error_messages")
    if name in SHOWN_FIRST or (owner == "models" and name.endswith("Field")):
        yield from call.args[:1]
    elif owner == "messages" or name == "MultiFieldPanel" or name == "fromkeys":
        yield from call.args[1:2]


def shown_in_class(node: ast.ClassDef) -> Iterator[ast.AST]:
    is_choices = any(name_of(base) == "TextChoices" for base in node.bases)
    is_error = any(name_of(base).endswith(("Error", "Exception")) for base in node.bases)
    for line in node.body:
        if isinstance(line, ast.Assign) and is_choices and isinstance(line.value, ast.Tuple):
            yield line.value.elts[1]
        elif isinstance(line, ast.Assign) and name_of(line.targets[0]) in SHOWN:
            yield line.value
        elif isinstance(line, ast.FunctionDef) and line.name == "__init__" and is_error:
            calls = [each for each in ast.walk(line) if isinstance(each, ast.Call) and name_of(each.func) == "__init__"]
            yield from (argument for call in calls for argument in call.args)


def shown(tree: ast.AST) -> Iterator[ast.AST]:
    """What reaches a page or a mail: labels and hints, refusals, messages, names of choices."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from shown_in_call(node)
        elif isinstance(node, ast.ClassDef):
            yield from shown_in_class(node)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_label_is_marked(path: Path) -> None:
    tree = ast.parse(path.read_text())
    found = [f"line {line_of(bare)}: {ast.unparse(bare)}" for node in shown(tree) for bare in bare_strings(node)]
    assert found == []
