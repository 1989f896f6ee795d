"""Listening turns: opening them, what comes in, and what follows when nothing or nonsense does.

The timing law is in `turn.Turn` and `timing.Timing`; here its verdicts become actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue import flow as f
from ivr.dialogue.doubt import Doubt, Whether, Which
from ivr.dialogue.interpreter import Interpreter
from ivr.dialogue.phases import Phase
from ivr.dialogue.prompting import (
    YES_NO,
    expectation,
    option_keys,
    question,
    value_type,
)
from ivr.dialogue.queries import Secret
from ivr.dialogue.timing import BETWEEN_DIGITS, FIRST_INPUT, WHOLE_ANSWER
from ivr.dialogue.turn import Turn
from ivr.dialogue.universals import COMMANDS, STOP
from ivr.dialogue.verdicts import Cleared, Doubted, Missed, More, Noise, Took, Torn, Verdict
from ivr.grammar.model import Expectation, Match

DEFAULT_TRIES = 3
"""Silences, or misses, in one step before `too_many_tries`."""
EMPTY = "empty"
"""Event of a `pick` whose list has no item."""
TURN_TIMERS = (FIRST_INPUT, BETWEEN_DIGITS, WHOLE_ANSWER)
TAPER = ("first", "again", "help")
"""Prompt variants of the first, second and third asking."""
_OPEN = (Phase.LISTENING, Phase.COLLECTING)


class Listener(Interpreter):
    """The half of a dialogue that listens."""

    turn: Turn
    doubt: Doubt | None = None
    """What the question under way is about when it is one about an answer."""
    _beside: bool = False
    """The speech under way began while a prompt was heard: talk that is no answer is not counted."""

    # --- opening and closing a turn

    def open_turn(self, part: f.Listening) -> None:
        """Put the question of a listening part and open the ears."""
        if isinstance(part, f.Pick) and not self.state.values.get(part.source):
            self._nothing_to_pick()
            return
        self._remember_place()
        self.state.lead = tuple(self.speaker.pending)
        self._put(part, "first")

    def _nothing_to_pick(self) -> None:
        """A list without an item is no question: go where the step says, or say so and go home."""
        target = self.state.step.on.get(EMPTY)
        if target is not None:
            self.follow(target)
        else:
            self.say("nothing_to_pick")
            self.enter(self.home().home)

    def _remember_place(self) -> None:
        name, history = self.state.step.name, self.state.history
        if len(self.state.frames) == 1 and (not history or history[-1] != name):
            history.append(name)
            del history[:-50]

    def _put(self, part: f.Listening, variant: str) -> None:
        prompts = question(part, variant, dict(self.state.values), self.state.language)
        self.add(prompts)
        self.state.listening = part
        self.doubt = None
        self.listen(self.expected(part), option_keys(part))

    def expected(self, part: f.Listening) -> Expectation:
        """Return what the ear should expect for a listening part of this call."""
        return expectation(part, self.state.values, self.state.today)

    def universal(self, name: str) -> None:
        """Do what a universal asks for (see `effects.Universals`)."""
        raise NotImplementedError

    def listen(self, expected: Expectation, keys: Mapping[str, str]) -> None:
        """Open a turn: say what is pending, open the ears, let keys typed ahead count."""
        state = self.state
        state.turn += 1
        state.phase = Phase.LISTENING
        if self.speaker.long:
            expected = replace(expected, phrases=(*expected.phrases, STOP))
        grammar = self.understanding.grammar(expected, state.language)
        self.turn = Turn(state.turn, grammar, expected, keys, state.language)
        if expected.value is not None and expected.value.secret:
            self.out.append(a.Mask(on=True))
        if state.type_ahead:
            self.silence()
        self.flush()
        self.out.append(self._listen_action(expected))
        if not self.speaker.playing:
            self._set_patient_timer(FIRST_INPUT, self.timing.first_input)
        self._replay_type_ahead(state.turn)

    def listen_again(self) -> None:
        """Listen without a word to the answer that is waited for; what is being said ends here."""
        part = self.state.listening
        assert part is not None  # noqa: S101 - a turn was open
        if self.doubt is not None:
            self.listen(self.doubt.expectation(self.state.language), {})
        else:
            self.listen(self.expected(part), option_keys(part))

    def _listen_action(self, expected: Expectation) -> a.Listen:
        factor = self.state.patience or 1.0
        return a.Listen(
            self.state.turn,
            expected,
            self.state.language,
            self.timing.complete_after,
            self.timing.open_after * factor * (self.state.step.patience or 1.0),
        )

    def _replay_type_ahead(self, turn: int) -> None:
        while self.state.type_ahead and self.state.turn == turn and self.state.phase in _OPEN:
            self.on_key(e.DigitPressed(self.state.type_ahead.pop(0)))

    def _close_turn(self) -> None:
        self.out.append(a.StopListening(self.state.turn))
        self.out += [a.ClearTimer(name) for name in TURN_TIMERS]
        if self.turn.value is not None and self.turn.value.secret:
            self.out.append(a.Mask(on=False))
        self.state.turn += 1

    def _set_patient_timer(self, name: str, seconds: float) -> None:
        own = self.state.step.patience
        limit = self.timing.scaled(seconds * (1.0 if own is None else own), self.state.patience)
        if limit is not None:
            self._set_timer(name, limit)

    # --- events of an open turn

    def on_await_first_input(self, event: e.PromptFinished) -> None:
        """The question has been heard: now the caller's time runs."""
        self.speaker.silenced()
        self.state.swallow_hash = False
        self._set_patient_timer(FIRST_INPUT, self.timing.first_input)

    def on_key(self, event: e.DigitPressed) -> None:
        """A key: it interrupts the prompt and outranks speech."""
        if event.key == "#" and self.state.swallow_hash:
            self.state.swallow_hash = False
            return
        self.state.swallow_hash = False
        self.silence()
        if not self.turn.deaf:
            self.out.append(a.StopListening(self.state.turn))
        first = not self.turn.begun
        verdict = self.turn.press(event.key)
        self.state.swallow_hash = event.key != "#" and self.turn.collects_digits and isinstance(verdict, Took)
        self._judge(verdict, first=first)

    def on_speech_started(self, event: e.SpeechStarted) -> None:
        """Someone speaks: fall silent at once, keep the place, stop the clocks. A long read-out goes on."""
        if self.turn.deaf:
            return
        self._beside = self.speaker.playing
        if self.speaker.pause():
            self.out.append(a.PausePlaying())
        self.out += [a.ClearTimer(FIRST_INPUT), a.ClearTimer(BETWEEN_DIGITS)]
        if not self.turn.begun:
            self._set_patient_timer(WHOLE_ANSWER, self.timing.whole_answer)
        self.state.phase = Phase.HEARING

    def on_heard(self, event: e.Heard) -> None:
        """A stretch of speech ended."""
        first = not self.turn.begun
        beside = self._beside or self.speaker.playing
        self._beside = False
        verdict = self.turn.hear(event.hypotheses)
        if isinstance(verdict, Noise) or (beside and self._is_talk(verdict)):
            self._go_on_speaking()
            return
        self.silence()
        self._judge(verdict, first=first)

    def _is_talk(self, verdict: Verdict) -> bool:
        """Whether it was no answer, and during a long read-out no sure one: nothing to count or ask about."""
        return isinstance(verdict, Missed) or (self.speaker.hotword and isinstance(verdict, Doubted | Torn))

    def _go_on_speaking(self) -> None:
        """A noise, or talk that was no answer, never eats the prompt."""
        self.state.phase = Phase.COLLECTING if self.turn.begun else Phase.LISTENING
        if self.speaker.playing:
            if self.speaker.resume():
                self.out.append(a.ResumePlaying())
        elif self.turn.begun:
            self._set_patient_timer(BETWEEN_DIGITS, self.timing.between_digits)
        else:
            self.out.append(a.ClearTimer(WHOLE_ANSWER))
            self._set_patient_timer(FIRST_INPUT, self.timing.first_input)

    def on_keys_alone(self, event: e.ListeningFailed) -> None:
        """The ear is gone for this turn: say so once, go on with keys."""
        self.turn.deaf = True
        if self.state.phase is Phase.HEARING:
            self._go_on_speaking()
        if not self.state.said_keys_only:
            self.state.said_keys_only = True
            self.say("keys_only")
            self.out.append(a.ClearTimer(FIRST_INPUT))
            self.flush()

    def on_turn_timer(self, event: e.TimerFired) -> None:
        """A limit of the turn ran out."""
        if event.name == FIRST_INPUT:
            self._close_turn()
            self._no_input()
        elif event.name in (BETWEEN_DIGITS, WHOLE_ANSWER):
            self.state.swallow_hash = self.turn.deaf and self.turn.collects_digits
            self._judge(self.turn.finish(), first=False)

    # --- verdicts

    def _judge(self, verdict: Verdict, *, first: bool) -> None:
        match verdict:
            case More():
                self._more(first=first, typed=verdict.typed)
            case Cleared():
                self.state.phase = Phase.LISTENING
                self.out += [a.ClearTimer(BETWEEN_DIGITS), a.ClearTimer(WHOLE_ANSWER)]
                self._set_patient_timer(FIRST_INPUT, self.timing.first_input)
            case Took(match):
                self._close_turn()
                self._take(match)
            case Doubted(match):
                self._close_turn()
                self._ask_back(Whether(match, self.turn.value))
            case Torn(one, other):
                self._close_turn()
                self._ask_back(Which(one, other, self.turn.value))
            case Missed() | Noise():
                self._close_turn()
                self.state.type_ahead.clear()
                self._no_match()

    def _more(self, *, first: bool, typed: bool) -> None:
        self.state.phase = Phase.COLLECTING
        self.out.append(a.ClearTimer(FIRST_INPUT))
        if first:
            self._set_patient_timer(WHOLE_ANSWER, self.timing.whole_answer)
        gap = self.timing.between_digits if typed else self.timing.between_words
        self._set_patient_timer(BETWEEN_DIGITS, gap)

    def _take(self, match: Match) -> None:
        if not match.is_value and match.name in COMMANDS:
            self.universal(match.name)
        elif self.doubt is not None:
            self._settle(self.doubt, match)
        else:
            self._accept(match)

    def _accept(self, match: Match) -> None:
        part = self.state.listening
        match part:
            case f.Menu():
                option = next(item for item in part.options if item.name == match.name)
                self.follow(option.next or f.Target(self.state.frame.flow.home))
            case f.Confirm():
                self.leave("yes" if match.value else "no")
            case f.Ask() | f.Pick():
                kept = self._kept(part, match)
                self.state.values[part.save] = kept
                self.run()

    def _kept(self, part: f.Ask | f.Pick, match: Match) -> object:
        kind = value_type(part, self.state.values)
        return Secret(str(match.value)) if kind is not None and kind.secret else match.value

    # --- doubt: probably heard, ask before acting

    def _ask_back(self, doubt: Doubt) -> None:
        settling = self.doubt is not None
        if settling or (isinstance(doubt, Whether) and doubt.match.name == YES_NO.kind):
            # asking whether "yes" was meant would only confuse: put the question again
            self.doubt = None
            self._no_match()
        else:
            self._put_doubt(doubt)

    def _put_doubt(self, doubt: Doubt) -> None:
        language = self.state.language
        self.add([doubt.question(language)])
        self.listen(doubt.expectation(language), {})
        self.doubt = doubt

    def _settle(self, doubt: Doubt, answer: Match) -> None:
        self.doubt = None
        meant = doubt.meant(answer)
        if meant is None:
            self.ask_again("again")
        else:
            self._take(meant)

    # --- silence and nonsense

    def _no_input(self) -> None:
        self.state.no_input += 1
        self._tapered("no_input", self.state.no_input)

    def _no_match(self) -> None:
        self.state.no_match += 1
        self._tapered("no_match", self.state.no_match)

    def _tapered(self, name: str, count: int) -> None:
        step = self.state.step
        if name in step.on:
            self.follow(step.on[name])
        elif count >= (step.tries or DEFAULT_TRIES):
            self._too_many_tries()
        else:
            self.say(name, TAPER[min(count, 3) - 1])
            self.ask_again(TAPER[min(count, 2)])

    def _too_many_tries(self) -> None:
        target = self.state.step.on.get("too_many_tries")
        if target is not None:
            self.follow(target)
            return
        self.say("too_many_tries")
        self.enter(self.home().operator)

    def ask_again(self, variant: str) -> None:
        """Put the question of the turn before once more: the one about an answer, if it was that."""
        assert self.state.listening is not None  # noqa: S101 - a turn was open
        if self.doubt is not None:
            self._put_doubt(self.doubt)
        else:
            self._put(self.state.listening, variant)
