"""What the universals do: go somewhere, say it again, change how the robot speaks and waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.dialogue import actions as a
from ivr.dialogue.listening import Listener
from ivr.dialogue.prompting import other
from ivr.dialogue.timing import more_patience
from ivr.dialogue.universals import (
    BACK,
    FASTER,
    HELP,
    LONGER,
    LOUDER,
    MAIN_MENU,
    MORE_TIME,
    OPERATOR,
    OTHER_LANGUAGE,
    QUIETER,
    REPEAT,
    SHORTER,
    SKIP,
    SLOWER,
    SPELL_IT,
    STOP,
)

RATES = (0.6, 0.8, 1.0, 1.25, 1.5, 2.0)
"""Steps of *slower* and *faster*."""
VOLUMES = (0.5, 0.7, 1.0, 1.4, 2.0)
"""Steps of *quieter* and *louder*."""


class Universals(Listener):
    """A dialogue's answers to the universals."""

    def universal(self, name: str) -> None:
        """Do what a universal asks for."""
        effects: dict[str, Callable[[], None]] = {
            OPERATOR: self._to_operator,
            MAIN_MENU: self._to_main_menu,
            REPEAT: self._repeat,
            BACK: self._back,
            SKIP: self._skip,
            STOP: self.listen_again,
            HELP: self._help,
            SLOWER: lambda: self._change_rate(-1),
            FASTER: lambda: self._change_rate(+1),
            LOUDER: lambda: self._change_volume(+1),
            QUIETER: lambda: self._change_volume(-1),
            MORE_TIME: self._more_time,
            SPELL_IT: self._spell_it,
            SHORTER: lambda: self._be_brief(brief=True),
            LONGER: lambda: self._be_brief(brief=False),
            OTHER_LANGUAGE: self._other_language,
        }
        effects[name]()

    def _to_operator(self) -> None:
        self.enter(self.home().operator)

    def _to_main_menu(self) -> None:
        self.enter(self.home().home)

    def _repeat(self) -> None:
        if self.doubt is None:
            self.speaker.add(self.state.lead)
        self.ask_again("first")

    def _spell_it(self) -> None:
        self.speaker.spelling = True
        self._repeat()

    def _back(self) -> None:
        history = self.state.history
        if self.doubt is not None:
            self.doubt = None
            self.ask_again("again")
            return
        if len(self.state.frames) > 1 or len(history) < 2:
            self.ask_again("again")
            return
        history.pop()
        self.enter(history[-1])

    def _skip(self) -> None:
        if "skip" in self.state.step.on:
            self.follow(self.state.step.on["skip"])
        else:
            self.listen_again()

    def _help(self) -> None:
        self.say("universals_help")
        self.ask_again("help")

    def _change_rate(self, by: int) -> None:
        manner = self.state.manner
        rate = _neighbour(RATES, manner.rate, by)
        said = "at_the_limit" if rate == manner.rate else ("slower_now" if by < 0 else "faster_now")
        self._change_manner(replace(manner, rate=rate), "rate", rate, said)

    def _change_volume(self, by: int) -> None:
        manner = self.state.manner
        volume = _neighbour(VOLUMES, manner.volume, by)
        said = "at_the_limit" if volume == manner.volume else ("quieter_now" if by < 0 else "louder_now")
        self._change_manner(replace(manner, volume=volume), "volume", volume, said)

    def _be_brief(self, *, brief: bool) -> None:
        manner = replace(self.state.manner, brief=brief)
        self._change_manner(manner, "brief", brief, "brief_now" if brief else "verbose_now")

    def _change_manner(self, manner: a.Manner, setting: str, value: object, said: str) -> None:
        self.state.manner = manner
        self.out.append(a.Remember(setting, value))
        self.say(said)
        self.ask_again("first")

    def _more_time(self) -> None:
        self.state.patience = more_patience(self.state.patience)
        self.out.append(a.Remember("patience", self.state.patience))
        self.say("more_time_now")
        self.ask_again("first")

    def _other_language(self) -> None:
        self.state.language = other(self.state.language)
        self.out.append(a.Remember("language", self.state.language))
        self.say("language_changed")
        self.ask_again("first")


def _neighbour(steps: tuple[float, ...], value: float, by: int) -> float:
    nearest = min(range(len(steps)), key=lambda index: abs(steps[index] - value))
    return steps[max(0, min(len(steps) - 1, nearest + by))]
