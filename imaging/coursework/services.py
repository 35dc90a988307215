"""How a course comes by its studies, and how a learner reads one."""

from django.db import transaction

from accounts.models import User
from core.enqueue import enqueue
from imaging.coursework.errors import SeedTaken
from imaging.coursework.queries import find_reading, require_readable
from imaging.reading.models import Reading
from imaging.studies.models import Study, StudyPurpose
from imaging.synthesis import Recipe


@transaction.atomic
def order_study(*, recipe: Recipe) -> int:
    """The key of the study of this recipe, which a worker makes. Raises SeedTaken where the seed has another one."""
    wanted = recipe.to_dict()
    fields = {"recipe": wanted, "purpose": StudyPurpose.COURSE}
    study, is_new = Study.objects.get_or_create(seed=recipe.seed, defaults=fields)
    if is_new:
        enqueue("imaging.studies.tasks.make_next_study")
    elif study.purpose != StudyPurpose.COURSE or study.recipe != wanted:
        raise SeedTaken(recipe.seed)
    return study.pk


@transaction.atomic
def begin_reading(*, user: User, study: Study) -> Reading:
    """The learner's reading of it, begun before or now. Raises as `require_readable`."""
    # Two clicks at once begin one reading.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if reading := find_reading(user, study):
        return reading
    require_readable(user, study)
    return Reading.objects.create(user=user, study=study)
