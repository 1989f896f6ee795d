"""One call, as a script sees it: play, press, listen, hang up; what was said and heard, with its times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from tools.caller.dialog import Dialog
from tools.caller.ear import SAMPLE_RATE, Ear
from tools.caller.errors import NothingHeard
from tools.caller.g711 import Samples
from tools.caller.mouth import Mouth
from tools.caller.sdp import Media
from tools.caller.ticker import Ticker
from tools.caller.udp import Address, UdpPort
from tools.caller.watch import Watch


@dataclass(frozen=True, slots=True)
class CallEvent:
    """Something that happened in a call: `kind` is one of the words below.

    answered, play, played, key down, key up, speech (the other side began to speak), ended.
    """

    time: float
    kind: str
    detail: str = ""


class Call:
    """A call from its first media to its end. Made by `Phone.dial` and by `Agent`."""

    def __init__(
        self, dialog: Dialog, port: UdpPort, ticker: Ticker, bye: Callable[[Call], Awaitable[None]]
    ) -> None:
        self.dialog = dialog
        self._port = port
        self._ticker = ticker
        self._bye = bye
        self._mouth: Mouth | None = None
        self._ear = Ear(None)
        self._media: Media | None = None
        self._mouth_began = 0.0
        self.answered_at = 0.0
        """When the other side (or we) answered; 0 before."""
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the call is over: "caller" or "peer" hung up, "refused", or "closed" with the phone."""
        self.events: list[CallEvent] = []
        self._watch = Watch(self.ended)
        port.take = self._take_packet

    # --- what a script does

    async def play(self, samples: Samples) -> float:
        """Say int16 samples at 8 kHz after what is queued; returns when the last one was sent."""
        return await self.play_nowait(samples)

    def play_nowait(self, samples: Samples) -> asyncio.Future[float]:
        """As `play`, but the script goes on; the future holds the moment of the last sample."""
        done: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._note("play", f"{len(samples) / SAMPLE_RATE:.2f} s")
        self._speaking().say(samples, lambda now: self._resolve(done, now, "played"))
        return done

    async def press(self, keys: str) -> float:
        """Press `keys` one after the other (100 ms down, 80 ms up); returns the moment of the last key up."""
        if not keys:
            raise ValueError("no key to press")
        ups: list[asyncio.Future[float]] = []
        for key in keys.upper():
            up: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            self._speaking().press(
                key,
                lambda now, key=key: self._note("key down", key, now),  # type: ignore[misc]
                lambda now, key=key, up=up: self._resolve(up, now, "key up", key),  # type: ignore[misc]
            )
            ups.append(up)
        return (await asyncio.gather(*ups))[-1]

    async def hear_speech(self, within: float, *, since: float | None = None) -> float:
        """Wait until the other side speaks, from now on or from `since`; the moment it began.

        Raises NothingHeard after `within` seconds, or when the call ends.
        """
        moment = time.monotonic() if since is None else since
        looked_until = moment

        def speech() -> float | None:
            nonlocal looked_until
            found = self._ear.speech_since(looked_until)
            looked_until = max(moment, self._ear.undecided_since)
            return found

        began = await self._watch.until(speech, within, "no speech")
        self._note("speech", "", began)
        return began

    async def hear_silence(self, duration: float, within: float) -> float:
        """Wait until the other side has been silent for `duration` seconds; the moment the silence began.

        Raises NothingHeard after `within` seconds, or when the call ends.
        """
        entered = time.monotonic()

        def silent_since() -> float | None:
            began = self._ear.last_sound(entered - duration) or entered - duration
            return began if time.monotonic() - began >= duration else None

        return await self._watch.until(silent_since, within, "no silence")

    async def hear_end(self, within: float) -> str:
        """Wait for the end of the call; who ended it (see `ended`). Raises NothingHeard when it goes on."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.ended), within)
        except TimeoutError:
            raise NothingHeard(f"the call had not ended after {within:g} s") from None

    async def hang_up(self) -> None:
        """End the call, unless it is over already."""
        if not self.ended.done():
            self.end("caller")
            await self._bye(self)

    # --- what a script looks at

    def heard(self) -> Samples:
        """Everything the other side sent, int16 at 8 kHz; sample 0 is the answer."""
        return self._ear.track(self.answered_at or self._first_arrival())

    def heard_early(self) -> Samples:
        """Everything from the first packet on, early media as well."""
        return self._ear.track(self._first_arrival())

    def spoken(self) -> Samples:
        """Everything this side sent, on the time line of `heard`."""
        if self._mouth is None:
            return np.zeros(0, dtype=np.int16)
        shift = round((self._mouth_began - self.answered_at) * SAMPLE_RATE)
        said = self._mouth.said()
        return said[-shift:] if shift < 0 else np.concatenate((np.zeros(shift, dtype=np.int16), said))

    def first_sound_after(self, moment: float) -> float | None:
        """When the other side first spoke at or after `moment`; None when it did not."""
        return self._ear.speech_since(moment)

    @property
    def lost(self) -> int:
        """Packets of the other side that never came."""
        return self._ear.lost

    @property
    def packets(self) -> int:
        """Voice packets that came."""
        return len(self._ear.frames)

    @property
    def max_gap_ms(self) -> float:
        """The longest time without a packet since the answer."""
        return self._ear.max_gap_ms(self.answered_at)

    @property
    def keys_heard(self) -> str:
        """Keys that the other side pressed."""
        return "".join(key for _, key in self._ear.keys)

    # --- what the phone does

    def use_media(self, media: Media) -> None:
        """Send to where the session description says; called for early media and again for the answer."""
        if media == self._media:
            return
        self._media = media
        if self._mouth is None:
            self._ear = Ear(media.events)
            self._mouth = Mouth(media.law, media.events)
            self._mouth_began = time.monotonic()
            self._ticker.add(self._tick)

    def answer(self) -> None:
        """The call is up: the time line begins."""
        if not self.answered_at:
            self.answered_at = time.monotonic()
            self._note("answered")

    def end(self, who: str) -> None:
        """The call is over; media stops at once."""
        if self.ended.done():
            return
        self._ticker.remove(self._tick)
        self._note("ended", who)
        self.ended.set_result(who)
        if self._mouth is not None:
            self._mouth.cancel(time.monotonic())
        self._port.close()
        self._watch.poke()

    @property
    def media_port(self) -> int:
        """Our port for media."""
        return self._port.address[1]

    # --- inside

    def _take_packet(self, data: bytes, sender: Address) -> None:
        if self._ear.receive(data, time.monotonic()) is not None:
            self._watch.poke()

    def _tick(self, now: float) -> None:
        if self._mouth is None or self._media is None:
            return
        for packet in self._mouth.tick(now):
            self._port.send(packet, (self._media.host, self._media.port))

    def _speaking(self) -> Mouth:
        if self._mouth is None or self.ended.done():
            raise NothingHeard("the call is not up")
        return self._mouth

    def _note(self, kind: str, detail: str = "", now: float | None = None) -> None:
        self.events.append(CallEvent(time.monotonic() if now is None else now, kind, detail))

    def _resolve(self, done: asyncio.Future[float], now: float, kind: str, detail: str = "") -> None:
        self._note(kind, detail, now)
        if not done.done():
            done.set_result(now)

    def _first_arrival(self) -> float:
        return self._ear.frames[0].arrived if self._ear.frames else 0.0
