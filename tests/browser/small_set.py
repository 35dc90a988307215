"""A test set of two cases and a reader with access, in the database of an academy that runs.

Its images are those of studies that are made already: a worker would take half a minute for new ones.
Run by `manage.py shell`, with the settings of the academy.
"""

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from accounts.services import grant_access
from imaging.models import Region, SetCase, Study
from imaging.studies.models import StudyPurpose
from imaging.testsets.services import upsert_test_set

EMAIL, PASSWORD = "set-reader@example.org", "reading-room"


def copy_study(study: Study, seed: int) -> Study:
    """Another row of the same images and the same truth."""
    ready = {"status": "ready", "made_at": timezone.now(), "purpose": StudyPurpose.TEST_SET}
    copy = Study.objects.create(seed=seed, recipe=study.recipe, **ready)
    views = {view.key: view for view in study.views.all()}
    for view in views.values():
        view.pk, view.study = None, copy
        view.save()
    truth = study.truths.get(is_current=True)
    findings = [(finding, list(finding.regions.select_related("view"))) for finding in truth.findings.all()]
    truth.pk, truth.study = None, copy
    truth.save()
    for finding, regions in findings:
        finding.pk, finding.truth = None, truth
        finding.save()
        for region in regions:
            region.pk, region.finding, region.view = None, finding, views[region.view.key]
            region.save()
    return copy


def write() -> None:
    user = User.objects.create_user(EMAIL, PASSWORD, name="Sela Reader, MD")
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    grant_access(user=user, source="test", reference="browser")
    rule = {"least_sensitivity": 75, "least_specificity": 75, "course": ""}
    found = upsert_test_set(
        slug="two-cases", title="Two cases", summary="To read at once.", cases=[{"density": "b"}] * 2, **rule
    )
    for number, study in enumerate(Study.objects.for_practice()[:2], 1):
        SetCase.objects.create(test_set=found, edition=1, number=number, study=copy_study(study, 2**53 + number))
    # Whatever their kinds are, what they show is seen: none is drawn again.
    Region.objects.filter(view__study__purpose=StudyPurpose.TEST_SET).update(is_visible=True)
