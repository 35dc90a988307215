"""The same skill on another image each time."""

import pytest

from courses.assessment.asking import describe
from courses.assessment.scoring import is_right
from courses.models import Question, RecallCard
from courses.recall.queries import ask
from courses.recall.services import answer_recall, collect_missed
from courses.studio.images import get_used_image_ids
from tests.course_fixtures import write_question_of
from tests.courses.recall.test_services import make_due, today_of

REGION = {"x": 80.0, "y": 20.0, "rx": 5.0, "ry": 5.0}


def picture(image: int, **fields):
    outlines = [{"finding": 0, "visibility": 5.0, "points": [[image, 1], [2, 2], [3, 1]]}]
    facts = {"width": 100, "height": 90, "mm_per_pixel": [0.1], "outlines": outlines}
    return {"image": {"id": image, "width": 100, "height": 90}, "facts": facts, **fields}


@pytest.fixture
def images(keep_image) -> list[int]:
    return [keep_image(f"{number}.svg", 100 + number) for number in range(4)]


def make_card(user, question: Question) -> RecallCard:
    collect_missed(user=user, ratings=[(question.pk, 1)], day=today_of(user))
    card = RecallCard.objects.get(user=user)
    make_due(card)
    return card


@pytest.fixture
def card(course, images, learner_with_access) -> RecallCard:
    fresh = [picture(images[1]), picture(images[2])]
    question = write_question_of(
        course, "single", image_id=images[0], image_alt="A field", fresh_pictures=fresh, use="check"
    )
    return make_card(learner_with_access, question)


def shown(card: RecallCard) -> int:
    return int(ask(card)["image"]["id"])


def test_each_time_another_picture_is_shown_and_all_come_round(card, images):
    seen = []
    for reviews in range(6):
        card.reviews = reviews
        seen.append(images.index(shown(card)))
    assert seen == [1, 2, 0, 1, 2, 0]


def test_picture_stays_until_it_is_answered_and_is_told_with_its_own_outline(card, images, learner_with_access):
    assert shown(card) == shown(card) == images[1]
    content = ask(card)
    assert (content["image"]["alt"], content["image"]["bar"]) == ("A field", {"mm": 2, "pixels": 20})
    revision = card.question.live_revision_id
    kept = answer_recall(user=learner_with_access, card_id=card.pk, number=1, revision_id=revision, answer=0)
    assert kept.content["image"]["id"] == images[1]
    assert describe(kept.content, 0, is_told=True).outlines == [f"{images[1]},1 2,2 3,1"]
    assert describe(content, None, is_told=False).outlines == ()


def test_place_is_asked_where_the_finding_lies_in_the_fresh_picture(course, images, learner_with_access):
    question = write_question_of(
        course, "place", images[0], use="check", fresh_pictures=[picture(images[1], regions=[REGION])]
    )
    card = make_card(learner_with_access, question)
    content = ask(card)
    assert is_right(content, [80, 20]) and not is_right(content, [23.75, 61.5])
    card.reviews = 1
    assert is_right(ask(card), [23.75, 61.5])


def test_fresh_picture_opens_to_who_is_asked_it_and_to_nobody_else(card, images, client_for, other_learner, client):
    address = f"/checks/pictures/{card.question_id}/{{}}/"
    assert client_for(card.user).get(address.format(images[1])).status_code == 200
    assert client_for(card.user).get(address.format(images[3])).status_code == 404
    assert client_for(other_learner).get(address.format(images[1])).status_code == 404
    assert client.get(address.format(images[1])).status_code == 404


def test_question_without_others_shows_its_own(course, images, learner_with_access):
    question = write_question_of(course, "single", image_id=images[0], image_alt="A field", use="check")
    card = make_card(learner_with_access, question)
    card.reviews = 4
    assert shown(card) == images[0]


def test_fresh_pictures_are_kept(card, images):
    assert set(images[:3]) <= get_used_image_ids()
    assert images[3] not in get_used_image_ids()
