"""Our own voice into our own ears, over a telephone line: synthesis, endpoint, Vosk, decision."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
import structlog

from ivr.dialogue.events import Event, Heard, Hypothesis, ListeningFailed, SpeechStarted
from ivr.speech import audio
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import FRAME_SECONDS, SpeechOptions
from ivr.speech.synthesis import ProcessSynthesiser
from ivr.speech.vosk_ear import VoskRecognisers
from tests.speech.lines import MODELS, Digits, Menu, Turn, frames_of, needs_model, noise, on_a_line

pytestmark = [
    needs_model,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]
MENU = Menu(
    "баланс", "какой у меня баланс", "сколько денег", "пакеты", "установить пароль", "оператор", "да", "нет"
)


@dataclass(frozen=True, slots=True)
class Report:
    """A fact, and when it came, in seconds of the line's sound."""

    at: float
    event: Event


class Telephone:
    """Says things into the ears."""

    def __init__(self) -> None:
        options = replace(SpeechOptions(), model_folders=(MODELS,), models={"en": "/nowhere"})
        self.synthesiser = ProcessSynthesiser(options)
        self.ears = GrammarEars(VoskRecognisers(options), options)

    async def sound(self, text: str) -> bytes:
        return audio.prompt(await self.synthesiser.speak(text, "ru"))

    async def hear(self, turn: Turn, line: bytes) -> list[Report]:
        reports: list[Report] = []
        now = 0.0
        hearing = self.ears.open(turn, lambda event: reports.append(Report(now, event)))
        for number, frame in enumerate(frames_of(line)):
            now = round((number + 1) * FRAME_SECONDS, 2)
            hearing.feed(frame)
            await hearing.settled()
        hearing.close()
        return reports

    async def close(self) -> None:
        await self.synthesiser.close()
        await self.ears.close()


@pytest.fixture
async def telephone() -> AsyncIterator[Telephone]:
    made = Telephone()
    yield made
    await made.close()


def heard(reports: list[Report]) -> list[tuple[Hypothesis, ...]]:
    return [report.event.hypotheses for report in reports if isinstance(report.event, Heard)]


def end_of(sound: bytes, before: float = 0.6) -> float:
    loud = np.flatnonzero(np.abs(np.frombuffer(sound, "<i2")) > 300)
    return before + float(loud[-1]) / 8000


@pytest.mark.parametrize("text", MENU.recogniser_phrases)
async def test_every_answer_of_a_menu_is_heard_and_taken(telephone: Telephone, text: str) -> None:
    sound = await telephone.sound(text)
    reports = await telephone.hear(Turn(MENU), on_a_line(sound))
    assert [type(report.event) for report in reports] == [SpeechStarted, Heard]
    assert heard(reports) == [(Hypothesis(text, "take"),)]


async def test_an_answer_is_reported_within_a_quarter_of_a_second_of_line_time(telephone: Telephone) -> None:
    sound = await telephone.sound("баланс")
    reports = await telephone.hear(Turn(MENU), on_a_line(sound))
    assert reports[-1].at - end_of(sound) <= 0.26


async def test_speech_is_announced_within_a_fifth_of_a_second(telephone: Telephone) -> None:
    reports = await telephone.hear(Turn(MENU), on_a_line(await telephone.sound("какой у меня баланс")))
    assert reports[0].at - 0.6 <= 0.2


@pytest.mark.parametrize("text", ["один два три четыре", "пять семь ноль шесть", "девять восемь девять ноль"])
async def test_a_code_is_heard_digit_by_digit(telephone: Telephone, text: str) -> None:
    reports = await telephone.hear(Turn(Digits(4, 4)), on_a_line(await telephone.sound(text)))
    assert heard(reports)[0][0].words == text


async def test_digits_with_a_long_pause_come_as_two_groups(telephone: Telephone) -> None:
    first, second = await telephone.sound("один два"), await telephone.sound("три четыре")
    line = on_a_line(first, after=0.5) + on_a_line(second, before=0.6)
    groups = [hypotheses[0].words for hypotheses in heard(await telephone.hear(Turn(Digits(4, 4)), line))]
    assert groups == ["один два", "три четыре"]


async def test_digits_with_a_short_pause_are_one_answer(telephone: Telephone) -> None:
    first, second = await telephone.sound("один два"), await telephone.sound("три четыре")
    line = on_a_line(first, after=0.2) + on_a_line(second, before=0.2)
    assert heard(await telephone.hear(Turn(Digits(4, 4)), line)) == [
        (Hypothesis("один два три четыре", "take"),)
    ]


@pytest.mark.parametrize("sound", [bytes(16_000 * 20), noise(20, 5), noise(20, 60), noise(20, 300)])
async def test_silence_and_line_noise_are_never_an_answer(telephone: Telephone, sound: bytes) -> None:
    assert [report for report in await telephone.hear(Turn(MENU), sound) if report.at > 1] == []


async def test_knocks_on_the_receiver_are_no_answer(telephone: Telephone) -> None:
    line = b"".join(on_a_line(noise(0.04, 6000, seed), before=0.4, after=0.6) for seed in range(10))
    assert [hypotheses for hypotheses in heard(await telephone.hear(Turn(MENU), line)) if hypotheses] == []


async def test_talk_that_is_no_answer_is_not_taken(telephone: Telephone) -> None:
    line = on_a_line(await telephone.sound("завтра будет хорошая погода и мы поедем на дачу"))
    decisions = [
        one.decision for hypotheses in heard(await telephone.hear(Turn(MENU), line)) for one in hypotheses
    ]
    assert "take" not in decisions


async def test_a_secret_spoken_is_reported_and_seen_nowhere_else(telephone: Telephone) -> None:
    line = on_a_line(await telephone.sound("пять семь ноль шесть"))
    with structlog.testing.capture_logs() as logs:
        reports = await telephone.hear(Turn(Digits(4, 4), secret=True), line)
    assert heard(reports)[0][0].words == "пять семь ноль шесть"
    assert not any(word in repr(logs) for word in ("пять", "семь", "ноль", "шесть"))


async def test_a_language_without_a_model_falls_back_to_keys(telephone: Telephone) -> None:
    reports = await telephone.hear(Turn(MENU, language="en"), noise(0.1, 5))
    assert [report.event for report in reports] == [ListeningFailed(1)]


async def test_the_second_opinion_can_be_given_up_and_ends_with_long_speech(telephone: Telephone) -> None:
    sound = await telephone.sound("какой у меня баланс")
    recogniser = await telephone.ears.recogniser(Turn(MENU))
    opinions = []
    for times, hurried in ((1, False), (1, True), (1, False), (6, False)):
        recogniser.accept(sound * times, hurried=hurried)
        opinions.append(recogniser.finish().rival is not None)
    assert opinions == [True, False, True, False]
