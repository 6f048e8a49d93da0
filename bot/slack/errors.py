"""What can go wrong with Slack at the start, in words for the person who runs it."""


class SlackRefused(Exception):
    """Slack does not take us as we are set up. The text is one line, fit to show."""

    def __init__(self, reason: str, *, passing: bool = False, answers: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing  # Slack was not to be reached: it may be in a while
        self.answers = answers  # its API was; only the connection that it told us of did not come about
