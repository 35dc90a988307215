"""How the history shows that texts changed."""

from typing import Any

from django.db.models import Field
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.compare import FieldComparison, diff_text
from wagtail.admin.panels import FieldPanel


class WordsComparison(FieldComparison):
    """The texts that differ, each under its title; one that is not written is the shipped one."""

    def __init__(self, field: "Field[Any, Any]", before: Any, after: Any) -> None:
        super().__init__(field, before, after)
        self.texts = before.place.texts

    def htmldiff(self) -> SafeString:
        rows = []
        for text in self.texts:
            before, after = (words.get(text.name) or str(text.shipped) for words in (self.val_a, self.val_b))
            if before != after:
                rows.append((text.title, diff_text(before, after).to_html()))
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


class WordsPanel(FieldPanel):
    def get_comparison_class(self) -> type[FieldComparison]:
        return WordsComparison
