"""YAML as content has it: read without anything that grows or runs, written the same way every time."""

import re
from typing import Any

import yaml

from escan.loader.errors import ContentError

MARKS = re.compile(r"[&*]")
DEEPEST = 40


def parse_yaml(text: str) -> Any:
    """Raises ContentError for what is no plain data: tags of programs, names for parts that are used again, deep nests.

    Content has no need of them, and a few lines of them can fill any memory.
    """
    try:
        if MARKS.search(text):
            _refuse_names(text)
        return yaml.load(text, yaml.CSafeLoader)
    except RecursionError as error:
        raise ContentError("it nests too deeply") from error
    except yaml.YAMLError as error:
        raise ContentError(str(error)) from error


def _refuse_names(text: str) -> None:
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise ContentError(f"line {line}: it gives a part a name (& or *): write the part out, or put it in quotes")


class _Dumper(yaml.SafeDumper):
    """Lists are indented under their name, and nothing is ever written as a reference to something above."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if ":::" in text else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)


def dump_yaml(data: Any) -> str:
    """In the order of its fields, a line for each, with text of several lines as such."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)
    # Three colons end a block of a lesson; they stand in double quotes alone.
    return text.replace(":::", "\\x3a::")
