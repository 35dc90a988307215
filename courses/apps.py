from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from core.publishing import GATES  # noqa: PLC0415 - models are loaded only now
        from courses import receivers  # noqa: PLC0415 - models are loaded only now
        from courses.faults import checking, rules  # noqa: F401, PLC0415 - models are loaded only now
        from courses.writing.archiving import ArchiveGate  # noqa: PLC0415 - models are loaded only now

        GATES.append(ArchiveGate())
        receivers.connect()
        autodiscover_modules("search_kinds", "report_kinds", "faults")
