"""Vosk: models and recognisers; the only module that imports it, its errors are renamed here.

1. A model is loaded once per language, after a trial in another process: a damaged one ends a process.
2. A recogniser is made per turn (0.3 ms for a menu, 5 ms for a thousand phrases) and shares only the model.
3. A grammar always ends with the filler. A word that the model does not know is taken in another spelling
   (`spelling.py`); a phrase that has none is left out, and one line per grammar says so.
4. Vosk's own endpoints are not asked for: `accept` never ends a stretch, only `finish` does.
5. The second opinion is a recogniser without a grammar on the same sound: its score tells answers from talk.
   A model of more than `LARGEST_VOCABULARY` words brings a language model, too slow and not comparable; one
   that takes no run-time grammars hears any words in the first place.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import structlog
import vosk

from ivr.errors import SpeechError
from ivr.grammar.model import Language
from ivr.speech import models
from ivr.speech.ports import (
    FILLER,
    SAMPLE_RATE,
    Count,
    Decoded,
    HeardWord,
    Reading,
    Recogniser,
    SpeechOptions,
    count_nothing,
)
from ivr.speech.sequences import number_sequences
from ivr.speech.spelling import Respelled, Spelling, respell

_log = structlog.get_logger(__name__)
ALTERNATIVES = 6
"""Readings asked for: enough to find the one that is a sentence."""
GRAMMARS_KEPT = 256
LARGEST_VOCABULARY = 5000
Phrases = tuple[str, ...]


class VoskModel:
    """One loaded model. Safe to use from several threads: Vosk only reads it."""

    def __init__(self, handle: vosk.Model, words: int = 0, *, grammars: bool = True) -> None:
        self._handle = handle
        self._words = words
        self._grammars = grammars

    def knows(self, word: str) -> bool:
        """Return whether the model has this word."""
        return bool(word) and int(self._handle.vosk_model_find_word(word)) >= 0

    def recogniser(self, phrases: Phrases, second_opinion: float = 0.0) -> VoskRecogniser:
        """Return a fresh recogniser for phrases whose words the model knows. Errors: `SpeechError`."""
        grammar = json.dumps([*phrases, FILLER], ensure_ascii=False)
        wanted = second_opinion > 0 and self._grammars and 0 < self._words <= LARGEST_VOCABULARY
        try:
            rival = vosk.KaldiRecognizer(self._handle, SAMPLE_RATE) if wanted else None
            handle = vosk.KaldiRecognizer(self._handle, SAMPLE_RATE, grammar)
            return VoskRecogniser(handle, rival, second_opinion)
        except Exception:  # noqa: BLE001 - vosk raises bare exceptions
            raise SpeechError("a recogniser cannot be made", remedy="run `ivr models check`") from None


class VoskRecogniser:
    """`Recogniser` over Vosk."""

    def __init__(
        self, handle: vosk.KaldiRecognizer, rival: vosk.KaldiRecognizer | None, rival_seconds: float
    ) -> None:
        self._handle = handle
        self._rival = rival
        self._rival_bytes = rival_seconds * 2 * SAMPLE_RATE
        self._bytes = 0
        self._hurried = False
        for one, alternatives in ((handle, ALTERNATIVES), (rival, 1)):
            if one is not None:
                one.SetWords(True)
                one.SetMaxAlternatives(alternatives)

    def _rival_now(self) -> vosk.KaldiRecognizer | None:
        return self._rival if self._bytes <= self._rival_bytes and not self._hurried else None

    def accept(self, sound: bytes, *, hurried: bool = False) -> None:
        """Decode some more sound; `hurried`: without a second opinion about this stretch."""
        self._bytes += len(sound)
        self._hurried |= hurried
        try:
            self._handle.AcceptWaveform(sound)
            if (rival := self._rival_now()) is not None:
                rival.AcceptWaveform(sound)
        except Exception:  # noqa: BLE001 - vosk raises bare exceptions
            raise SpeechError("decoding failed", remedy="run `ivr models check`") from None

    def partial(self) -> str:
        """Return the words so far."""
        return str(json.loads(self._handle.PartialResult()).get("partial", ""))

    def finish(self) -> Decoded:
        """End the stretch and return its readings."""
        readings = _readings(self._handle)
        rival = self._rival_now() if readings else None
        decoded = Decoded(readings, next(iter(_readings(rival)), None) if rival is not None else None)
        if self._rival is not None:
            self._rival.Reset()
        self._bytes = 0
        self._hurried = False
        return decoded


def _readings(handle: vosk.KaldiRecognizer) -> tuple[Reading, ...]:
    result = json.loads(handle.FinalResult())
    return tuple(_reading(one) for one in result.get("alternatives", ()) if one.get("text"))


def _reading(alternative: dict[str, object]) -> Reading:
    found = alternative.get("result")
    words = found if isinstance(found, list) else []
    heard = tuple(HeardWord(str(one["word"]), float(one["end"]) - float(one["start"])) for one in words)
    return Reading(heard, float(str(alternative.get("confidence", 0.0))))


def load_model(path: Path) -> VoskModel:
    """Load a model folder; blocking. Errors: `SpeechError`. Damaged ones may crash: see `models.inspect`."""
    vosk.SetLogLevel(-1)
    try:
        return VoskModel(vosk.Model(str(path)), models.vocabulary(path), grammars=models.takes_grammars(path))
    except Exception:  # noqa: BLE001 - vosk raises bare exceptions
        raise SpeechError(f"{path}: not a recognition model", remedy="run `ivr models check`") from None


class VoskRecognisers:
    """`RecogniserMaker` over Vosk: models by language, loaded at first need, grammars checked once."""

    def __init__(self, options: SpeechOptions, count: Count = count_nothing) -> None:
        self._options = options
        self._count = count
        self._loading = {language: threading.Lock() for language in ("ru", "en")}
        self._models: dict[str, VoskModel | SpeechError] = {}
        self._known: OrderedDict[tuple[str, Phrases], Spelling] = OrderedDict()
        self._knowing = threading.Lock()

    def load(self, language: Language) -> VoskModel:
        """Return the language's model; load it at first need, remember a failure. Errors: `SpeechError`."""
        with self._loading[language]:
            if language not in self._models:
                self._models[language] = self._load(language)
            model = self._models[language]
        if isinstance(model, SpeechError):
            raise SpeechError(str(model), remedy=model.remedy)
        return model

    def _load(self, language: Language) -> VoskModel | SpeechError:
        try:
            path = models.choose(language, self._options)
            report = models.inspect(path)
            if not report.usable:
                raise SpeechError("; ".join(map(str, report.faults)), remedy="run `ivr models check`")
            return load_model(path)
        except SpeechError as error:
            _log.error("model not loaded", language=language, reason=str(error))
            self._count("model_failures", 1)
            return error

    def make(self, language: Language, phrases: Phrases) -> Recogniser:
        """Return a fresh recogniser. Errors: `SpeechError`."""
        model = self.load(language)
        sayable = self._sayable(model, language, phrases)
        recogniser = model.recogniser(sayable.phrases, self._options.second_opinion)
        return Respelled(recogniser, sayable.back) if sayable.back else recogniser

    def _sayable(self, model: VoskModel, language: Language, phrases: Phrases) -> Spelling:
        key = (language, phrases)
        with self._knowing:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        known = respell(phrases, language, model.knows)
        known = replace(known, phrases=known.phrases + number_sequences(known.phrases, language))
        with self._knowing:
            self._known[key] = known
            if len(self._known) > GRAMMARS_KEPT:
                self._known.popitem(last=False)
        if known.missing:
            self._count("grammar_words_unknown", len(known.missing))
            # words may come from a caller's own list: names of employees
            _log.warning(
                "words unknown to the model", language=language, phrases=len(phrases), pii_words=known.missing
            )
        return known
