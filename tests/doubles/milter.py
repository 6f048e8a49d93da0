"""A filter as an MTA has them: it says of each mail what it found, in a field put where such filters put theirs."""

import asyncio
import struct

INSERTS = 0x01
ONLY_THE_END = (
    0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x20 | 0x40 | 0x100 | 0x200
)  # of all else it wants to hear nothing
VERSION = 6


class Milter:
    """`index` 0: above the MTA's own Received; 1: right below it."""

    def __init__(self, found: str, *, index: int) -> None:
        self._found = found
        self._index = index
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> "Milter":
        self._server = await asyncio.start_server(self._listen, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (length,) = struct.unpack("!I", await reader.readexactly(4))
                said = await reader.readexactly(length)
                if said[:1] in b"QK":
                    break
                for reply in self._replies(said[:1]):
                    writer.write(struct.pack("!I", len(reply)) + reply)
        except asyncio.IncompleteReadError:
            pass  # it hung up
        finally:
            writer.close()

    def _replies(self, command: bytes) -> list[bytes]:
        if command == b"O":
            return [b"O" + struct.pack("!III", VERSION, INSERTS, ONLY_THE_END)]
        if command == b"E":
            field = b"Authentication-Results\0" + self._found.encode() + b"\0"
            return [b"i" + struct.pack("!I", self._index) + field, b"c"]
        return []
