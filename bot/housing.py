"""The house from the settings: the region's rules, and a letterbox with a carrier for each medium that is set up."""

from datetime import timedelta

from bot.assistant.house import House
from bot.assistant.letters import Carrier, Letterbox
from bot.settings import Settings
from bot.slack.letters import SlackCarrier
from mail.letters import MailCarrier
from mail.render.reply import From
from mail.tokens import plus_form
from store.campaigns.rules import Rules as CampaignRules
from store.introductions.rules import Rules
from store.kinds import Medium


def house_of(settings: Settings) -> House:
    """Slack before mail, where somebody is reached by both: it is where they can answer with one tap."""
    mail: MailCarrier | None = None
    carriers: dict[Medium, Carrier] = {}
    if settings.slack_configured:
        carriers[Medium.SLACK] = SlackCarrier()
    if settings.mail_address:
        sender = From(settings.mail_address, f"whodoes · {settings.region}", settings.identity)
        mail = MailCarrier(sender, pages=settings.web_url, reply_form=reply_form(settings))
        carriers[Medium.EMAIL] = mail
    return House(
        region=settings.region,
        rules=rules_of(settings),
        letterbox=Letterbox(carriers),
        campaigns=campaign_rules_of(settings),
        identity=settings.identity,
        pages=settings.web_url,
        confirmations=mail,
    )


def reply_form(settings: Settings) -> str:
    """The addresses with a token that replies and delivery reports come to; "{token}" is its place."""
    return settings.mail_reply_address or plus_form(settings.mail_address)


def rules_of(settings: Settings) -> Rules:
    return Rules(
        approval=settings.introductions_approval,
        requests_a_month=settings.introductions_requests_a_month,
        asked_a_month=settings.introductions_asked_a_month,
        organisation_a_month=settings.introductions_organisation_a_month,
        pair_cool_down=timedelta(days=settings.introductions_pair_days),
        nudge_after=timedelta(days=settings.introductions_nudge_days),
        silent_after=timedelta(days=settings.introductions_silent_days),
        silences=settings.introductions_silences,
        handoff_hold=timedelta(minutes=settings.introductions_hold_minutes),
        met_after=timedelta(days=settings.introductions_met_days),
        outcome_after=tuple(timedelta(days=days) for days in settings.introductions_outcome_days),
        zone=settings.zone,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
    )


def campaign_rules_of(settings: Settings) -> CampaignRules:
    return CampaignRules(
        approval_above=settings.broadcasts_approval_above,
        cancel_window=timedelta(seconds=settings.broadcasts_cancel_seconds),
        late_after=timedelta(minutes=settings.broadcasts_late_minutes),
    )
