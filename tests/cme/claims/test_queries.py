from cme.claims.queries import get_unclaimed
from courses.models import Course
from tests.cme.conftest import claim_as, complete


def test_get_unclaimed_lists_completions_with_an_activity_only(
    learner_with_access, other_learner, make_course, make_activity
):
    claimed, unclaimed = make_activity(make_course("claimed")).course, make_activity(make_course("unclaimed")).course
    for course in (claimed, unclaimed, make_course("without-credit")):
        complete(learner_with_access, course)
    complete(other_learner, claimed)
    claim_as(learner_with_access, claimed)
    assert [each.course.slug for each in get_unclaimed(learner_with_access)] == ["unclaimed"]
    assert [each.course.slug for each in get_unclaimed(other_learner)] == ["claimed"]
    Course.objects.update(live=False)
    assert list(get_unclaimed(learner_with_access)) == []
