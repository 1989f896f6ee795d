"""`make call`: one call to the running 0505 with a real voice; writes what both sides said.

The call: balance and packages by word, the menu in the other language, a key, silence, good-bye. It leaves
`var/calls/call-<language>.wav` (stereo: caller left, robot right) and a transcript beside it, in which the
robot's side is recognised from the recording, so that it tells what was really heard.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from ivr.bootstrap import load_script
from ivr.grammar.model import Language
from ivr.settings import load_settings
from tools.caller.call import Call
from tools.caller.errors import CallRefused, NothingHeard
from tools.caller.phone import Phone
from tools.caller.robot_words import sentences
from tools.caller.stereo import write_stereo
from tools.caller.transcribe import Stretch, transcribe
from tools.caller.voice import speak

PATIENCE_SECONDS = 60.0
"""Longest wait for the robot to begin or to end."""
PAUSE_SECONDS = 0.9
"""Silence of the robot after which it is the caller's turn."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what they do turn by turn: words to say, or `#` and keys to press."""

    line: str
    voice: str
    turns: tuple[str, ...]


CALLERS: dict[Language, Caller] = {
    "ru": Caller("+79261234567", "ru+f2", ("баланс", "пакеты", "#1")),
    "en": Caller("+79261234568", "en-us+f2", ("balance", "packages", "#1")),
}


async def place(port: int, caller: Caller) -> Call:
    """Hold the call to its end. Raises CallRefused, NothingHeard."""
    async with await Phone.open(port) as phone:
        call = await phone.dial("0505", from_number=caller.line)
        try:
            for turn in caller.turns:
                await call.hear_speech(PATIENCE_SECONDS)
                await call.hear_silence(PAUSE_SECONDS, PATIENCE_SECONDS)
                if turn.startswith("#"):
                    await call.press(turn[1:])
                else:
                    await call.play(speak(turn, caller.voice))
            await call.hear_speech(PATIENCE_SECONDS)
            await call.hear_silence(PAUSE_SECONDS, PATIENCE_SECONDS)
        finally:
            await call.hang_up()
    return call


def callers_side(call: Call, caller: Caller) -> list[Stretch]:
    """Return what the caller did and when: known, so it need not be recognised."""
    began = [event.time for event in call.events if event.kind in ("play", "key down")]
    return [
        Stretch(moment - call.answered_at, moment - call.answered_at, turn)
        for moment, turn in zip(began, caller.turns, strict=False)
    ]


def write_transcript(path: Path, both: dict[str, list[Stretch]]) -> str:
    """Write both sides in the order they spoke; return the text."""
    spoken = sorted((stretch.start, who, stretch.words) for who, side in both.items() for stretch in side)
    text = "".join(f"{start:6.1f} s  {who:<7} {words or '(no words)'}\n" for start, who, words in spoken)
    path.write_text(text, encoding="utf-8")
    return text


def keep(call: Call, language: Language, folder: Path) -> str:
    """Write recording and transcript of a call; return the transcript."""
    folder.mkdir(parents=True, exist_ok=True)
    write_stereo(folder / f"call-{language}.wav", call.spoken(), call.heard())
    book = load_script(load_settings()).content.prompts[language]
    sides = {
        "robot": transcribe(call.heard(), language, sentences(book)),
        "caller": callers_side(call, CALLERS[language]),
    }
    return write_transcript(folder / f"call-{language}.txt", sides)


def main() -> int:
    """Place the call that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=sorted(CALLERS), default="ru")
    language: Language = parser.parse_args().language
    settings = load_settings()
    folder = settings.path(settings.runtime) / "calls"
    try:
        call = asyncio.run(place(settings.asterisk.sip_port, CALLERS[language]))
    except (CallRefused, NothingHeard) as fault:
        sys.stderr.write(f"call: {fault}; is `make run` running?\n")
        return 1
    sys.stdout.write(keep(call, language, folder))
    sys.stdout.write(f"\nlisten: {folder / f'call-{language}.wav'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
