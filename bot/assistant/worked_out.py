"""What an answer rests on that was worked out before its turn to be kept, and what is kept of it."""

from dataclasses import dataclass

from bot.assistant.messages import Ask
from bot.assistant.recording import Conversation, Outcome
from store.search.index import Index


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """Plain values, so that another process may make it. It is thrown away where anything it rests on has changed."""

    ask: Ask
    said: Conversation
    revision: int  # of the directory that was searched
    outcome: Outcome

    def holds(self, ask: Ask, said: Conversation, index: Index) -> bool:
        return self.revision == index.revision and self.ask == ask and self.said == said
