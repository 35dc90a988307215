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
APPS = ["accounts", "cme", "core", "courses", "escan", "payments"]
# What is the same in every language.
NAMES = {"eScan Academy", "eScan", "Academy", "CME", "PDF", "Stripe", "AMA PRA Category 1 Credit", "Markdown"}
# Attributes that are read out or shown.
READ = {"alt", "aria-description", "aria-label", "aria-roledescription", "content", "label", "placeholder", "title"}
# A tag of Django's, or a value: whatever stands there comes from elsewhere.
HOLE = "\x1f"
WORD = re.compile(r"[^\W\d_]{2,}")


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


# --- Code -------------------------------------------------------------------------------------------

TRANSLATED = {"_", "gettext", "ngettext", "pgettext", "ngettext_lazy", "pgettext_lazy"}
# Names of arguments and of attributes of classes that hold what is shown.
SHOWN = {
    *("about", "button", "consequences", "description", "heading", "help_text", "kept_because", "label", "menu_label"),
    *("page_title", "title", "verbose_name", "verbose_name_plural"),
}
SHOWN_FIRST = {"Button", "HeaderButton", "MailsMenuItem", "MenuItem", "ValidationError"}
# For whoever programs or operates; nobody else reads them.
NOT_SHOWN = {
    *("AssertionError", "BackupError", "CommandError", "ContentError", "ForkedAfterUse", "Http404"),
    *("ImproperlyConfigured", "KeyError", "LookupError", "NotDue", "NotImplementedError", "OSError", "RuntimeError"),
    *("SetAside", "TypeError", "UnknownReference", "ValueError", "WrongPrice"),
}


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


def line_of(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def name_of(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


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
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and name_of(node.exc.func) not in NOT_SHOWN:
            yield from node.exc.args[:1]


def modules() -> list[Path]:
    found = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    return [path for path in found if not {"backup", "migrations", "management", "sandbox"} & set(path.parts)]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_code_has_no_bare_text(path: Path) -> None:
    tree = ast.parse(path.read_text())
    found = [f"line {line_of(bare)}: {ast.unparse(bare)}" for node in shown(tree) for bare in bare_strings(node)]
    assert found == []
