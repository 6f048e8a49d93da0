"""The way in for mail that the settings choose: a listener behind an MTA, or a mailbox that is read."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime

from bot.housing import reply_form
from bot.settings import Settings
from mail.imap import MailboxReader
from mail.imap_session import Account, After
from mail.mailboxes import Mailboxes
from mail.smtp import listen
from store.store import Store


async def open_way_in(
    settings: Settings,
    store: Store,
    stack: AsyncExitStack,
    *,
    wake: Callable[[], None],
    announce: Callable[[str], None],
    clock: Callable[[], datetime],
) -> MailboxReader | None:
    """Open the listener, which `stack` closes; or return the reader of a mailbox, for the caller to run."""
    if settings.mail_protocol == "imap":
        announce(
            f"Mail to {settings.mail_address}: from the folder {settings.imap_folder} at {settings.imap_host}"
        )
        return MailboxReader(
            store=store,
            account=account_of(settings),
            ours=Mailboxes(settings.mail_address, reply_form=reply_form(settings)),
            max_bytes=settings.mail_max_bytes,
            wake=wake,
            announce=announce,
            clock=clock,
        )
    listener = await listen(
        store=store,
        host=settings.mail_host,
        port=settings.mail_port,
        protocol=settings.mail_protocol,
        address=settings.mail_address,
        reply_form=reply_form(settings),
        max_bytes=settings.mail_max_bytes,
        wake=wake,
        clock=clock,
    )
    stack.push_async_callback(listener.close)
    where = f"{settings.mail_host}:{listener.port}" if listener.port else settings.mail_host
    announce(f"Mail to {settings.mail_address}: {settings.mail_protocol.upper()} on {where}")
    return None


def account_of(settings: Settings) -> Account:
    after, _, archive = settings.imap_keep.partition(":")
    return Account(
        host=settings.imap_host,
        port=settings.imap_port,
        security=settings.imap_security,
        user=settings.imap_user,
        password=settings.imap_password.get_secret_value(),
        folder=settings.imap_folder,
        after=After(after),
        archive=archive.strip(),
    )
