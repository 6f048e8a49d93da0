"""Which addresses are ours, whatever way a mail to them comes in."""

from mail.render.headers import mailbox
from mail.tokens import TokenAddresses, plus_form

ROLES = frozenset({"postmaster", "abuse"})  # RFC 2142


class Mailboxes:
    """Members write to `address`; replies come to `reply_form` with a token in its place ("": behind a plus)."""

    def __init__(self, address: str, *, reply_form: str = "") -> None:
        self.address = address
        self._local, _, self.domain = mailbox(address).casefold().rpartition("@")
        self._replies = TokenAddresses(reply_form or plus_form(address), b"")
        self._domains = {self.domain, self._replies.form.rpartition("@")[2].casefold()}

    def hold(self, address: str) -> bool:
        local, at, domain = mailbox(address).casefold().rpartition("@")
        if not at:
            return domain == "postmaster"  # RFC 5321 4.5.1: without a domain too
        if domain in self._domains and local in ROLES:
            return True
        if domain in self._domains and (local == self._local or local.startswith(f"{self._local}+")):
            return True
        return bool(self._replies.inside(f"{local}@{domain}"))
