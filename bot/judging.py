"""Who decides how far a mail's From is believed, by the settings."""

from typing import assert_never

from bot.settings import Settings, SettingsProblem
from mail.authentication.judges import ByChecking, ByResults
from mail.authentication.names import resolver_of
from mail.trust import Judge, believe


def judge_of(settings: Settings) -> Judge:
    """Raises SettingsProblem where this machine has no name servers to check with."""
    match settings.authentication:
        case "results":
            return ByResults(settings.mail_authserv_id.casefold())
        case "none":
            return believe
        case "check":
            try:
                return ByChecking(resolver_of())
            except OSError as problem:
                raise SettingsProblem(
                    f"WHODOES_MAIL_AUTHENTICATION=check needs the DNS, and {problem}. "
                    "Let your MTA check, and name its WHODOES_MAIL_AUTHSERV_ID."
                ) from problem
    assert_never(settings.authentication)


def told(settings: Settings) -> str:
    """One line for whoever starts it."""
    match settings.authentication:
        case "results":
            return f"Senders are believed by the Authentication-Results of {settings.mail_authserv_id}."
        case "none":
            return "Every sender is believed as the mail names them: nobody but your own people may reach the listener."
        case "check":
            return "Senders are checked here (DKIM, SPF, DMARC). An MTA does it better: see README, who is believed."
    assert_never(settings.authentication)
