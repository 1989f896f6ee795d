"""The port every channel implements: what the runner needs of a call, and nothing of how it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.dialogue.events import Event
from ivr.grammar.model import Grammar, Language


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech between two phrase boundaries: what a channel says in one go."""

    text: str
    """Words as they are to be spoken, numbers already in words."""
    language: Language
    prompt: str
    """The prompt's name: for transcripts, and for recordings that override synthesis."""
    rate: float = 1.0
    volume: float = 1.0
    fixed: bool = True
    """False when it holds a value of this caller: said, then forgotten; never kept in a shared cache."""


@dataclass(frozen=True, slots=True)
class Listening:
    """One turn's open ears."""

    turn: int
    grammar: Grammar
    language: Language
    complete_after: float
    """Seconds of silence that end an answer which cannot be continued."""
    open_after: float
    """Seconds of silence that end an answer which could be continued."""
    secret: bool = False


class Channel(Protocol):
    """One call. Methods order; facts come back through `receive`.

    After the caller is gone every order is accepted and does nothing, and `receive` has given
    exactly one `CallEnded`.
    """

    async def receive(self) -> Event:
        """Wait for the next fact: keys, speech, prompts finished, transfer ended, call ended."""

    async def answer(self) -> None:
        """Answer the call and open the voice path."""

    def play(self, serial: int, utterances: Sequence[Utterance]) -> None:
        """Queue speech after what is playing; `PromptFinished(serial)` at its end."""

    def pause_playing(self) -> None:
        """Fall silent within a frame; keep the place."""

    def resume_playing(self) -> None:
        """Go on from the last phrase boundary."""

    def stop_playing(self) -> None:
        """Fall silent within a frame and drop the queue."""

    def listen(self, order: Listening) -> None:
        """Open the ears for a turn, closing those of the turn before."""

    def stop_listening(self) -> None:
        """Close the ears."""

    def mask(self, on: bool) -> None:
        """Hide from recordings what the caller gives from now on, or no longer."""

    def transfer(self, target: str) -> None:
        """Hand the caller over; `TransferEnded` when the caller is back."""

    async def hang_up(self, reason: str) -> None:
        """End the call and let go of everything it held."""
