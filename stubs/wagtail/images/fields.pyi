from typing import Any

from django import forms

class WagtailImageField(forms.ImageField):
    def check_image_file_size(self, f: Any) -> None: ...
