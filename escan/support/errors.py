class CannotAsk(Exception):
    """The request was not made; each reason is a sentence for staff."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class RequestOver(Exception):
    """The link came too late: it was done, given up or forgotten meanwhile."""
