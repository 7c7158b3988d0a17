"""A slow line on this machine: what goes to a server's port, through a delay and a rate.

    with Line(8888, delay=0.05, rate=4e6) as line:
        print(line.url)  # what http://127.0.0.1:8888 is, 50 ms and 4 Mbit/s away

Plain bytes, so HTTP and websockets both pass. All connections share the line, each way for itself:
a packet leaves when those before it have left, at the rate, and arrives the delay later. It loses
nothing, and does not begin slowly, as TCP does on a line that it does not know.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from asyncio import StreamReader, StreamWriter
from typing import Any

PACKET, BLOCK = 1460, 1 << 16  # bytes that leave at once: on a line with a rate, and without
AHEAD = 0.01  # seconds of bytes that stand in line, so that a late timer leaves no gap


class Way:
    """One direction: all connections' bytes, in the order in which they came."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.bytes = 0  # that have arrived
        self.until = -math.inf  # when the last of those on their way will have arrived
        self._free = -math.inf  # when the last of them will have left

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Bring what `reader` gives to `writer`, and its end."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._deliver(under_way, writer))
            data = b"first"
            while data:
                data = await reader.read(PACKET if self.line.rate < math.inf else BLOCK)
                left = self._leave(len(data))
                under_way.put_nowait((self.until, data))
                await asyncio.sleep(left - AHEAD - time.monotonic())

    def _leave(self, size: int) -> float:
        """When so many bytes, next in line, will have left."""
        self._free = max(self._free, time.monotonic()) + size * 8 / self.line.rate
        self.until = max(self.until, self._free + self.line.delay)
        return self._free

    async def _deliver(self, under_way: asyncio.Queue, writer: StreamWriter) -> None:
        while True:
            arrival, data = await under_way.get()
            while (early := arrival - time.monotonic()) > 0:
                await asyncio.sleep(early)
            if not data:
                break
            writer.write(data)
            self.bytes += len(data)
            await writer.drain()
        writer.write_eof()


class Line:
    """A line to a port of 127.0.0.1, for the length of a `with` block, in a thread of its own.

    Attributes:
        delay: seconds each way. This and the rate may be changed while connections are open.
        rate: bits a second each way; `math.inf` for no limit.
        url: where its near end is.
        up, down: its two ways, to the server and from it; `bytes` of each have arrived.
    """

    def __init__(self, port: int, delay: float = 0.0, rate: float = math.inf) -> None:
        self.delay, self.rate, self._port = delay, rate, port
        self.up, self.down = Way(self), Way(self)

    def __enter__(self) -> Line:
        begun = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(begun)), daemon=True)
        self._thread.start()
        begun.wait()
        return self

    def __exit__(self, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def idle(self) -> float:
        """Seconds since the last byte has arrived; below 0 while some are on their way."""
        return time.monotonic() - max(self.up.until, self.down.until)

    async def _serve(self, begun: threading.Event) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        begun.set()
        await self._ended.wait()
        server.close()

    async def _connect(self, reader: StreamReader, writer: StreamWriter) -> None:
        writers = [writer]
        try:
            await asyncio.sleep(2 * self.delay)  # TCP asks, and is answered, before the first byte
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
            writers.append(far_writer)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.up.carry(reader, far_writer))
                tasks.create_task(self.down.carry(far_reader, writer))
        except* (OSError, asyncio.CancelledError):  # either end has gone, or the line itself
            pass
        finally:
            for each in writers:
                each.close()
