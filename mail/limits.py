"""How much one listener takes on: connections in all and from one peer, recipients, commands, waiting."""

from collections import Counter

CONNECTIONS = 50
CONNECTIONS_OF_A_PEER = 25  # a Postfix in front opens up to 20 by itself
MAILS_IN_THE_AIR = (
    8  # of the largest size: what all connections together may have in memory, not yet on the disk
)
RECIPIENTS = 4  # of one mail; all of them are us
SILENCE_SECONDS = 300  # between commands, and for the whole of a mail's data
IDLE_SECONDS = 20  # of silence between two mails; then a client makes room where another wants in
CLOSE_SECONDS = 5.0  # what is being kept while we close has this long
NONSENSE = 4  # lines of a connection that are no command at all
BUFFER = 65_536  # octets of a connection read ahead; the lines of a mail may be as long as they like
COMMANDS = {
    "*": 20,
    "MAIL": 1000,
    "RCPT": 5000,
    "DATA": 1000,
    "RSET": 1000,
}  # of a connection; then come again


class Turnstile:
    """Counts who is in, and admits nobody over the limits."""

    def __init__(self, *, most: int = CONNECTIONS, of_a_peer: int = CONNECTIONS_OF_A_PEER) -> None:
        self._most = most
        self._of_a_peer = of_a_peer
        self._inside: Counter[str] = Counter()

    def admit(self, peer: str) -> bool:
        if self._inside.total() >= self._most or self._inside[peer] >= self._of_a_peer:
            return False
        self._inside[peer] += 1
        return True

    def has_enough_of(self, peer: str) -> bool:
        return self._inside[peer] >= self._of_a_peer

    def leave(self, peer: str) -> None:
        """Whoever was admitted leaves once."""
        self._inside[peer] -= 1
        if self._inside[peer] <= 0:
            del self._inside[peer]
