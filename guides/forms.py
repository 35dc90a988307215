from typing import Any

from django.utils.translation import gettext
from wagtail.admin.forms import WagtailAdminPageForm

from core.studio import PublishableForm
from courses.studio.forms import PlacedForm
from guides.review_kinds import signs_by_review


class GuideForm(PlacedForm, PublishableForm, WagtailAdminPageForm):
    """Wagtail's form of a page, which says what publishing waits for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signs_by_review():
            for name in ("reviewer", "reviewed_on"):
                self.fields[name].disabled = True
                self.fields[name].help_text = gettext("Written when a physician approves the guide in review.")
