"""What is to be said: prompts gather until someone has to hear them, then go out as one `Play`.

Gathering lets a message and the menu after it be one stretch of speech with open ears all along, so
that a key or word interrupts both and there is no dead air between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ivr.dialogue.actions import Manner, Play, Prompt
from ivr.grammar.model import Language


class Speaker:
    """The mouth of one call: pending prompts, what is being played, its serial."""

    def __init__(self) -> None:
        self.pending: list[Prompt] = []
        self.serial = 0
        self.playing = False

    def add(self, prompts: Iterable[Prompt], language: Language | None = None) -> None:
        """Queue prompts; `language` overrides the call's for those that name none."""
        self.pending += [
            replace(prompt, language=language) if language and not prompt.language else prompt
            for prompt in prompts
        ]

    def flush(self, language: Language, manner: Manner) -> list[Play]:
        """Send out what is pending, after what is being played."""
        if not self.pending:
            return []
        self.serial += 1
        self.playing = True
        short = [
            replace(prompt, variant="short") if manner.brief and prompt.variant == "first" else prompt
            for prompt in self.pending
        ]
        self.pending = []
        return [Play(self.serial, tuple(short), language, manner)]

    def is_last(self, serial: int) -> bool:
        """True when nothing was sent out after the `Play` of this serial."""
        return self.playing and serial == self.serial

    def silenced(self) -> bool:
        """Note that nothing is being played any more; say whether something was."""
        was, self.playing = self.playing, False
        return was
