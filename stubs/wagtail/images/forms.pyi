from typing import Any

from django import forms

class BaseImageForm(forms.ModelForm[Any]): ...
