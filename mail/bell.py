"""A bell that ends a thread's waiting, for a socket or for time to pass, from another thread."""

import select
import socket
import threading


class Bell:
    def __init__(self) -> None:
        self._rung = threading.Event()
        self._ear, self._mouth = socket.socketpair()

    @property
    def rung(self) -> bool:
        return self._rung.is_set()

    def ring(self) -> None:
        """For good. Safe to repeat."""
        if not self._rung.is_set():
            self._rung.set()
            self._mouth.send(b"!")

    def wait(self, seconds: float, *, beside: socket.socket | None = None) -> None:
        """Until it rings, the time is over, or there is something to read from the socket beside it."""
        if beside is not None and getattr(beside, "pending", int)():
            return  # deciphered already, so that the socket itself has nothing more to say
        poll = select.poll()
        poll.register(self._ear, select.POLLIN)
        if beside is not None:
            poll.register(beside, select.POLLIN)
        poll.poll(seconds * 1000)

    def close(self) -> None:
        self._ear.close()
        self._mouth.close()
