"""The step interpreter: runs the parts of a step in the order written and follows its events.

It goes on from part to part until something has to be waited for: the account core, the caller, the
end of a prompt, a wait, a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from ivr.dialogue import actions as a
from ivr.dialogue import events as e
from ivr.dialogue import flow as f
from ivr.dialogue.phases import Phase
from ivr.dialogue.queries import Outcome
from ivr.dialogue.speaker import Speaker
from ivr.dialogue.state import TYPE_AHEAD_LIMIT, Frame, State
from ivr.dialogue.timing import QUERY, QUERY_LIMIT, WAIT, Timing
from ivr.grammar.model import LANGUAGES

if TYPE_CHECKING:
    from ivr.dialogue.engine import Understanding

BACK_TARGET = "back"
"""Reserved target: the listening step before."""
STEPS_WITHOUT_WAITING = 100
"""Steps run in one event before a flow is held to be looping; the caller then gets a person."""
FAULTS_BEFORE_OPERATOR = 2
VOICE_SETTINGS = frozenset({"rate", "volume", "verbosity", "patience", "spelling"})
"""Values of the use case `voice_settings`: rate and volume in percent, patience a factor (0: no limit)."""


class Interpreter:
    """The part of a dialogue that walks the flow; listening is added by `Listener`."""

    def __init__(
        self, state: State, understanding: Understanding, flows: dict[str, f.Flow], timing: Timing
    ) -> None:
        self.state = state
        self.understanding = understanding
        self.flows = flows
        self.timing = timing
        self.speaker = Speaker()
        self.out: list[a.Action] = []
        self._running = 0

    # --- walking

    def enter(self, step: str) -> None:
        """Go to the beginning of a step of the current flow and run on from there."""
        frame = self.state.frame
        if step == BACK_TARGET:
            step = self.state.history[-1] if self.state.history else self.home().home
        frame.step, frame.part = frame.flow.steps[step], 0
        self.state.no_input = self.state.no_match = 0
        self.run()

    def home(self) -> f.Flow:
        """Return to the flow that was dialled, whatever flow was called from it."""
        del self.state.frames[1:]
        return self.state.frame.flow

    def run(self) -> None:
        """Run parts until something has to be waited for."""
        self._running += 1
        if self._running > STEPS_WITHOUT_WAITING:
            self._running = 0
            self.technical_fault(to_operator=True)
            return
        frame = self.state.frame
        while frame.part < len(frame.step.parts):
            part = frame.step.parts[frame.part]
            frame.part += 1
            if self._suspends(part):
                self._running = 0
                return
        self.leave("done")

    def leave(self, event: str) -> None:
        """Leave the step by a named event, or by `next` when nothing handles the event."""
        step = self.state.step
        self.follow(step.on.get(event) or step.next or f.Target(self.state.frame.flow.home))

    def follow(self, target: f.Target) -> None:
        """Go where an event leads, saying what it says on the way."""
        if target.say:
            self.say(target.say)
        self.enter(target.step)

    def _suspends(self, part: f.Part) -> bool:
        """Run one part; True when the call now waits for something."""
        match part:
            case f.Say(prompt):
                return self._said(prompt)
            case f.Do():
                self._query(part)
            case f.Ask() | f.Menu() | f.Pick() | f.Confirm():
                self.open_turn(part)
            case f.Call(name):
                self._call(name)
            case f.Wait(seconds):
                self._wait(seconds)
            case f.Transfer():
                self.speak_out("transfer")
            case f.End(outcome):
                self._end(outcome)
        return True

    def open_turn(self, part: f.Listening) -> None:
        """Open a listening turn (see `Listener`)."""
        raise NotImplementedError

    # --- saying

    def say(self, name: str, variant: str = "first") -> None:
        """Add a prompt with the call's values to what is to be said."""
        self.add([a.Prompt(name, variant, dict(self.state.values))])

    def add(self, prompts: Iterable[a.Prompt]) -> None:
        """Add prompts to what is to be said, in the manner of the step."""
        step = self.state.step
        self.speaker.add(prompts, step.language, hotword=step.barge_in == "hotword")

    def _said(self, prompt: str) -> bool:
        self.say(prompt)
        if self.state.step.barge_in != "no":
            return False
        self.speak_out("advance")
        return True

    def flush(self) -> None:
        """Let what is pending be heard."""
        self.out += self.speaker.flush(self.state.language, self.state.manner)

    def speak_out(self, then: str) -> None:
        """Wait until everything has been heard, then go on with `then`."""
        self.state.after_speaking = then
        self.flush()
        self.state.phase = Phase.SPEAKING
        if not self.speaker.playing:
            self._after_speaking()

    def on_spoken_out(self, event: e.PromptFinished) -> None:
        """All has been heard that had to be."""
        self.speaker.silenced()
        self._after_speaking()

    def on_key_over_speech(self, event: e.DigitPressed) -> None:
        """Keep the key; cut the prompt short if its step allows it."""
        self.keep(event.key)
        if self.state.step.barge_in != "no" and self.state.after_speaking != "hang_up":
            self.silence()
            self._after_speaking()

    def _after_speaking(self) -> None:
        match self.state.after_speaking:
            case "advance":
                self.run()
            case "transfer":
                part = cast("f.Transfer", self.state.step.parts[self.state.frame.part - 1])
                self.state.phase = Phase.TRANSFERRED
                self.out.append(a.Transfer(part.target))
            case "hang_up":
                self.state.phase = Phase.ENDED
                self.out.append(a.Hangup())

    def silence(self) -> None:
        """Stop what is playing and forget what was to be said."""
        self.speaker.pending = []
        if self.speaker.silenced():
            self.out.append(a.StopPlaying())

    def on_heard_out(self, event: e.PromptFinished) -> None:
        """A prompt ended while something else is being waited for."""
        self.speaker.silenced()

    # --- asking the account core

    def _query(self, part: f.Do) -> None:
        self.flush()
        self.state.query += 1
        self.state.turn += 1
        self.state.phase = Phase.QUERYING
        self.out.append(a.Query(self.state.query, part.use_case, self._arguments(part.arguments)))
        self._set_timer(QUERY, self.timing.query_notice)

    def _arguments(self, arguments: Mapping[str, f.Argument]) -> dict[str, object]:
        return {name: self._resolve(argument) for name, argument in arguments.items()}

    def _resolve(self, argument: f.Argument) -> object:
        return self.state.values.get(argument.name) if isinstance(argument, f.Reference) else argument

    def _set_timer(self, name: str, seconds: float) -> None:
        self.out.append(a.SetTimer(name, seconds, self.state.turn))

    def on_answered(self, event: e.QueryAnswered) -> None:
        """Take the outcome: adopt its values, then follow its event or go on in the step."""
        self._clear_query_timers()
        self.state.query += 1  # a second answer to the same query is late
        outcome = event.outcome
        self.state.values.update(outcome.values)
        self._adopt(outcome)
        target = self.state.step.on.get(outcome.name)
        if target is None:
            self.run()
        else:
            self.follow(target)

    def _clear_query_timers(self) -> None:
        self.out += [a.ClearTimer(QUERY), a.ClearTimer(QUERY_LIMIT)]

    def _adopt(self, outcome: Outcome) -> None:
        """Take over the caller's language, and the voice settings when the outcome tells them all."""
        state, values = self.state, outcome.values
        state.language = next((item for item in LANGUAGES if item == values.get("language")), state.language)
        if values.keys() >= VOICE_SETTINGS:
            percent = {name: cast("int", values[name]) / 100 for name in ("rate", "volume")}
            brief, spelled = values["verbosity"] == "short", values["spelling"] == "on"
            state.manner = a.Manner(**percent, brief=brief, spelled=spelled)
            state.patience = float(cast("int", values["patience"]))

    def on_query_slow(self, event: e.TimerFired) -> None:
        """The account core is late: ask for a moment's patience once, then go on without it."""
        if event.name == QUERY:
            if not self.speaker.playing:
                self.say("wait_please")
                self.flush()
            self._set_timer(QUERY_LIMIT, self.timing.query_limit - self.timing.query_notice)
        elif event.name == QUERY_LIMIT:
            self.on_query_failed(event)

    def on_query_failed(self, event: e.Event) -> None:
        """The account core could not answer."""
        self._clear_query_timers()
        self.state.query += 1
        target = self.state.step.on.get("failed")
        if target is None:
            self.technical_fault()
        else:
            self.follow(target)

    def technical_fault(self, *, to_operator: bool = False) -> None:
        """Apologise and go on: to the main menu the first time, to a person after that."""
        self.state.faults += 1
        flow = self.home()
        self.say("technical_fault")
        lost = to_operator or self.state.faults >= FAULTS_BEFORE_OPERATOR
        self.enter(flow.operator if lost else flow.home)

    # --- waiting, transferring, calling another flow, ending

    def _wait(self, seconds: f.Argument) -> None:
        self.flush()
        self.state.turn += 1
        self.state.phase = Phase.WAITING
        resolved = self._resolve(seconds)
        self._set_timer(WAIT, float(cast("float | str", resolved)) if resolved is not None else 0.0)

    def on_waited(self, event: e.TimerFired) -> None:
        """The polite wait is over."""
        self.run()

    def on_transfer_ended(self, event: e.TransferEnded) -> None:
        """The caller is back from the queue: go on by the reason, or end after a talk."""
        step = self.state.step
        if event.outcome in step.on:
            self.follow(step.on[event.outcome])
        elif event.outcome == "answered":
            self._end("done")
        else:
            self.leave(event.outcome)

    def _call(self, name: str) -> None:
        flow = self.flows[name]
        self.state.frames.append(Frame(flow, flow.steps[flow.start]))
        self.run()

    def _end(self, outcome: str) -> None:
        if len(self.state.frames) > 1:
            self.state.frames.pop()
            self.leave(outcome)
        else:
            self.speak_out("hang_up")

    # --- keys that come before their prompt

    def keep(self, key: str) -> None:
        """Keep a key for the next turn (type-ahead)."""
        if key == "#" and self.state.swallow_hash:
            self.state.swallow_hash = False
        elif len(self.state.type_ahead) < TYPE_AHEAD_LIMIT:
            self.state.type_ahead.append(key)

    def on_keep_key(self, event: e.DigitPressed) -> None:
        """A key came while nothing listens: it counts for the next turn."""
        self.keep(event.key)
