from collections.abc import Mapping
from typing import Any

from wagtail.admin.panels import Panel

from courses.timing.queries import measure_course


class TimePanel(Panel):
    """The course's minutes beside what the method gives. What is counted is what is published, not the form."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/timing/studio/course_time.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "course": self.instance, "time": measure_course(self.instance)}
