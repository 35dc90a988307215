"""Why something was not taken, each as a sentence for the expert."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from imaging.errors import ImagingError


class NotYours(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This is the draft of a colleague; nobody else changes it."))


class StudyNotOpen(ImagingError):
    """It is not made yet, or withdrawn."""

    def __init__(self) -> None:
        super().__init__(_("This study is not made yet or was withdrawn: nothing is drawn in it. Nothing was changed."))


class BadDraft(ImagingError):
    """Each fault is a sentence."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(self.faults))


class NotComplete(BadDraft):
    """It may be kept, and cannot be handed in."""


class SavedElsewhere(ImagingError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "This draft was changed in another window since you opened this one. Nothing was overwritten: open it "
                "anew."
            )
        )


class HandedIn(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This opinion is handed in. Take it back before you change it."))


class NotHandedIn(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("Only an opinion that was handed in becomes a version of the truth."))


class PublishedSince(ImagingError):
    def __init__(self, version: int) -> None:
        super().__init__(
            _(
                "Version {version} was published since you opened this page. Nothing was published: look at what it "
                "says, and decide again."
            ).format(version=version)
        )


class ProvenMalignant(ImagingError):
    def __init__(self, finding: str) -> None:
        super().__init__(
            _(
                "{finding}: the current version has a finding here that pathology proved malignant, so it warrants "
                "recall. Nothing was published: correct the draft first. If the proof itself is wrong, withdraw the "
                "study."
            ).format(finding=finding)
        )


class NothingChanged(ImagingError):
    def __init__(self) -> None:
        super().__init__(_("This says what the current version says already. Nothing was published."))
