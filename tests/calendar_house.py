"""A house that writes letters as the real one does, by Slack and by mail, for what is read of them."""

from bot.assistant.house import House
from bot.assistant.letters import Letterbox
from bot.slack.letters import SlackCarrier
from mail.letters import MailCarrier
from mail.render.reply import From
from store.introductions.rules import Rules
from store.kinds import Medium

OWN = "ask@cluster.example"
HOUSE = House(
    "Harrowdale",
    Rules(),
    Letterbox({Medium.SLACK: SlackCarrier(), Medium.EMAIL: MailCarrier(From(OWN, "whodoes"))}),
)
