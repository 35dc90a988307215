from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.forms import ModelForm

class UserForm(ModelForm[Any]):
    password_enabled: bool
    error_messages: dict[str, Any]

class UserCreationForm(UserForm):
    class Meta:
        model: type[AbstractBaseUser]
        fields: Any

class UserEditForm(UserForm):
    class Meta:
        model: type[AbstractBaseUser]
        fields: Any
