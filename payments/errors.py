"""What payments refuses. A message, where there is one, is meant for whoever asks."""


class AlreadyPaid(Exception):
    """Everything is open already; nobody pays twice."""


class PaymentPending(Exception):
    """A payment is on its way; paying again would be paying twice."""


class NoRefund(Exception):
    """It cannot be given back; the text is meant for whoever asks."""


class NoGift(Exception):
    """It cannot be given, accepted or taken back; the text is meant for whoever tries."""


class SetAside(Exception):
    """Nothing that a machine may decide: a person has to look."""


class UnknownReference(SetAside):
    """No attempt of a learner of ours belongs to it."""


class ForeignSale(UnknownReference):
    """Another shop's on the same Stripe account: ours name their attempt at Stripe. Nobody has to look."""


class WrongPayment(SetAside):
    """What was paid is not what was offered."""
