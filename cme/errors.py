"""Why credit cannot be claimed. Each message is shown to the learner as it is."""


class ClaimRefused(Exception):
    """The claim was not made, and nothing was written."""


class NoActivity(ClaimRefused):
    """The course is not an activity that was designated for credit."""


class NotCompleted(ClaimRefused):
    """There is no completion yet."""


class NotDesignated(ClaimRefused):
    """Credit is never designated retroactively (AMA)."""


class Expired(ClaimRefused):
    """After an activity expires there are no new claims."""


class ProfileIncomplete(ClaimRefused):
    """A certificate needs a name, and the profession decides the type of credit."""


class AccessNeeded(ClaimRefused):
    """What was earned stays; new claims need access."""


class NoCreditForProfession(ClaimRefused):
    """None of the activity's credit types is awarded to the learner's profession."""


class TestSetLeft(ClaimRefused):
    """The academy asks for the test set of the course to be passed first (the setting TEST_SET_REQUIRED)."""


class WrongAmount(ClaimRefused):
    """Below the smallest step, above the maximum, or between two steps."""


class AttestationMissing(ClaimRefused):
    """Credit is claimed by attesting one's participation."""


class EvaluationIncomplete(ClaimRefused):
    """The evaluation comes before the credit."""


class AlreadyClaimed(ClaimRefused):
    """One claim per learner and activity."""
