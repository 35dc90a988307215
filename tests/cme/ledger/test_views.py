import pytest
from django.urls import reverse

from tests.cme.conftest import claim_as, complete


def test_ledger_is_empty_at_first(paid):
    response = paid.get("/cme/")
    assert "No credit yet." in response.content.decode()


def test_ledger_shows_claims_and_what_is_left_to_claim(paid, learner_with_access, issued, make_course, make_activity):
    other = make_activity(make_course("dense-breasts", "Dense breasts")).course
    complete(learner_with_access, other)
    page = paid.get("/cme/").content.decode()
    assert '1.25 <em class="trademark">AMA PRA Category 1 Credits™</em>' in page
    assert "demonstration" in page
    assert issued.get_absolute_url() in page
    assert reverse("cme:download", args=[issued.printed_code]) in page
    assert "Claim credit for Dense breasts" in page


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_asks_the_same_number_of_queries(
    paid, learner_with_access, make_course, make_activity, django_assert_num_queries, count
):
    for number in range(count):
        course = make_activity(make_course(f"course-{number}")).course
        complete(learner_with_access, course)
        claim_as(learner_with_access, course)
        complete(learner_with_access, make_activity(make_course(f"unclaimed-{number}")).course)
    with django_assert_num_queries(4):
        assert paid.get("/cme/").status_code == 200
