from wagtail.admin.forms import WagtailAdminPageForm

from core.studio import PublishableForm
from courses.studio.forms import PlacedForm


class GuideForm(PlacedForm, PublishableForm, WagtailAdminPageForm):
    """Wagtail's form of a page, which says what publishing waits for."""
