"""Who speaks the training phrases: each engine turns texts into labelled speech."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import numpy as np

from ivr.speech.pronunciation import spoken_text
from tools.acoustic.align import Aligner, features_as_heard, pronunciations
from tools.acoustic.closures import with_closures
from tools.acoustic.espeak import Espeak, SynthesisError, espeak, installed_data
from tools.acoustic.festival import Marks, festival_say, flite_say
from tools.acoustic.kaldi import read_model
from tools.acoustic.kokoro import kokoro
from tools.acoustic.lexicon import spoken_ways
from tools.acoustic.paths import model_folder
from tools.acoustic.phones import PHONE_SETS, SILENCE, PhoneSet, broad_marks
from tools.acoustic.rhvoice import rhvoice
from tools.acoustic.speech import SAMPLE_RATE, WIDE_RATE, Samples, Utterance, to_telephone_rate
from tools.acoustic.stress import with_every_stress, with_stress
from tools.acoustic.throat import draw_throat, speak_with
from tools.acoustic.variants import drawn_variants
from tools.acoustic.voices import VoiceShare, training_variants

SHORTEST = 2000
"""Samples at 16 kHz; what is shorter is no phrase."""
_STRETCHES = (0.8, 0.9, 1.0, 1.15, 1.4)
_TEMPI, _PITCHES = (0.75, 1.5), (0.8, 1.25)
_DRAWN = 0.65
"""Share of eSpeak NG's phrases that a speaker of our making says."""
_NEW_SPEAKERS = 25
"""Of our making in a shard: eSpeak NG 1.51 lists 350 voices at most, 322 of them its own."""
_NEW_KOKOROS = 30
"""Speakers of our making that Kokoro has in a shard."""
_WORST_FIT = -1.5
"""Phrases that were said otherwise than we think fit worse and are left out."""
_WORST_PAUSE = 0.35
"""Seconds: a longer one where no comma stands is speech that no phone of the text wanted."""


def labelled(text: str, voice: str, samples: Samples, marks: Marks, phones: PhoneSet) -> Utterance:
    """Join 8 kHz speech and its ``(start seconds, broad phone)`` marks."""
    starts = np.array([start for start, _ in marks], np.float32)
    return Utterance(text, voice, samples, starts, np.array([phones.number(p) for _, p in marks], np.int16))


def _espeak_phrases(
    language: str, share: VoiceShare, texts: list[str], rng: random.Random
) -> Iterable[Utterance]:
    with drawn_variants(installed_data(), _NEW_SPEAKERS, rng) as (data, drawn):
        yield from _espeak_says(espeak(data), language, share, texts, drawn, rng)


def _espeak_says(
    engine: Espeak, language: str, share: VoiceShare, texts: list[str], drawn: list[str], rng: random.Random
) -> Iterable[Utterance]:
    known, phones = training_variants(), PHONE_SETS[language]
    for text in texts:
        variant = rng.choice(drawn if rng.random() < _DRAWN else known)
        voice = f"{share.voice}+{variant}" if variant else share.voice
        rate, pitch, span = int(rng.triangular(80, 260, 150)), rng.randint(15, 85), rng.randint(20, 90)
        try:
            spoken = engine.say(_for_espeak(text, language), voice, rate, pitch, span)
        except SynthesisError:
            continue
        marks = [mark for word in spoken.words for mark in word]
        samples = to_telephone_rate(spoken.samples, engine.sample_rate)
        broad = broad_marks(marks, phones.espeak, len(samples) / SAMPLE_RATE)
        yield labelled(text, voice, samples, with_closures(samples, broad), phones)


def _for_espeak(text: str, language: str) -> str:
    return spoken_text(text, "ru" if language == "ru" else "en")


def _festival_phrases(
    language: str, share: VoiceShare, texts: list[str], rng: random.Random
) -> Iterable[Utterance]:
    for k, stretch in enumerate(_STRETCHES):
        said = texts[k :: len(_STRETCHES)]
        written = [with_stress(text) if language == "ru" else text for text in said]
        for text, (samples, marks) in zip(said, festival_say(written, share.voice, stretch), strict=True):
            yield from _as_several(
                share, language, text, samples, _from_festival(language, samples, marks), rng
            )


