"""Which questions the tests draw from, by the names of their fields: the questions' model stands above courses."""

from django.db.models import Q

IN_TEST = Q(use="test")
IN_WORDS = (IN_TEST & Q(image=None)) | Q(use="words", stands_for__use="test")
"""Without pictures: the same questions where they have none, and their counterparts where they have one."""
