"""Templates are indented to be read; what is sent holds one blank or one new line where they hold many, or none."""

import re

from django.template import Origin, Template
from django.template.base import TextNode
from django.template.loaders import base, cached
from django.template.loaders.filesystem import Loader as FilesystemLoader

# Stands for a tag or a value of the template, whatever that will say.
HOLE = "\0"
WHITE = r"[ \t\n\r\f]"
REST = r"""(?:[^"'<>]|"[^"]*"|'[^']*')*>"""
ATTRIBUTES = rf"(?![\w-]){REST}"
# White space beside these is never shown: they begin and end lines, or are shapes, or nothing of them is shown.
BLOCKS = (
    "!doctype|address|article|aside|blockquote|body|br|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|head|header|hr|html|legend|li|link|main|meta|nav|ol|optgroup|option|p|section|source|summary|table|tbody|td"
    "|tfoot|th|thead|title|tr|track|ul|circle|ellipse|g|image|line|path|rect|text"
)
# Nor is it within these, at either end.
BOXES = "button|svg"
# An element whose white space matters; a comment; a tag with what is to go; another tag; white space.
PART = re.compile(
    rf"(?P<start><(?P<name>pre|textarea|script|style){ATTRIBUTES})(?P<kept>.*?)(?P<end></(?P=name){WHITE}*>)"
    rf"|(?P<comment><!--.*?-->)"
    rf"|{WHITE}*(?P<block></?(?:{BLOCKS}){ATTRIBUTES}){WHITE}*"
    rf"|(?P<opening><(?:{BOXES}){ATTRIBUTES}){WHITE}*|{WHITE}*(?P<closing></(?:{BOXES})>)"
    rf"|(?P<tag></?[a-z]{REST})|{WHITE}+",
    re.DOTALL | re.IGNORECASE,
)
PART_OF_TAG = re.compile(rf"""(?P<value>"[^"]*"|'[^']*')|(?P<last>{WHITE}+(?=>)|(?<=["']){WHITE}+(?=/>))|{WHITE}+""")


def collapse(html: str) -> str:
    """HTML that a browser shows just like `html`."""
    return PART.sub(_collapse_part, html)


def _collapse_part(part: re.Match[str]) -> str:
    if part["start"]:
        return _collapse_tag(part["start"]) + part["kept"] + part["end"]
    if tag := part["block"] or part["opening"] or part["closing"] or part["tag"]:
        return _collapse_tag(tag)
    return part["comment"] or _collapse_space(part[0])


def _collapse_tag(tag: str) -> str:
    return PART_OF_TAG.sub(_collapse_part_of_tag, tag)


def _collapse_part_of_tag(part: re.Match[str]) -> str:
    """Blanks within one line of an attribute's value stay."""
    if value := part["value"]:
        return re.sub(rf"{WHITE}*\n{WHITE}*", " ", value)
    return "" if part["last"] else " "


def _collapse_space(space: str) -> str:
    return "\n" if "\n" in space else " "


class _CompilingLoader(base.Loader):
    """Works once, when a template is compiled. What is to be translated is no text by then: its name stays."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if _is_own_page(template.origin):
            texts = [node for node in template.nodelist.get_nodes_by_type(TextNode) if isinstance(node, TextNode)]
            for node, text in zip(texts, collapse(HOLE.join(node.s for node in texts)).split(HOLE), strict=True):
                node.s = text
        return template


class Loader(cached.Loader, _CompilingLoader):
    """Django's loader that keeps what it compiled, around those that it is given."""


def _is_own_page(origin: Origin) -> bool:
    """From the project's own folder of templates. Plain text is sent as it is written."""
    return type(origin.loader) is FilesystemLoader and str(origin.name).endswith(".html")
