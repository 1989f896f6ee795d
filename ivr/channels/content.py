"""What a call says and understands: prompt books and phrase books of all languages, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.channels.port import Utterance
from ivr.dialogue.actions import Manner, Play, Prompt
from ivr.grammar.model import Expectation, Grammar, Language
from ivr.grammar.phrasebook import PhraseBook
from ivr.grammar.prompts import PromptBook


@dataclass(frozen=True, slots=True)
class CallContent:
    """Prompts and phrases by language; the dialogue's `Understanding`, the runner's words."""

    prompts: Mapping[Language, PromptBook]
    phrases: Mapping[Language, PhraseBook]
    recorded: Callable[[Language, str], bool] = lambda language, prompt: False
    """Whether the studio recorded a prompt: the recording then stands for all its sentences at once."""

    def grammar(self, expectation: Expectation, language: Language) -> Grammar:
        """Return the grammar of what one turn expects."""
        return self.phrases[language].grammar(expectation)

    def utterances(self, play: Play) -> list[Utterance]:
        """Put an order to play into words: one utterance a sentence, so that a pause finds its place."""
        return [
            utterance
            for prompt in play.prompts
            for utterance in self._prompt(prompt, play.language, play.manner)
        ]

    def _prompt(self, prompt: Prompt, language: Language, manner: Manner) -> list[Utterance]:
        spoken_in = prompt.language or language
        book = self.prompts[spoken_in].spelled if prompt.spelled else self.prompts[spoken_in]
        sentences = book.sentences(prompt.name, prompt.variant, prompt.values)
        if self.recorded(spoken_in, prompt.name):
            sentences = ((" ".join(text for text, _ in sentences), True),)
        return [
            Utterance(text, spoken_in, prompt.name, manner.rate, manner.volume, fixed)
            for text, fixed in sentences
        ]
