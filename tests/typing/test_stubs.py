"""What stubs/ says of libraries without types is so in those that are installed."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model

STUBS = Path("stubs")
MISSING = object()


def get_name(path: Path) -> str:
    return ".".join(path.relative_to(STUBS).with_suffix("").parts).removesuffix(".__init__")


def find_faults(nodes: list[ast.stmt], runtime: Any, where: str) -> Iterator[str]:
    for node in nodes:
        # What begins with an underscore is the stub's own; Meta says nothing but “abstract”.
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Meta":
            yield from find_faults_of_class(node, getattr(runtime, node.name, None), f"{where}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            yield from find_faults_of_function(node, runtime, f"{where}.{node.name}")
        elif isinstance(node, ast.AnnAssign):
            yield from find_faults_of_attribute(ast.unparse(node.target), runtime, where)
        elif isinstance(node, ast.Assign) and isinstance(runtime, type) and issubclass(runtime, Model):
            yield from find_faults_of_field(ast.unparse(node.targets[0]), ast.unparse(node.value), runtime, where)


def find_faults_of_class(node: ast.ClassDef, runtime: Any, where: str) -> Iterator[str]:
    if runtime is None:
        yield f"{where} does not exist"
        return
    ancestors = {ancestor.__name__ for ancestor in runtime.__mro__}
    for base in node.bases:
        name = ast.unparse(base).partition("[")[0].rpartition(".")[2]
        if not name.startswith("_") and name not in ancestors:
            yield f"{where} is no {name}"
    yield from find_faults(node.body, runtime, where)


def find_faults_of_function(node: ast.FunctionDef, runtime: Any, where: str) -> Iterator[str]:
    found = inspect.getattr_static(runtime, node.name, MISSING)
    if found is MISSING:
        yield f"{where} does not exist"
    elif "property" not in [ast.unparse(decorator) for decorator in node.decorator_list]:
        actual = inspect.signature(getattr(found, "__func__", found)).parameters
        yield from find_faults_of_parameters(node.args, dict(actual), where)


def find_faults_of_parameters(said: ast.arguments, actual: dict[str, inspect.Parameter], where: str) -> Iterator[str]:
    kinds = {parameter.kind for parameter in actual.values()}
    in_order = [argument.arg for argument in said.args]
    for name in [*in_order, *(argument.arg for argument in said.kwonlyargs)]:
        if name not in actual and inspect.Parameter.VAR_KEYWORD not in kinds:
            yield f"{where} takes no {name}"
    if [name for name in actual if name in in_order] != [name for name in in_order if name in actual]:
        yield f"{where} takes {list(actual)}, in this order"
    needed = {
        name
        for name, parameter in actual.items()
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and parameter.default is inspect.Parameter.empty
    }
    if not said.vararg and needed - set(in_order):
        yield f"{where} needs {needed - set(in_order)}"


def find_faults_of_attribute(name: str, runtime: Any, where: str) -> Iterator[str]:
    """It stands in the class, or the class speaks of it: some are set in an instance, some in subclasses alone."""
    if name.startswith("_") or inspect.getattr_static(runtime, name, MISSING) is not MISSING:
        return
    ancestors = [ancestor for ancestor in getattr(runtime, "__mro__", ()) if ancestor is not object]
    if not any(re.search(rf"\b{name}\b", inspect.getsource(ancestor)) for ancestor in ancestors):
        yield f"{where}.{name} does not exist"


def find_faults_of_field(name: str, said: str, model: type[Model], where: str) -> Iterator[str]:
    if name == "objects":
        return
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        yield f"{where} has no field {name}"
        return
    kind = said.partition("(")[0].rpartition(".")[2]
    if kind not in {ancestor.__name__ for ancestor in type(field).__mro__}:
        yield f"{where}.{name} is a {type(field).__name__}"
    if isinstance(field, Field) and field.null != ("null=True" in said):
        yield f"{where}.{name} is {'null at times' if field.null else 'never null'}"


@pytest.mark.parametrize("path", sorted(STUBS.rglob("*.pyi")), ids=get_name)
def test_stub_agrees_with_what_is_installed(path: Path) -> None:
    runtime = import_module(get_name(path))
    assert list(find_faults(ast.parse(path.read_text()).body, runtime, get_name(path))) == []


class Installed:
    colour = "amber"

    def paint(self, wall: str, *, coats: int = 1) -> None:
        self.wall = wall


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("colour: str", None),
        ("wall: str", None),
        ("def paint(self, wall: str, *, coats: int = 1) -> None: ...", None),
        ("floor: str", "Stub.floor does not exist"),
        ("def wash(self) -> None: ...", "Stub.wash does not exist"),
        ("def paint(self, wall: str, *, brush: str) -> None: ...", "Stub.paint takes no brush"),
        ("def paint(wall: str, self) -> None: ...", "Stub.paint takes ['self', 'wall', 'coats'], in this order"),
        ("def paint(self) -> None: ...", "Stub.paint needs {'wall'}"),
    ],
)
def test_a_stub_that_does_not_agree_is_found(line: str, fault: str | None) -> None:
    body = ast.parse(f"class Stub:\n    {line}").body
    runtime = type("Module", (), {"Stub": Installed})
    assert [told.removeprefix("module.") for told in find_faults(body, runtime, "module")] == [fault][: bool(fault)]


def test_a_stub_of_a_model_that_does_not_agree_is_found() -> None:
    images = import_module("wagtail.images.models")
    fields = "title = models.TextField(); width = models.IntegerField(null=True); shade = models.CharField()"
    body = ast.parse(f"class Image(Page): {fields}").body
    assert list(find_faults(body, images, "images")) == [
        "images.Image is no Page",
        "images.Image.title is a CharField",
        "images.Image.width is never null",
        "images.Image has no field shade",
    ]
