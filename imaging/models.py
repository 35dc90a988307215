"""The models of the features, where Django looks for them."""

from imaging.asking.models import AskedRegion, AskedView
from imaging.incoming.models import IncomingImage
from imaging.panel.models import Panel, PanelAnswer, PanelImage
from imaging.practice.models import ReaderLevel, Run, SkillMemory, Step, StudyDifficulty
from imaging.reading.models import Mark, Reading
from imaging.studies.models import Finding, Prior, Region, Study, StudyKind, StudyStatus, Truth, View
from imaging.testsets.models import SetAttempt, SetCase, SetConsent, TestSet
from imaging.truths.models import Opinion

__all__ = [
    "AskedRegion",
    "AskedView",
    "Finding",
    "IncomingImage",
    "Mark",
    "Opinion",
    "Panel",
    "PanelAnswer",
    "PanelImage",
    "Prior",
    "ReaderLevel",
    "Reading",
    "Region",
    "Run",
    "SetAttempt",
    "SetCase",
    "SetConsent",
    "SkillMemory",
    "Step",
    "Study",
    "StudyDifficulty",
    "StudyKind",
    "StudyStatus",
    "TestSet",
    "Truth",
    "View",
]
