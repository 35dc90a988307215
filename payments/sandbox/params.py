"""Read a request's parameters as Stripe does: nested forms, known names, right types, nothing else."""

import re
import sys
from collections.abc import Iterable
from functools import cache
from types import GenericAlias, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails
from stripe import RequestOptions, StripeObject
from typing_extensions import TypedDict, is_typeddict

from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json

Text = Annotated[str, StringConstraints(min_length=1)]
"""What may be written and not be emptied: where Stripe lets a value be unset, the vendor's types say so by a `''`."""


def nest(pairs: Iterable[tuple[str, str]]) -> Json:
    """`line_items[0][price]=x` and `expand[]=y` become lists and objects."""
    tree: Json = {}
    for name, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        node, key = tree, first
        for step in rest:
            child = node.setdefault(key, {})
            if not isinstance(child, dict):
                raise ApiError(f"Invalid parameter name: {name}", param=name)
            node, key = child, step or str(len(child))
        node[key] = value
    return {name: with_lists(value) for name, value in tree.items()}


def with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    values = [with_lists(value) for value in node.values()]
    if all(key.isdigit() for key in node):
        return values
    return dict(zip(node, values, strict=True))


@cache
def strict_copy(params: Any) -> Any:
    """One of the vendor's typed dictionaries, that takes no other name."""
    spaces = (vars(sys.modules[kind.__module__]) for kind in (RequestOptions, params))
    names = {name: value for space in spaces for name, value in space.items()} | {"StripeContext": str}
    hints = get_type_hints(params, globalns=names, include_extras=True)
    # The options of a call are no parameters of the request.
    fields = {name: strict_type(hint) for name, hint in hints.items() if name not in RequestOptions.__annotations__}
    make: Any = TypedDict
    return with_config(ConfigDict(extra="forbid"))(make(params.__name__, fields))


def strict_type(hint: Any) -> Any:
    """The hint, with a strict copy in place of each typed dictionary in it."""
    if is_typeddict(hint):
        return strict_copy(hint)
    origin, parts = get_origin(hint), tuple(strict_type(part) for part in get_args(hint))
    if origin is NotRequired:
        return NotRequired[parts[0]]
    if origin in (Union, UnionType):
        return Union[without_any_word(parts)]  # noqa: UP007 - of parts known only now
    if origin is list:
        return list[parts[0]]  # type: ignore[valid-type] # known only now
    # One entry of a mapping, such as metadata, is unset by an empty text.
    if origin is dict:
        return hint
    if isinstance(origin, type) and issubclass(origin, StripeObject):
        return GenericAlias(dict, (str, get_args(hint)[0]))
    return Text if hint is str else hint


def without_any_word(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """The vendor writes a choice as its words or any string, for words to come; the API takes the words alone."""
    is_choice = any(get_origin(part) is Literal and "" not in get_args(part) for part in parts)
    return tuple(part for part in parts if part is not Text) if is_choice else parts


@cache
def adapter(params: Any) -> TypeAdapter[Json]:
    return TypeAdapter(strict_copy(params))


def validate(params: Any, given: Json) -> Json:
    """The parameters with their types, or Stripe's complaint about the first that is wrong."""
    try:
        return adapter(params).validate_python(given)
    except ValidationError as error:
        raise complaint(error.errors()[0]) from error


def complaint(error: ErrorDetails) -> ApiError:
    # Of a union's branches, which pydantic names by their types, the caller knows nothing.
    first, *rest = [str(part) for part in error["loc"] if re.fullmatch(r"(?!(int|str|bool)$)[a-z0-9_]+", str(part))]
    param = first + "".join(f"[{part}]" for part in rest)
    # What no parameter is called is unknown, whether or not it says something.
    if error["type"] != "extra_forbidden" and error["input"] == "":
        return ApiError(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty "
            "value.",
            code="parameter_invalid_empty",
            param=param,
        )
    if error["type"] == "extra_forbidden":
        return ApiError(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)
    if error["type"] == "missing":
        return ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)
    return ApiError(f"Invalid {param}: {error['msg']}", param=param)