def _flite_phrases(
    language: str, share: VoiceShare, texts: list[str], rng: random.Random
) -> Iterable[Utterance]:
    for text in texts:
        samples, marks = flite_say(text, share.voice, rng.choice(_STRETCHES))
        yield from _as_several(share, language, text, samples, _from_festival(language, samples, marks), rng)


def _rhvoice_phrases(
    language: str, share: VoiceShare, texts: list[str], rng: random.Random
) -> Iterable[Utterance]:
    """Yield what RHVoice says."""
    written = with_every_stress(texts) if language == "ru" else texts
    spoken = dict(zip(texts, written, strict=True))

    def say(text: str) -> tuple[str, Samples]:
        tempo, pitch = rng.uniform(*_TEMPI), rng.uniform(*_PITCHES)
        return share.voice, rhvoice().say(spoken[text], share.voice, tempo, pitch)

    yield from _aligned(language, share, texts, say, rng)


def _kokoro_phrases(
    language: str, share: VoiceShare, texts: list[str], rng: random.Random
) -> Iterable[Utterance]:
    """Yield what Kokoro's speakers say; each shard has some of our making."""
    speakers = [kokoro().draw(share.voice, rng) for _ in range(_NEW_KOKOROS)]

    def say(text: str) -> tuple[str, Samples]:
        speaker = rng.choice(speakers)
        return speaker.name, kokoro().say(text, speaker, rng.uniform(*_TEMPI))

    yield from _aligned(language, share, texts, say, rng)


def _aligned(
    language: str,
    share: VoiceShare,
    texts: list[str],
    say: Callable[[str], tuple[str, Samples]],
    rng: random.Random,
) -> Iterable[Utterance]:
    """Yield phrases whose phones the committed model finds; ``say``: a text's voice and 16 kHz speech."""
    layers, priors = read_model(model_folder(language) / "am" / "final.mdl")
    aligner = Aligner(language, PHONE_SETS[language], layers, priors.astype(np.float64))
    lexicon = spoken_ways(language, sorted({word for text in texts for word in _words(text)}))
    for text in texts:
        ways = [pronunciations(language, word, lexicon) for word in _words(text)]
        if not all(ways):
            continue
        voice, samples = say(text)
        aligned = aligner.align(features_as_heard(to_telephone_rate(samples, WIDE_RATE)), ways)
        if aligned.fit > _WORST_FIT and ("," in text or not _strange_pause(aligned.marks)):
            yield from _as_several(share, language, text, samples, aligned.marks, rng, voice)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _strange_pause(marks: Marks) -> bool:
    within = pairwise(marks[1:])
    return any(name == SILENCE and end - start > _WORST_PAUSE for (start, name), (end, _) in within)


def _from_festival(language: str, samples: Samples, marks: Marks) -> Marks:
    return broad_marks(marks, PHONE_SETS[language].festival, len(samples) / WIDE_RATE)


def _as_several(
    share: VoiceShare,
    language: str,
    text: str,
    samples: Samples,
    marks: Marks,
    rng: random.Random,
    voice: str = "",
) -> Iterator[Utterance]:
    """Yield a recorded voice's phrase (16 kHz, broad phones) as it is and as other speakers would say it."""
    if len(samples) < SHORTEST:
        return
    name, phones = f"{share.engine}-{voice or share.voice}", PHONE_SETS[language]
    yield labelled(text, name, to_telephone_rate(samples, WIDE_RATE), marks, phones)
    for _ in range(share.speakers):
        throat = draw_throat(np.random.default_rng(rng.getrandbits(32)), *share.pitches)
        other = to_telephone_rate(speak_with(throat, samples), WIDE_RATE)
        moved = [(start * throat.duration, phone) for start, phone in marks]
        yield labelled(text, name, other, moved, phones)


Source = Callable[[str, VoiceShare, list[str], random.Random], Iterable[Utterance]]
ENGINES: dict[str, Source] = {
    "espeak": _espeak_phrases,
    "festival": _festival_phrases,
    "flite": _flite_phrases,
    "rhvoice": _rhvoice_phrases,
    "kokoro": _kokoro_phrases,
}
