"""The addresses with a token of this region: one form and one key, for whoever makes them and whoever reads them."""

from datetime import datetime

from mail.tokens import TokenAddresses
from store.secrets import REPLY_ADDRESSES, secret
from store.store import Store


async def own_addresses(store: Store, form: str, *, now: datetime) -> TokenAddresses:
    """With the key that is kept with the data, made the first time."""
    return TokenAddresses(form, await store.write(secret, REPLY_ADDRESSES, now=now))
