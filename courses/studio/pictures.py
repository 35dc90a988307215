"""The studio's form of an image: what Wagtail's is, and drawings as drawing programs save them."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

from courses.writing.drawings import LARGEST_DRAWING
from courses.writing.picture_files import PictureField


class PictureForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            given = self.fields["file"]
            of_drawings = _("A drawing (SVG) has at most %(most)d kB.") % {"most": LARGEST_DRAWING // 1000}
            field = PictureField(label=given.label, required=given.required, widget=given.widget)
            # Wagtail's field writes its own, with the size of other pictures.
            field.help_text = f"{given.help_text} {of_drawings}"
            self.fields["file"] = field
