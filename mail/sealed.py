"""Mail that is encrypted: that it is, and what of it can be read all the same."""

import re

from mail.inbound import InboundMail

_WHOLE = re.compile(r"\s*(?:multipart/encrypted|application/(?:x-)?pkcs7-mime)\b", re.IGNORECASE)
_SIGNED_ONLY = re.compile(r"smime-type\s*=\s*\"?signed-data", re.IGNORECASE)
_PART = re.compile(
    r"(?:.*\.p7m|encrypted\.asc|application/(?:pgp-encrypted|(?:x-)?pkcs7-mime))\s*", re.IGNORECASE
)
_SIGNATURE = re.compile(
    r"(?:.*\.p7s|signature\.asc|openpgp_signature(?:\.asc)?|openpgp_0x\w+\.asc|application/(?:pgp-signature|pgp-keys|(?:x-)?pkcs7-signature))\s*",
    re.IGNORECASE,
)
_ARMOUR = re.compile(
    r"^-----BEGIN PGP MESSAGE-----[^\n]*\n(?:.*\n)*?(?:-----END PGP MESSAGE-----[^\n]*|\Z)", re.MULTILINE
)
_LOGO = re.compile(r"(?:image\d{3}|outlook-[\w-]{1,40})\.(?:png|jpe?g|gif)", re.IGNORECASE)


def is_sealed(mail: InboundMail) -> bool:
    """Whether there is a part for which one needs a key (RFC 8551, RFC 3156, or a block of PGP in the text)."""
    return (
        _is_whole(mail) or any(map(_PART.fullmatch, mail.attachments)) or bool(_ARMOUR.search(mail.full_text))
    )


def open_text(text: str) -> str:
    """The text without its sealed blocks, which would be read as words."""
    return _ARMOUR.sub("", text) if "-----BEGIN PGP MESSAGE-----" in text else text


def documents(mail: InboundMail) -> tuple[str, ...]:
    """The attachments somebody may want to have read: no signatures, no sealed parts, no logos of a mail program."""
    if _is_whole(mail):
        return ()
    unread = (_PART, _SIGNATURE, _LOGO)
    return tuple(name for name in mail.attachments if not any(each.fullmatch(name) for each in unread))


def _is_whole(mail: InboundMail) -> bool:
    kind = str(mail.headers.get("Content-Type", ""))
    return bool(_WHOLE.match(kind)) and not _SIGNED_ONLY.search(kind)
