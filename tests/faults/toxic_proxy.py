"""A TCP proxy that makes trouble on purpose: the toxics of Toxiproxy, in a thread of the test."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum


class Toxic(StrEnum):
    """What happens to what the server answers."""

    NONE = "none"
    REFUSE = "refuse"  # connections are closed as soon as they are made
    SILENT = "silent"  # nothing is ever answered
    SLOW = "slow"  # each answer comes SLOW_SECONDS late
    RESET = "reset"  # the connection is reset in the middle of an answer
    SLICE = "slice"  # answers come byte by byte


SLOW_SECONDS = 5.0


@dataclass
class ToxicProxy:
    """Passes connections to a port of this machine; `toxic` may be changed at any time.

    - `connections`, `requests`: how many connections and pieces of requests came.
    """

    target: int
    toxic: Toxic = Toxic.NONE
    port: int = 0
    connections: int = 0
    requests: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @contextmanager
    def running(self) -> Iterator["ToxicProxy"]:
        """Listen on a free port, which `port` then names, during the block."""
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._close(server), self._loop).result(120)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(120)
            self._loop.close()

    def cut(self) -> None:
        """Close every connection that is open."""
        self._loop.call_soon_threadsafe(self._abort_all)

    async def _close(self, server: asyncio.Server) -> None:
        server.close()
        self._abort_all()
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def _abort_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.toxic is Toxic.REFUSE:
            writer.transport.abort()
            return
        target_reader, target_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers |= {writer, target_writer}
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(self._asked(reader, target_writer), self._answered(target_reader, writer))
        for end in (writer, target_writer):
            end.transport.abort()
            self._writers.discard(end)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            self.requests += 1
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            match self.toxic:
                case Toxic.SILENT:
                    continue
                case Toxic.SLOW:
                    await asyncio.sleep(SLOW_SECONDS)
                    writer.write(data)
                case Toxic.RESET:
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    writer.transport.abort()
                    return
                case Toxic.SLICE:
                    for byte in data:
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(0)
                case _:
                    writer.write(data)
            await writer.drain()
