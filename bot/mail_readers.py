"""What reads the mails that come, by the settings."""

from collections.abc import Callable
from datetime import datetime

from bot.judging import judge_of
from bot.settings import Settings
from mail.own_addresses import own_addresses
from mail.reading import Readers, ReadingThreads
from mail.reading_processes import Errand, ReadingProcesses
from mail.render.reply import From
from store.store import Store


async def readers_of(
    settings: Settings, store: Store, sender: From, *, form: str, clock: Callable[[], datetime]
) -> Readers:
    """In processes where there are any, unless senders are checked here: that waits for the DNS, as threads may.

    Raises SettingsProblem.
    """
    judge = judge_of(settings)
    threads = ReadingThreads(judge)
    if settings.mail_processes == 0 or settings.authentication == "check":
        return threads
    errand = Errand(
        settings.database_url,
        judge,
        sender,
        await own_addresses(store, form, now=clock()),
        vectors=settings.vectors == "auto",
    )
    return ReadingProcesses(errand, processes=settings.mail_processes, beside=threads)
