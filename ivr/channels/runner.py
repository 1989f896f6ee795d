"""The runner: joins one call's channel, dialogue, timers and queries.

It feeds facts to the dialogue in the order they came and carries out its orders. It holds no rule of
the dialogue. When the call is over it lets queries under way finish (money that was confirmed is
posted whether or not the caller still listens) and leaves no task behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

import structlog

from ivr.channels.content import CallContent
from ivr.channels.port import Channel, Listening
from ivr.channels.timers import LoopTimers, Timers
from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue.engine import Dialogue
from ivr.dialogue.queries import Outcome
from ivr.errors import DialogueError, IvrError

log = structlog.get_logger(__name__)

QUERY_GRACE = 30.0
"""Seconds that queries under way may take to finish after the call is over."""


class Session(Protocol):
    """The account core as one call sees it."""

    async def ask(self, name: str, arguments: Mapping[str, object]) -> Outcome:
        """Run one use case."""


class Runner:
    """Carries one call from offer to end."""

    def __init__(
        self,
        dialogue: Dialogue,
        channel: Channel,
        session: Session,
        content: CallContent,
        *,
        timers: Timers | None = None,
        today: Callable[[], date] | None = None,
    ) -> None:
        self._dialogue = dialogue
        self._channel = channel
        self._session = session
        self._content = content
        self._timers: Timers = timers or LoopTimers()
        self._today = today
        self._events: asyncio.Queue[e.Event] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking = 0
        self.idle = asyncio.Event()
        """Set while every known fact is dealt with and no query is under way: the caller's turn."""

    async def run(self, offered: e.CallOffered) -> str:
        """Carry the call to its end and return the reason it ended."""
        if offered.today is None and self._today is not None:
            offered = replace(offered, today=self._today())
        pump = asyncio.create_task(self._pump())
        try:
            event: e.Event = offered
            while not isinstance(event, e.CallEnded):
                for action in self._dialogue.receive(event):
                    await self._carry_out(action)
                if self._events.empty() and not self._asking:
                    self.idle.set()
                event = await self._events.get()
            self._dialogue.receive(event)
            return event.reason
        finally:
            pump.cancel()
            self._timers.clear_all()
            await self._settle(pump)

    async def _pump(self) -> None:
        event: e.Event | None = None
        while not isinstance(event, e.CallEnded):
            try:
                event = await self._channel.receive()
            except Exception:
                # a channel that can tell nothing more is a call that is over: nobody may wait for it
                log.exception("channel failed")
                event = e.CallEnded("failed")
            self._post(event)

    def _post(self, event: e.Event) -> None:
        self.idle.clear()
        self._events.put_nowait(event)

    async def _settle(self, pump: asyncio.Task[None]) -> None:
        await asyncio.wait([pump])
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=QUERY_GRACE)
            for task in late:
                log.error("query abandoned", query=task.get_name())
                task.cancel()

    async def _carry_out(self, action: a.Action) -> None:
        match action:
            case a.Answer():
                await self._channel.answer()
            case a.Hangup(reason):
                await self._channel.hang_up(reason)
            case a.Play():
                self._play(action)
            case a.Listen():
                self._channel.listen(self._listening(action))
            case a.SetTimer(name, seconds, turn):
                self._timers.set(name, seconds, lambda: self._post(e.TimerFired(name, turn)))
            case a.ClearTimer(name):
                self._timers.clear(name)
            case a.Query(number, name, arguments):
                self._asking += 1
                self._start(self._query(number, name, arguments), name)
            case a.Remember(setting, value):
                self._start(self._remember(setting, value), setting)
            case _:
                self._order(action)

    def _order(self, action: a.Action) -> None:
        match action:
            case a.PausePlaying():
                self._channel.pause_playing()
            case a.ResumePlaying():
                self._channel.resume_playing()
            case a.StopPlaying():
                self._channel.stop_playing()
            case a.StopListening():
                self._channel.stop_listening()
            case a.Mask(on):
                self._channel.mask(on)
            case a.Transfer(target):
                self._channel.transfer(target)

    def _play(self, play: a.Play) -> None:
        try:
            utterances = self._content.utterances(play)
        except (KeyError, ValueError, IvrError):
            # a prompt that cannot be worded must not end the call: the caller hears the rest
            log.exception("prompt not worded", prompts=[prompt.name for prompt in play.prompts])
            utterances = []
        self._channel.play(play.serial, utterances)

    def _listening(self, action: a.Listen) -> Listening:
        grammar = self._content.grammar(action.expectation, action.language)
        return Listening(
            action.turn, grammar, action.language, action.complete_after, action.open_after, action.secret
        )

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _query(self, number: int, name: str, arguments: Mapping[str, object]) -> None:
        answer: e.Event
        try:
            answer = e.QueryAnswered(number, await self._session.ask(name, arguments))
        except Exception:
            # whatever went wrong behind the account core, the caller hears an apology and goes on
            log.exception("query failed", query=name)
            answer = e.QueryFailed(number)
        self._asking -= 1
        self._post(answer)

    async def _remember(self, setting: str, value: object) -> None:
        use_case, arguments = kept_by(setting, value)
        try:
            await self._session.ask(use_case, arguments)
        except Exception:  # a setting that could not be kept is no reason to bother the caller
            log.exception("setting not kept", setting=setting)


def kept_by(setting: str, value: object) -> tuple[str, dict[str, object]]:
    """Return the use case that keeps a setting of the dialogue, with its arguments in the core's units."""
    match setting, value:
        case "language", str():
            return "set_language", {"language": value}
        case "brief", bool():
            return "change_voice_settings", {"setting": "verbosity", "value": "short" if value else "full"}
        case (("rate" | "volume"), float()):
            return "change_voice_settings", {"setting": setting, "value": str(round(value * 100))}
        case "patience", float():
            return "change_voice_settings", {"setting": setting, "value": str(round(value))}
    raise DialogueError(f"no such setting: {setting}")
