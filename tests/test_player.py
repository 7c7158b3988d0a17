"""The player without a browser: in an event loop, with callbacks on its thread and on another."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

import utils.player as player_module
from utils.canvas import drawing
from utils.lessons.learning_alpha.explorers import AlphaExplorer
from utils.player import Player

BOTH_THREADS = pytest.mark.parametrize("elsewhere", [False, True], ids=["main", "subshell"])


class Counter:
    """A run of `length` states, 0 first; keeps what was shown and on which threads."""

    def __init__(self, length=1000):
        self.length, self.shown, self.threads, self.limit = length, [], set(), None

    def start(self):
        for state in range(self.length):
            if state == self.limit:
                raise ValueError(f"no state {state}")
            yield state

    def show(self, state):
        self.shown.append(state)
        self.threads.add(threading.current_thread())

    def player(self, speed=100):
        player = Player(self.start, self.show, speed)
        player.reset()
        return player


async def call(action, elsewhere):
    """Do as a button does, on this thread or as a kernel's subshell on another."""
    if elsewhere:
        await asyncio.to_thread(action)
    else:
        action()


async def until(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "waited 5 s"
        await asyncio.sleep(0.005)


def test_reset_shows_the_first_state_and_step_the_next():
    counter = Counter()
    player = counter.player()
    player.step()
    player.step()
    player.reset()
    assert counter.shown == [0, 1, 2, 0]


def test_without_a_loop_play_goes_to_the_end():
    counter = Counter(5)
    player = counter.player()
    player.play()
    assert (counter.shown, player.status, player.ended) == ([0, 4], "Ended", True)
    player.play()
    assert counter.shown == [0, 4] * 2


def test_it_plays_in_a_kernel_without_gui_as_jupyterlites(monkeypatch):
    counter = Counter(length=5)
    player = counter.player()
    monkeypatch.setattr(player_module, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    player.play()
    assert counter.shown[-1] == 4 and player.status == "Ended"


@BOTH_THREADS
def test_play_pause_and_play_again(elsewhere):
    async def scene():
        counter = Counter()
        player = counter.player()
        await call(player.controls["play"].click, elsewhere)
        await until(lambda: counter.shown[-1] > 5)
        await call(player.controls["pause"].click, elsewhere)
        there = list(counter.shown)
        assert player.status == "Paused"
        await asyncio.sleep(0.1)
        assert counter.shown == there
        await call(player.controls["play"].click, elsewhere)
        await until(lambda: counter.shown[-1] > there[-1] + 5)
        player.pause()
        assert counter.shown == sorted(set(counter.shown)), "no state twice, none out of order"
        assert counter.threads == {threading.main_thread()}, "the loop's thread takes the steps"

    asyncio.run(scene())


@BOTH_THREADS
def test_pressing_play_twice_leaves_one_task(elsewhere):
    async def scene():
        counter = Counter()
        player = counter.player(speed=10)
        for _ in range(3):
            await call(player.play, elsewhere)
            await call(player.pause, elsewhere)
        await call(player.play, elsewhere)
        await call(player.play, elsewhere)
        await asyncio.sleep(0.35)
        player.pause()
        assert counter.shown[-1] <= 5 + 3, "one task at 10 steps a second, not several"

    asyncio.run(scene())


@BOTH_THREADS
def test_reset_while_it_plays(elsewhere):
    async def scene():
        counter = Counter()
        player = counter.player()
        player.play()
        await until(lambda: counter.shown[-1] > 5)
        await call(player.controls["reset_run"].click, elsewhere)
        await asyncio.sleep(0.1)
        assert counter.shown[-1] == 0
        assert not player.playing

    asyncio.run(scene())


def test_restart_goes_on_playing():
    async def scene():
        counter = Counter()
        player = counter.player()
        player.play()
        await until(lambda: counter.shown[-1] > 5)
        player.restart()
        assert counter.shown[-1] == 0
        await until(lambda: counter.shown[-1] > 0)
        player.pause()
        player.restart()
        assert not player.playing

    asyncio.run(scene())


def test_another_player_pauses_the_one_that_plays():
    async def scene():
        first, second = Counter(), Counter()
        player = first.player()
        player.play()
        await until(lambda: first.shown[-1] > 2)
        other = second.player()  # as when the cell is run again
        assert (player.playing, player.status) == (False, "Paused")
        other.play()
        await until(lambda: second.shown[-1] > 2)
        player.play()
        assert not other.playing
        player.pause()

    asyncio.run(scene())


def test_an_error_in_a_step_is_said_and_stops_the_run():
    async def scene():
        counter = Counter()
        counter.limit = 3
        player = counter.player()
        player.play()
        await until(lambda: not player.playing)
        assert player.status == "Stopped by an error. ValueError: no state 3"
        assert isinstance(player.error, ValueError)
        assert player.status in player.children[-1].value
        counter.limit = None
        player.step()  # a run that has ended starts anew
        assert player.error is None
        assert counter.shown[-2:] == [0, 1]

    asyncio.run(scene())


def test_an_error_while_showing_is_said_too():
    def show(state):
        raise RuntimeError("<no> picture")

    player = Player(lambda: iter(range(3)), show)
    player.reset()
    assert player.status == "Stopped by an error. RuntimeError: <no> picture"
    assert "&lt;no&gt;" in player.children[-1].value


def test_who_wants_to_know_of_an_error_is_told_and_else_the_log_is(caplog):
    told = []
    Player(lambda: iter([0]), lambda state: 1 / state, fail=told.append).reset()
    assert [type(error) for error in told] == [ZeroDivisionError]
    assert not caplog.records
    Player(lambda: iter([0]), lambda state: 1 / state).reset()
    assert "division by zero" in caplog.text
    assert "Traceback" in caplog.text


def test_a_player_made_while_another_starts_pauses_that_one():
    async def scene():
        players = [Counter().player() for _ in range(2)]
        players[0].play()
        maker = threading.Thread(target=lambda: players.append(Counter().player()))
        with drawing:
            maker.start()
            time.sleep(0.1)  # the new one has begun its hand-over, or waits to begin it
            players[1].play()
        await asyncio.to_thread(maker.join)
        assert [player.playing for player in players] == [False, False, False]

    asyncio.run(scene())


def test_the_end_of_the_run_ends_the_task():
    async def scene():
        counter = Counter(4)
        player = counter.player()
        player.play()
        await until(lambda: player.ended)
        assert counter.shown[-1] == 3
        assert player.status == "Ended"
        await until(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(scene())


def test_speed_is_heard_while_it_plays():
    async def scene():
        counter = Counter()
        player = counter.player(speed=1)
        player.play()
        await until(lambda: len(counter.shown) == 2)
        player.controls["speed"].value = 100
        await until(lambda: counter.shown[-1] > 20)
        assert len(counter.shown) < 20, "several steps a picture"
        player.pause()

    asyncio.run(scene())


def test_speed_must_be_on_the_menu():
    with pytest.raises(ValueError, match="got 7"):
        Player(lambda: iter(()), print, speed=7)


def slow_page(view, seconds):
    """A page that has each picture of `view` so many seconds after it was sent; its words."""
    got = []

    loop, answer = asyncio.get_running_loop(), view.canvas._answer

    def later(action, *values):
        loop.call_soon_threadsafe(loop.call_later, seconds, action, *values)

    def note(change):
        if change["name"] == "sent":
            later(answer.set_state, {"number": change["new"]})
        else:
            later(got.append, view.text)  # the words are sent right after it

    view.canvas._asked_at -= seconds  # the first was under way as long
    answer.set_state({"number": view.canvas.sent})
    view.canvas.observe(note, ["sent", "value"])
    return got


def test_a_slow_page_gets_fewer_pictures_of_a_run_that_goes_on_at_its_speed():
    async def scene():
        view = AlphaExplorer(steps=1000)
        view.controls["speed"].value = 20
        got = slow_page(view, 0.2)
        view.player.play()
        await until(lambda: view.state.step.step >= 20)
        view.player.pause()
        reached, seen = view.text, len(got)
        assert 3 <= seen <= 8, "20 steps in a second, each picture 0.2 s under way"
        await until(lambda: got[-1] == reached)
        await asyncio.sleep(0.45)
        late = got[seen:]
        assert len(late) <= 2 + 1, "the one under way, the newest, and the sharp one at rest"
        assert late[-1] == reached
        assert reached in view._line.value

    asyncio.run(scene())


def test_a_page_that_answers_at_once_gets_every_picture():
    async def scene():
        view = AlphaExplorer(steps=30)
        view.controls["speed"].value = 50
        got = slow_page(view, 0.002)
        view.player.play()
        await until(lambda: view.player.ended)
        await asyncio.sleep(0.05)
        assert len(got) >= 30
        assert got[-1] == view.text

    asyncio.run(scene())


@BOTH_THREADS
def test_step_and_reset_are_shown_after_the_picture_under_way(elsewhere):
    async def scene():
        view = AlphaExplorer()
        got = slow_page(view, 0.1)
        start = view.text
        for _ in range(5):
            await call(view.controls["step"].click, elsewhere)
        await until(lambda: len(got) == 2)
        assert got[-1] == view.text != start
        await call(view.controls["step"].click, elsewhere)
        await call(view.controls["reset_run"].click, elsewhere)
        await until(lambda: got[-1] == start == view.text)

    asyncio.run(scene())
