"""The bench's slow line: what arrives, in which order, and never too soon."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from line import Line  # noqa: E402

DELAY, RATE = 0.03, 4e6  # seconds each way, bits a second


def answer(listener: socket.socket) -> None:
    """Send back to each who calls what it has said, until the listener is closed."""

    def repeat(caller: socket.socket) -> None:
        with caller:
            while data := caller.recv(1 << 16):
                caller.sendall(data)

    with ThreadPoolExecutor() as callers:
        while True:
            try:
                callers.submit(repeat, listener.accept()[0])
            except OSError:
                return


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=[listener])
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def there_and_back(line: Line, data: bytes) -> tuple[bytes, float]:
    """What comes back of these bytes, and after how many seconds the last of them."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", int(line.url.split(":")[-1]))) as near:
        sending = threading.Thread(target=lambda: (near.sendall(data), near.shutdown(1)))
        sending.start()
        back = b"".join(iter(lambda: near.recv(1 << 16), b""))
        seconds = time.monotonic() - start
        sending.join()
    return back, seconds


def noise(size: int, seed: int = 0) -> bytes:
    return np.random.default_rng(seed).bytes(size)


def test_bytes_arrive_unchanged_in_order_and_are_counted(port):
    data = noise(3_000_000)
    with Line(port) as line:
        assert there_and_back(line, data)[0] == data
        assert line.up.bytes == line.down.bytes == len(data)
        assert line.idle() > 0


def test_nothing_arrives_before_its_delay_nor_faster_than_the_rate(port):
    data = noise(60_000)
    with Line(port, DELAY, RATE) as line:
        back, seconds = there_and_back(line, data)
    assert back == data
    # there and back once to be connected, once to be answered; both ways take turns by packets
    assert seconds >= 4 * DELAY + 8 * len(data) / RATE


def test_connections_share_the_line(port):
    parts = [noise(30_000, seed) for seed in range(3)]
    with Line(port, 0, RATE) as line, ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        start = time.monotonic()
        found = list(pool.map(lambda part: there_and_back(line, part)[0], parts))
        seconds = time.monotonic() - start
    assert found == parts
    assert seconds >= 8 * sum(map(len, parts)) / RATE


def test_a_line_is_changed_while_it_is_open(port):
    data = noise(20_000)
    with Line(port) as line:
        there_and_back(line, data)
        line.delay, line.rate = DELAY, RATE
        back, seconds = there_and_back(line, data)
    assert back == data
    assert seconds >= 4 * DELAY + 8 * len(data) / RATE


def test_a_line_that_ends_takes_its_connections_with_it(port, caplog):
    with Line(port) as line:
        near = socket.create_connection(("127.0.0.1", int(line.url.split(":")[-1])))
        near.sendall(b"a")
        assert near.recv(1) == b"a"
    with near:
        assert near.recv(1) == b""
    assert caplog.records == []


def test_who_finds_nobody_behind_the_line_is_let_go(caplog):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Line(port) as line:
        assert there_and_back(line, b"")[0] == b""
    assert caplog.records == []
