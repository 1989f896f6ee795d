"""Two servers that turn lines of sound into words, each a process on one core: ours, and the reference.

    python -m bench.ears_servers ours|reference MODEL LANGUAGE CORE

Both print the port they listen on. A connection is one listening turn.

Ours is what a worker does: frames of 20 ms over TCP, `GrammarEars` with its default options, one line back
when the turn is over. The reference is shaped like vosk-server's `asr_server.py`: websockets, a recogniser a
connection, `AcceptWaveform` in a thread pool as large as the machine, a partial result after every packet.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import uvloop
import vosk
from websockets.asyncio.server import ServerConnection, serve

from bench.ears_turns import menu_grammar
from bench.orders import listening
from ivr.channels.port import Listening
from ivr.dialogue.events import Event, Heard, ListeningFailed
from ivr.grammar.model import Language
from ivr.ops.logs import set_up_logs
from ivr.speech.hearing import GrammarEars, TurnHearing
from ivr.speech.ports import FILLER, SAMPLE_RATE, SpeechOptions
from ivr.speech.vosk_ear import VoskRecognisers

END = '{"eof" : 1}'
"""What a client of vosk-server says at the end."""


class _Line(asyncio.Protocol):
    """One turn over TCP."""

    def __init__(self, ears: GrammarEars, turn: Listening) -> None:
        self._ears = ears
        self._turn = turn
        self._hearing: TurnHearing | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._hearing = self._ears.open(self._turn, self._report)

    def data_received(self, data: bytes) -> None:
        if self._hearing is not None:
            self._hearing.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._hearing is not None:
            self._hearing.close()

    def _report(self, event: Event) -> None:
        if not isinstance(event, Heard | ListeningFailed) or self._hearing is None:
            return
        said = event.hypotheses[0].words if isinstance(event, Heard) and event.hypotheses else ""
        told = {"text": said, "failed": isinstance(event, ListeningFailed)}
        self._transport.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")


async def ours(model: Path, language: Language) -> None:
    """Serve with our ears."""
    options = replace(SpeechOptions(), models={language: str(model)})
    recognisers = VoskRecognisers(options)
    await asyncio.to_thread(recognisers.load, language)
    ears, turn = GrammarEars(recognisers, options), listening(menu_grammar(language), language)
    server = await asyncio.get_running_loop().create_server(
        lambda: _Line(ears, turn), "127.0.0.1", 0, backlog=1024
    )
    await _serving(server.sockets[0].getsockname()[1])


def _chunk(recogniser: vosk.KaldiRecognizer, message: str | bytes) -> str:
    if message == END:
        return str(recogniser.FinalResult())
    if recogniser.AcceptWaveform(message):
        return str(recogniser.Result())
    return str(recogniser.PartialResult())


async def reference(model: Path, language: Language) -> None:
    """Serve as vosk-server does."""
    vosk.SetLogLevel(-1)
    handle, pool = vosk.Model(str(model)), ThreadPoolExecutor(os.cpu_count() or 1)
    phrases = json.dumps([*menu_grammar(language).recogniser_phrases, FILLER], ensure_ascii=False)

    async def recognise(socket: ServerConnection) -> None:
        recogniser: Any = None
        async for message in socket:
            if recogniser is None:
                recogniser = vosk.KaldiRecognizer(handle, SAMPLE_RATE, phrases)
                recogniser.SetWords(True)
            loop = asyncio.get_running_loop()
            await socket.send(await loop.run_in_executor(pool, _chunk, recogniser, message))
            if message == END:
                break

    async with serve(recognise, "127.0.0.1", 0, backlog=1024, ping_interval=None) as server:
        await _serving(next(iter(server.sockets)).getsockname()[1])


async def _serving(port: int) -> None:
    print(port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve until killed."""
    kind, model, language, core = sys.argv[1:5]
    if core != "any":
        os.sched_setaffinity(0, {int(core)})
    set_up_logs("CRITICAL", json_lines=False, key=b"bench")
    spoken: Language = "en" if language == "en" else "ru"
    if kind == "ours":
        uvloop.run(ours(Path(model), spoken))
    else:
        asyncio.run(reference(Path(model), spoken))


if __name__ == "__main__":
    main()
