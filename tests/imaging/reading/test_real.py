"""A real case before its reader: what it is called, and what it does not say before the lock."""

import pytest

from imaging.models import Finding, Reading, Study, View
from tests.imaging.reading.test_views import ALWAYS, TRUTH, begin, client, lock, responses_before_the_lock

__all__ = ["client"]

ATTRIBUTION = "Images of the city's hospital, https://example.org/films."


@pytest.fixture
def real(make_study) -> Study:
    study = make_study(
        source="real",
        seed=None,
        recipe=None,
        origin="archive:P_00005",
        licence="CC BY 3.0",
        attribution=ATTRIBUTION,
        proof="pathology",
    )
    Finding.objects.update(pathology="malignant")
    View.objects.update(is_scale_approximate=True)
    return study


def test_every_page_shows_that_it_is_real_with_its_attribution(client, real):
    address = begin(client)
    pages = [client.get(page).content.decode() for page in (address, f"{address}views/lcc/")]
    pages.append(lock(client, address))
    for page in pages:
        assert "Real case. Images of the city&#x27;s hospital, " in page
        assert 'href="https://example.org/films"' in page
        assert "Licence: CC BY 3.0." in page
        assert "ynthetic" not in page.split("<footer")[0]


def test_page_of_practice_does_not_call_every_study_synthetic(client, real):
    page = client.get("/practice/").content.decode()
    assert "Every study is synthetic" not in page
    assert "Images of a patient are a real case" in page


def test_lengths_are_called_approximate(client, real):
    address = begin(client)
    assert 'data-length="about {length} mm"' in client.get(address).content.decode()
    assert "Its extent is about 14 mm; the scale of these films is approximate." in lock(client, address)
    View.objects.update(is_scale_approximate=False)
    page = client.get(address).content.decode()
    assert 'data-length="{length} mm"' in page
    assert "Its extent is 14 mm." in page


def test_pathology_and_origin_are_not_told_before_the_lock_and_the_origin_never(client, real):
    address = begin(client)
    for response in responses_before_the_lock(client, address):
        text = ALWAYS.sub("", response.content.decode()) + str(response.headers)
        if response.request["PATH_INFO"].startswith(address):
            assert TRUTH.findall(text) == []
        assert "malignan" not in text.lower()
        assert "P_00005" not in text
    assert not Reading.objects.exclude(locked_at=None).exists()
    told = lock(client, address)
    assert "Pathology: malignant." in told
    assert "P_00005" not in told


def test_synthetic_study_says_nothing_of_pathology(client, study):
    assert "Pathology:" not in lock(client, begin(client))


def test_study_without_a_truth_is_given_to_nobody(client, real):
    real.truths.update(is_current=False)
    page = client.post("/practice/next/", follow=True).content.decode()
    assert "There is no study for you to read now." in page
    assert not Reading.objects.exists()
