"""The endpoint, frame by frame: no clock, no sound, no recogniser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.grammar.model import Match
from ivr.speech.endpoint import (
    FLUSH_AFTER,
    LATE,
    MOST_IN_VAIN,
    NO_ANSWER_AFTER,
    STEADY,
    WORDLESS,
    Endpoint,
    Signal,
    frames,
    limits,
)
from ivr.speech.ports import FILLER, FRAME_SECONDS, SpeechOptions
from ivr.speech.turn_grammar import TurnGrammar
from tests.speech.lines import Digits, Menu, Turn

MENU = Menu("баланс", "да", "да конечно", "какой у меня баланс")
OPTIONS = SpeechOptions()


class Synonyms(Menu):
    """A menu in which several phrases may mean the same."""

    def __init__(self, meanings: dict[str, str]) -> None:
        super().__init__(*meanings)
        self.meanings = meanings

    def match(self, words: str) -> tuple[Match, ...]:
        return (Match(self.meanings[words]),) if words in self.meanings else ()


class Caller:
    """Drives an endpoint and answers its flushes as a recogniser of no delay would."""

    def __init__(self, grammar: Menu | Digits = MENU, *, deaf: bool = False) -> None:
        self.grammar = TurnGrammar(grammar)
        self.endpoint = Endpoint(self.grammar, limits(Turn(grammar), OPTIONS))
        self.deaf = deaf
        self.now = 0
        self.happened: list[tuple[float, Signal]] = []

    def speak(self, seconds: float, words: str | None = None) -> None:
        self._frames(seconds, True)
        if words is not None:
            self._note(self.endpoint.words(words, self.endpoint.stretch))

    def pause(self, seconds: float, words: str = "") -> None:
        self._frames(seconds, False, words)

    def _frames(self, seconds: float, speech: bool, words: str = "") -> None:
        for _ in range(round(seconds / FRAME_SECONDS)):
            self.now += 1
            signals = self.endpoint.frame(speech)
            self._note(signals)
            if Signal.FLUSHED in signals and not self.deaf:
                self._note(self.endpoint.words(words, self.endpoint.stretch, self.endpoint.flush))

    def _note(self, signals: Iterable[Signal]) -> None:
        self.happened += [(round(self.now * FRAME_SECONDS, 2), signal) for signal in signals]

    def when(self, signal: Signal) -> list[float]:
        return [moment for moment, happened in self.happened if happened is signal]


def test_an_answer_that_cannot_go_on_ends_after_complete_after() -> None:
    caller = Caller()
    caller.speak(0.5)
    caller.pause(2.0, "баланс")
    assert caller.when(Signal.OPENED) == [0.04]
    assert caller.when(Signal.STARTED) == [0.1]
    assert caller.when(Signal.FLUSHED) == [round(0.5 + FLUSH_AFTER, 2)]
    assert caller.when(Signal.ENDED) == [0.7]


def test_an_answer_that_can_go_on_waits_for_open_after() -> None:
    caller = Caller()
    caller.speak(0.5)
    caller.pause(2.0, "да")
    assert caller.when(Signal.ENDED) == [1.3]


def test_an_answer_that_only_goes_on_in_the_same_sense_is_not_waited_with() -> None:
    minutes = Synonyms(
        {"сколько минут": "packages", "сколько минут осталось": "packages", "пакеты": "packages"}
    )
    other = Synonyms({**minutes.meanings, "сколько минут стоит": "price"})
    ended = []
    for grammar in (minutes, other):
        caller = Caller(grammar)
        caller.speak(0.5)
        caller.pause(2.0, "сколько минут")
        ended.append(caller.when(Signal.ENDED))
    assert ended == [[0.7], [1.3]]


def test_words_that_can_become_no_answer_get_half_the_time() -> None:
    caller = Caller()
    caller.speak(0.5)
    caller.pause(2.0, "какой меня баланс")
    assert caller.when(Signal.ENDED) == [0.9]


def test_words_among_digits_get_the_whole_time() -> None:
    caller = Caller(Digits(4, 4))
    caller.speak(0.5)
    caller.pause(2.0, "один оператор два")
    assert caller.when(Signal.ENDED) == [1.3]


def test_a_beginning_waits_and_its_rest_completes_it() -> None:
    caller = Caller()
    caller.speak(0.5)
    caller.pause(0.6, "какой")
    caller.speak(0.5)
    caller.pause(1.0, "какой у меня баланс")
    assert caller.when(Signal.ENDED) == [1.8]


def test_speech_makes_known_words_stale() -> None:
    caller = Caller()
    caller.speak(0.5)
    caller.pause(0.14, "баланс")
    caller.speak(0.5)
    assert caller.when(Signal.ENDED) == []


def test_digits_of_a_fixed_number_end_with_the_last_and_open_ones_get_time() -> None:
    four, many = Caller(Digits(4, 4)), Caller(Digits(4, 12))
    for caller in (four, many):
        caller.speak(1.0)
        caller.pause(2.0, "один два три четыре")
    assert four.when(Signal.ENDED) == [1.2]
    assert many.when(Signal.ENDED) == [1.8]


def test_the_second_group_of_digits_completes_the_first() -> None:
    caller = Caller(Digits(4, 4))
    caller.speak(0.6)
    caller.pause(1.0, "один два")
    caller.grammar.take("один два")
    caller.speak(0.6)
    caller.pause(1.0, "три четыре")
    assert caller.when(Signal.ENDED) == [1.4, 2.4]


def test_a_click_is_nothing_at_all() -> None:
    caller = Caller()
    caller.speak(0.02)
    caller.pause(1.0)
    assert caller.happened == []


def test_a_short_noise_is_dropped_unheard_of() -> None:
    caller = Caller()
    caller.speak(0.06)
    caller.pause(1.0)
    assert caller.when(Signal.STARTED) == caller.when(Signal.ENDED) == []
    assert caller.when(Signal.DROPPED) == [0.06 + OPTIONS.noise_after]


def test_a_longer_noise_ends_without_words() -> None:
    caller = Caller()
    caller.speak(0.3)
    caller.pause(1.0)
    assert caller.when(Signal.ENDED) == [0.3 + OPTIONS.noise_after]


def test_speech_outside_the_grammar_is_waited_for_a_little() -> None:
    caller = Caller()
    caller.speak(0.6)
    caller.pause(1.5, FILLER)
    assert caller.when(Signal.ENDED) == [round(0.6 + OPTIONS.unclear_after, 2)]


def test_the_first_word_starts_speech_that_voice_activity_hardly_sees() -> None:
    caller = Caller()
    caller.speak(0.04, "баланс")
    assert caller.when(Signal.STARTED) == [0.04]


def test_while_a_prompt_plays_it_takes_a_moment_of_speech() -> None:
    caller = Caller()
    caller.endpoint.playing = True
    caller.speak(0.3)
    assert caller.when(Signal.STARTED) == [OPTIONS.start_after_playing]


def noises(caller: Caller, count: int, seconds: float = 0.5) -> list[float]:
    """Make noises into a prompt; after how much of each the prompt fell silent."""
    delays = []
    for _ in range(count):
        began, before = caller.now * FRAME_SECONDS, len(caller.when(Signal.STARTED))
        caller.endpoint.playing = True
        caller.speak(seconds)
        caller.endpoint.playing = len(caller.when(Signal.STARTED)) == before
        caller.pause(1.0)
        caller.endpoint.in_vain(caller.endpoint.stretch)
        delays += [round(moment - began, 2) for moment in caller.when(Signal.STARTED)[before:]]
    return delays


def test_what_interrupts_a_prompt_in_vain_has_to_be_longer_each_time_and_in_the_end_an_answer() -> None:
    caller = Caller()
    least = OPTIONS.start_after_playing
    assert noises(caller, MOST_IN_VAIN + 2) == [least, 2 * least, 4 * least]
    began = caller.now * FRAME_SECONDS
    caller.endpoint.playing = True
    caller.speak(0.5)
    caller.pause(0.5, "баланс")
    assert caller.when(Signal.STARTED)[-1] == round(began + 0.5 + FLUSH_AFTER, 2)
    assert caller.when(Signal.ENDED)[-1] == round(began + 0.7, 2)


def test_a_noise_while_nothing_plays_costs_the_next_prompt_nothing() -> None:
    caller = Caller()
    caller.speak(0.5)
    caller.pause(1.0)
    caller.endpoint.in_vain(caller.endpoint.stretch)
    assert noises(caller, 1) == [OPTIONS.start_after_playing]


def test_an_answer_in_unceasing_music_is_heard_though_it_could_not_interrupt() -> None:
    caller = Caller()
    noises(caller, MOST_IN_VAIN)
    began = caller.now * FRAME_SECONDS
    caller.endpoint.playing = True
    caller.speak(0.5, "баланс")
    caller.speak(1.0)
    assert caller.when(Signal.ENDED)[-1] == round(began + 0.5 + 0.2 + STEADY, 2)


def into_a_prompt(*heard: str) -> Caller:
    """One who makes sounds into a prompt for half a second each, and is heard to have said these words."""
    caller = Caller()
    caller.endpoint.playing = True
    for words in heard:
        caller.speak(0.5, words)
        caller.endpoint.playing = not caller.when(Signal.STARTED)
    return caller


def test_music_holds_a_prompt_up_for_no_longer_than_an_answer_takes_to_begin() -> None:
    caller = into_a_prompt("", "конечно", FILLER, "у меня", "меня", "у меня")
    assert NO_ANSWER_AFTER <= caller.when(Signal.ENDED)[0] < NO_ANSWER_AFTER + 0.1


def test_a_long_answer_into_a_prompt_is_heard_to_its_end() -> None:
    caller = into_a_prompt("", "какой", "какой у", "какой у меня", "какой у меня", "какой у меня баланс")
    assert caller.when(Signal.ENDED) == []
    caller.pause(0.5, "какой у меня баланс")
    assert caller.when(Signal.ENDED) == [3.2]


def test_while_a_prompt_plays_a_click_is_dropped() -> None:
    caller = Caller()
    caller.endpoint.playing = True
    caller.speak(0.04)
    caller.pause(1.5, "какой")
    assert caller.when(Signal.STARTED) == caller.when(Signal.ENDED) == []
    assert len(caller.when(Signal.DROPPED)) == 1


def test_a_line_that_never_falls_silent_ends_by_words_that_stay_the_same() -> None:
    caller = Caller()
    caller.speak(0.5, "баланс")
    caller.speak(3.0)
    assert caller.when(Signal.ENDED) == [round(0.5 + 0.2 + STEADY, 2)]


def test_noise_without_words_ends_too() -> None:
    caller = Caller()
    caller.speak(10.0)
    first = 0.04 + OPTIONS.noise_after + WORDLESS
    assert caller.when(Signal.ENDED)[0] == round(first, 2)
    assert len(caller.when(Signal.ENDED)) == 2


def test_an_utterance_without_end_is_cut() -> None:
    caller = Caller(Digits(1, 10_000))
    for number in range(100):
        caller.speak(0.5, " ".join(["один"] * (number + 1)))
    assert caller.when(Signal.ENDED) == [0.04 + OPTIONS.longest_utterance]


def test_a_recogniser_that_does_not_answer_does_not_hold_the_turn() -> None:
    caller = Caller(deaf=True)
    caller.speak(0.5)
    caller.pause(3.0)
    assert caller.when(Signal.ENDED) == [round(0.5 + 0.8 + LATE, 2)]


def test_answers_to_old_questions_are_ignored() -> None:
    caller = Caller(deaf=True)
    caller.speak(0.5)
    caller.pause(0.2)
    old = caller.endpoint.flush
    caller.speak(0.3)
    caller.pause(FLUSH_AFTER)
    assert caller.endpoint.words("баланс", caller.endpoint.stretch, old) == ()
    caller.pause(0.3)
    assert caller.when(Signal.ENDED) == []
    assert caller.endpoint.words("баланс", caller.endpoint.stretch - 1, caller.endpoint.flush) == ()
    assert caller.endpoint.words("баланс", caller.endpoint.stretch, caller.endpoint.flush) == (Signal.ENDED,)


def test_one_turn_can_end_many_stretches() -> None:
    caller = Caller()
    for _ in range(3):
        caller.speak(0.5)
        caller.pause(1.0, "баланс")
    assert caller.when(Signal.ENDED) == [0.7, 2.2, 3.7]
    assert caller.when(Signal.STARTED) == [0.1, 1.6, 3.1]


WORDS = st.sampled_from(["", FILLER, "да", "баланс", "какой", f"{FILLER} баланс", "да баланс"])
STEPS = st.lists(st.tuples(st.booleans(), st.integers(1, 40), WORDS, st.booleans()), max_size=40)


@settings(max_examples=300)
@given(STEPS, st.booleans())
def test_whatever_comes_signals_are_in_order_and_stretches_bounded(
    steps: list[tuple[bool, int, str, bool]], playing: bool
) -> None:
    times = replace(limits(Turn(MENU), OPTIONS), longest=200)
    endpoint = Endpoint(TurnGrammar(MENU), times)
    endpoint.playing = playing
    is_open, started, length = False, False, 0
    for speech, count, words, answer in steps:
        for _ in range(count):
            signals = endpoint.frame(speech)
            if answer:
                signals += endpoint.words(words, endpoint.stretch, endpoint.flush)
            length += 1
            for signal in signals:
                if signal is Signal.OPENED:
                    assert not is_open
                    is_open, started, length = True, False, 0
                elif signal is Signal.STARTED:
                    assert is_open
                    assert not started
                    started = True
                elif signal is Signal.FLUSHED:
                    assert is_open
                else:
                    assert is_open
                    assert signal is Signal.ENDED or not started
                    is_open = False
            assert is_open == endpoint.open
            assert not is_open or length <= 200


@settings(max_examples=100)
@given(st.integers(2, 60), st.sampled_from(["баланс", "да", "какой у меня баланс"]))
def test_every_answer_is_ended_within_its_time(spoken: int, words: str) -> None:
    caller = Caller()
    caller.speak(spoken * FRAME_SECONDS)
    caller.pause(3.0, words)
    silence = 0.8 if words == "да" else 0.2
    ended = caller.when(Signal.ENDED) + caller.when(Signal.DROPPED)
    assert ended == [round((spoken + frames(silence)) * FRAME_SECONDS, 2)]
    assert frames(FLUSH_AFTER) <= frames(silence)
