"""What is to be said: prompts gather until someone has to hear them, then go out as one `Play`.

Gathering lets a message and the menu after it be one stretch of speech with open ears all along, so
that a key or word interrupts both and there is no dead air between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ivr.dialogue.actions import Manner, Play, Prompt
from ivr.grammar.model import Language


class Speaker:
    """The mouth of one call: pending prompts, what is being played, its serial."""

    def __init__(self) -> None:
        self.pending: list[Prompt] = []
        self.serial = 0
        self.playing = False
        self.hotword = False
        """True while what is being played is paused by nothing but an answer."""
        self._paused = False
        self.spelling = False
        """Set to have what goes out next spelled."""

    def add(
        self, prompts: Iterable[Prompt], language: Language | None = None, *, hotword: bool = False
    ) -> None:
        """Queue prompts; `language` overrides the call's for those that name none."""
        self.pending += [
            replace(prompt, language=prompt.language or language, hotword=prompt.hotword or hotword)
            for prompt in prompts
        ]

    @property
    def long(self) -> bool:
        """True when what is being said, or will be, is a long read-out."""
        return self.hotword or any(prompt.hotword for prompt in self.pending)

    def flush(self, language: Language, manner: Manner) -> list[Play]:
        """Send out what is pending, after what is being played."""
        if not self.pending:
            return []
        self.serial += 1
        self.playing = True
        self.hotword = self.long
        play = Play(self.serial, tuple(self._in(manner)), language, manner)
        self.pending, self.spelling = [], False
        return [play]

    def _in(self, manner: Manner) -> Iterator[Prompt]:
        for prompt in self.pending:
            variant = "short" if manner.brief and prompt.variant == "first" else prompt.variant
            yield replace(prompt, variant=variant, spelled=self.spelling or manner.spelled)

    def is_last(self, serial: int) -> bool:
        """True when nothing was sent out after the `Play` of this serial."""
        return self.playing and serial == self.serial

    def pause(self) -> bool:
        """Note that somebody speaks; say whether the voice has to fall silent for it."""
        pauses = self.playing and not self.hotword and not self._paused
        self._paused = self._paused or pauses
        return pauses

    def resume(self) -> bool:
        """Note that it was no answer; say whether the voice was paused for it."""
        was, self._paused = self._paused, False
        return was

    def silenced(self) -> bool:
        """Note that nothing is being played any more; say whether something was."""
        was, self.playing = self.playing, False
        self.hotword = self._paused = False
        return was
