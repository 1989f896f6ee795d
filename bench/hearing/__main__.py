"""The command ``python -m bench.hearing LANGUAGE [MODEL]``: measure a model and print the table."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.hearing import measures, people, speakers
from bench.hearing.listener import Listener
from bench.hearing.measures import Score
from bench.hearing.phrases import digit_words
from tools.acoustic.paths import model_folder

_UNHEARD, _ROBOT = "unheard synthetic voices, 20 dB", "our robot, 20 dB"
_PERSONS = {
    "ru": (("msu_ru_nsh_clunits", "festvox-ru (heard in training, other phrases)"),),
    "en": (("ked_diphone", "a diphone voice of a person never heard"),),
}


def scores(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield every measurement; ``count`` is the number of trials of the larger ones."""
    yield from synthetic(listener, language, count)
    yield from strange(listener, language, count)
    yield from recorded(listener, language, count)


def synthetic(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield what synthetic speech inside the grammar gives."""
    speakers_named = [
        (speakers.held_out_synthetic(language, random.Random(11)), _UNHEARD, count),
        (speakers.robot(language), _ROBOT, count // 2),
        *((speakers.festival_voice(voice), name, count // 4) for voice, name in _PERSONS[language]),
    ]
    for speaker, name, trials in speakers_named:
        digits = measures.synthetic_digit_strings(listener, language, speaker, trials)
        yield digits.called(f"digit strings of 4 to 11, {name}")
        named, kept = measures.menu_phrases(listener, language, speaker, max(1, trials // 40))
        yield named.called(f"menu phrases named, {name}")
        yield kept.called(f"menu phrases not rejected, {name}")


def strange(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield how synthetic speech outside the grammar is rejected."""
    speaker = speakers.held_out_synthetic(language, random.Random(12))
    for grammar in measures.grammars(language):
        phrases = measures.strange_phrases(language, speaker, count)
        score = measures.rejected_strangers(listener, phrases, grammar)
        yield score.called(f"strange words rejected, {grammar.name}")


def recorded(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield what a recorded person, never heard in training, gives."""
    numbers = {f"digits/{file}": word for file, word in people.numbers(language).items()}
    digits = {file: word for file, word in numbers.items() if word in digit_words(language)}
    words = sorted(set(numbers.values()) | set(digit_words(language)))
    tests = [("digits", digits, digit_words(language)), ("numbers", numbers, words)]
    if language == "en":
        names = {f"phonetic/{file}": word for file, word in people.spelling_names().items()}
        tests.append(("spelling names", names, sorted(names.values())))
    for name, files, grammar in tests:
        yield measures.recorded_words(listener, language, files, grammar).called(
            f"a person's {name}, one by one"
        )
    spliced = measures.spliced_digit_strings(listener, language, count)
    yield spliced.called("a person's digits, spliced to strings of 4 to 7")
    for outside in measures.grammars(language):
        score = measures.rejected_strangers(listener, measures.strange_recordings(language), outside)
        yield score.called(f"a person's sentences rejected, {outside.name}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.hearing", description=__doc__)
    parser.add_argument("language", choices=("ru", "en"))
    parser.add_argument("model", nargs="?", type=Path, help="default: the model in models/")
    parser.add_argument("--count", type=int, default=160, help="trials of the larger measurements")
    parser.add_argument("--wrong", type=int, default=0, help="show so many wrong answers of each")
    options = parser.parse_args()
    listener = Listener(options.model or model_folder(options.language))
    sys.stdout.write("| what | right | of | share |\n|---|---|---|---|\n")
    for score in scores(listener, options.language, options.count):
        sys.stdout.write(f"| {score.name} | {score.right} | {score.trials} | {100 * score.share():.1f} % |\n")
        sys.stdout.writelines(f"    {line}\n" for line in score.wrong[: options.wrong])
        sys.stdout.flush()
    sys.stdout.write(f"\ndecoding takes {listener.real_time_factor():.4f} of real time on one core\n")


if __name__ == "__main__":
    main()
