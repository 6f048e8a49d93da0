"""What the assistant acts with besides the store: the region's own ways, and its letterbox."""

from dataclasses import dataclass, field

from bot.assistant.consent.confirmations import ConfirmationCarrier
from bot.assistant.letters import Letterbox
from store.campaigns.rules import Rules as CampaignRules
from store.introductions.rules import Rules


@dataclass(frozen=True, slots=True)
class House:
    """Made by the composition root from the settings and handed to every face. The defaults send nothing."""

    region: str = "our cluster"
    rules: Rules = field(default_factory=Rules)
    letterbox: Letterbox = field(default_factory=Letterbox)
    campaigns: CampaignRules = field(default_factory=CampaignRules)
    identity: str = ""  # who writes, with their postal address: at the end of what goes out
    pages: str = ""  # the public address the pages stand under
    confirmations: ConfirmationCarrier | None = None  # who writes "was it you?" to subscribers
