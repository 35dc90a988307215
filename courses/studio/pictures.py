"""The studio's form of an image: what Wagtail's is, and drawings as drawing programs save them."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from courses.writing.drawings import LARGEST_DRAWING, read_drawing


class PictureField(WagtailImageField):
    """What is taken can be shown: Wagtail itself looks no further than a picture's first bytes."""

    def to_python(self, data: Any) -> Any:
        if not isinstance(data, UploadedFile):
            return super().to_python(data)  # what is kept already
        is_drawing = (data.name or "").lower().endswith(".svg")
        if is_drawing:
            data = SimpleUploadedFile(str(data.name), read_drawing(bytes(data.read())), "image/svg+xml")
        try:
            file = super().to_python(data)
            if file and not is_drawing:
                Image.open(BytesIO(file.read())).load()
                file.seek(0)
        except ValidationError:
            raise
        except Exception as error:
            # Whatever the libraries of images raise for a file that breaks off.
            raise ValidationError(
                _("The picture cannot be read: it breaks off or is damaged. Export it again, and add that file.")
            ) from error
        return file


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
