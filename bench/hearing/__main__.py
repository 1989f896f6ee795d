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
from bench.hearing.phrases import MENU, digit_words
from tools.acoustic.paths import model_folder

_UNHEARD, _ROBOT = "unheard synthetic voices, 20 dB", "our robot, 20 dB"
_PERSONS = {
    "ru": (("msu_ru_nsh_clunits", "festvox-ru (heard in training, other phrases), 20 dB", False),),
    "en": (("ked_diphone", "ked, a person's diphones never heard, 20 dB", True),),
}
"""Festival voice, its name in the table, and whether it was kept from training."""
_DIGITS, _MENU, _NOT_REJECTED, _REJECTED, _PERSON, _SPLICED = 0.97, 0.98, 0.95, 0.98, 0.95, 0.80
"""What must hold; a false reject of 5 % is 95 % not rejected, a false accept of 2 % is 98 % rejected."""


def scores(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield every measurement; ``count`` is the number of trials of the larger ones."""
    yield from synthetic(listener, language, count)
    yield from strange(listener, language, count)
    yield from recorded(listener, language, count)


def synthetic(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield what synthetic speech inside the grammar gives."""
    speakers_named = [
        (speakers.held_out_synthetic(language, random.Random(11)), _UNHEARD, count, True),
        (speakers.robot(language), _ROBOT, count // 2, False),
        *((speakers.festival_voice(v), name, count // 4, held) for v, name, held in _PERSONS[language]),
    ]
    for speaker, name, trials, held in speakers_named:
        right, taken = measures.synthetic_digit_strings(listener, language, speaker, trials)
        yield right.called("digits", f"strings of 4 to 11 right, {name}", _DIGITS if held else None)
        yield taken.called("digits", f"strings not rejected, {name}", _NOT_REJECTED if held else None)
        named, kept = measures.menu_phrases(listener, language, speaker, max(1, trials // 40))
        yield named.called("menu", f"phrases right, {name}", _MENU if held else None)
        yield kept.called("menu", f"phrases not rejected, {name}", _NOT_REJECTED if held else None)


def strange(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield how synthetic speech outside the grammar is rejected."""
    speaker = speakers.held_out_synthetic(language, random.Random(12))
    for grammar in measures.grammars(language):
        phrases = measures.strange_phrases(language, speaker, count)
        score = measures.rejected_strangers(listener, phrases, grammar)
        yield score.called(grammar.name, f"strange words rejected, {_UNHEARD}", _REJECTED)


def recorded(listener: Listener, language: str, count: int) -> Iterator[Score]:
    """Yield what a recorded person, never heard in training, gives."""
    for name, files, grammar, promised in _single_words(language):
        score = measures.recorded_words(listener, language, files, grammar)
        yield score.called(name, "one by one, a recorded person", promised)
    right, taken = measures.spliced_digit_strings(listener, language, count)
    yield right.called("digits", "strings of 4 to 7 right, spliced of a recorded person", _SPLICED)
    yield taken.called("digits", "strings not rejected, spliced of a recorded person")
    right, taken = measures.spliced_digit_strings(listener, language, count, speakers.behind_a_fan, 20.0)
    yield right.called("digits", "strings of 4 to 7 right, spliced of a person behind a fan, 20 dB")
    yield taken.called("digits", "strings not rejected, spliced of a person behind a fan, 20 dB")
    for outside in measures.grammars(language):
        score = measures.rejected_strangers(listener, measures.strange_recordings(language), outside)
        yield score.called(outside.name, "sentences of a recorded person rejected", _REJECTED)


def _single_words(language: str) -> Iterator[tuple[str, dict[str, str], list[str], float | None]]:
    """Yield ``(grammar's name, file -> word, grammar, promise)`` of what is recorded word by word."""
    numbers = {f"digits/{file}": word for file, word in people.numbers(language).items()}
    digits = {file: word for file, word in numbers.items() if word in digit_words(language)}
    yield "digits", digits, digit_words(language), _PERSON
    yield "numbers", numbers, sorted(set(numbers.values()) | set(digit_words(language))), None
    words = people.words(language)
    yield "menu", words, sorted({*words.values(), *MENU[language]}), _PERSON
    if language == "en":
        names = {f"phonetic/{file}": word for file, word in people.spelling_names().items()}
        yield "spelling names", names, sorted(names.values()), None


def _row(score: Score, model: str) -> str:
    promised = f"{100 * score.promised:.0f} %" if score.promised is not None else "-"
    verdict = "-" if score.promised is None else "kept" if score.kept() else "missed"
    cells = (score.grammar, score.name, score.right, score.trials, f"{100 * score.share():.1f} %")
    return "| " + " | ".join(str(cell) for cell in (*cells, promised, verdict, model)) + " |\n"


def main() -> int:
    """Measure and print; 1 when a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.hearing", description=__doc__)
    parser.add_argument("language", choices=("ru", "en"))
    parser.add_argument("model", nargs="?", type=Path, help="default: the model in models/")
    parser.add_argument("--count", type=int, default=400, help="trials of the larger measurements")
    parser.add_argument("--wrong", type=int, default=0, help="show so many wrong answers of each")
    options = parser.parse_args()
    folder = options.model or model_folder(options.language)
    listener, kept = Listener(folder), True
    sys.stdout.write("| grammar | what | right | of | share | promised | verdict | model |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|---|\n")
    for score in scores(listener, options.language, options.count):
        sys.stdout.write(_row(score, folder.name))
        sys.stdout.writelines(f"    {line}\n" for line in score.wrong[: options.wrong])
        sys.stdout.flush()
        kept = kept and score.kept()
    sys.stdout.write(f"\ndecoding takes {listener.real_time_factor():.4f} of real time on one core\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
