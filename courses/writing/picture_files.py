"""Files of pictures, as authors add them and packages bring them: judged by what they hold."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.fields import WagtailImageField

from courses.writing.drawings import read_drawing


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
