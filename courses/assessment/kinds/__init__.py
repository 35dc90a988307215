"""The kinds of question, in the order in which the studio offers them.

A new kind is a module here and a line below, a template beside those of the others, and a migration, for the database
knows the names. Nothing outside this folder asks for a kind by its name.
"""

from courses.assessment.kinds.base import DEFAULT, KINDS, Kind, get_kind, get_kind_of
from courses.assessment.kinds.multiple import Multiple
from courses.assessment.kinds.numeric import Numeric
from courses.assessment.kinds.place import Place
from courses.assessment.kinds.single import Single

__all__ = ["DEFAULT", "KINDS", "Kind", "get_kind", "get_kind_of"]

KINDS.update({kind.name: kind for kind in (Single(), Multiple(), Numeric(), Place())})
