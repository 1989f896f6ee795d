"""`ivr graph`: a flow as a picture, in the reader's language.

1. A step is a shape, an arrow an event or a key; several events with one destination are one arrow.
2. Where nearly everything leads - the main menu, back - is not drawn as a web of arrows: each step has its
   own small sign with the name of the destination.
3. What is true everywhere, the universals, stands once in a note.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap

from ivr.dialogue import flow as f
from ivr.dialogue.prompting import other
from ivr.dialogue.universals import OTHER_LANGUAGE, UNIVERSAL_KEYS, UNIVERSALS
from ivr.errors import SetupError
from ivr.flowfile.content import Content
from ivr.flowfile.picture import GREY, INK, Labels, look
from ivr.flowfile.syntax import BACK
from ivr.grammar.model import Language

SIGN_FROM = 3
"""A destination with more arrows than this gets signs instead."""
NOTE_WIDTH = 40
"""Characters of a line in the note."""
DOT_SECONDS = 60
"""Longest that the `dot` program may take."""

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "ru": {"everywhere": "В любой момент", "by word": "Словом", "back": "назад"},
    "en": {"everywhere": "At any moment", "by word": "By word", "back": "back"},
}


@dataclass(frozen=True, slots=True)
class _Arrow:
    """One way from a step to another."""

    step: str
    port: str
    """Where on the shape it begins: at an option's row, or anywhere."""
    target: f.Target
    event: str


def graph(flow: f.Flow, content: Content, language: Language) -> str:
    """Return a flow as a Graphviz document, prompts in this language."""
    book, foreign = content.prompts[language], content.prompts[other(language)]
    invitation = {
        name: words for name, words in foreign.labels.items() if name.partition(".")[0] == OTHER_LANGUAGE
    }
    labels = Labels(content.texts[language], {**book.labels, **invitation})
    lines = [
        f"digraph {_quoted(flow.name)} {{",
        '  graph [rankdir=LR, nodesep=0.28, ranksep=0.5, fontname="Helvetica", bgcolor="white",'
        f' labelloc=t, fontsize=18, fontcolor="{INK}", label={_quoted(_title(flow))}];',
        f'  node [style="filled", fontname="Helvetica", fontsize=11, fontcolor="{INK}", margin="0.12,0.06"];',
        f'  edge [fontname="Helvetica", fontsize=10, fontcolor="{INK}", color="{GREY}", arrowsize=0.7];',
        *_doors(flow),
        *(_node(step, labels) for step in flow.steps.values()),
        *_arrows(flow, labels, language),
        *_note(labels, language),
        "}",
    ]
    return "\n".join(lines) + "\n"


def svg(document: str) -> bytes:
    """Draw a Graphviz document. Raises SetupError when the `dot` program is missing or fails."""
    program = shutil.which("dot")
    if program is None:
        raise SetupError("the program dot is not installed", remedy="install the package graphviz")
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, fed by us
            [program, "-Tsvg"], input=document.encode(), capture_output=True, timeout=DOT_SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        raise SetupError("dot did not finish", remedy="draw one flow at a time") from None
    except (subprocess.CalledProcessError, OSError) as error:
        raise SetupError("dot could not draw the flow", remedy="check `dot -V`") from error
    return done.stdout


def _title(flow: f.Flow) -> str:
    return " · ".join([flow.name, *flow.numbers])


def _doors(flow: f.Flow) -> Iterator[str]:
    """Where calls come in: the numbers, or the name of a called flow; and the way back into a lost call."""
    name = "\n".join(flow.numbers) or flow.name
    yield f'  "door:start" [shape=circle, fillcolor="{INK}", fontcolor="white", label={_quoted(name)}];'
    yield f'  "door:start" -> {_quoted(flow.start)} [penwidth=1.6];'
    if flow.resume:
        yield f'  "door:resume" [shape=circle, fillcolor="{GREY}", fontcolor="white", label="↻"];'
        yield f'  "door:resume" -> {_quoted(flow.resume)} [style=dashed];'


def _node(step: f.Step, labels: Labels) -> str:
    drawn = look(step)
    extra = f", {drawn.extra}" if drawn.extra else ""
    return (
        f'  {_quoted(step.name)} [shape={drawn.shape}, fillcolor="{drawn.fill}", color="{drawn.line}"{extra},'
        f" label={labels.step(step)}];"
    )


def _arrows(flow: f.Flow, labels: Labels, language: Language) -> Iterator[str]:
    ways = [way for step in flow.steps.values() for way in _ways(step)]
    steps = {(way.step, way.target.step) for way in ways}
    sources = Counter(target for _, target in steps)
    first = _first_arrows(flow, ways)
    together: dict[tuple[str, str, str], list[_Arrow]] = defaultdict(list)
    for way in ways:
        together[way.step, way.port, way.target.step].append(way)
    for (step, port, target), merged in together.items():
        label = _label(merged, labels)
        source = _quoted(step) + port
        crowded = sources[target] > SIGN_FROM and (step, target) not in first
        if target == BACK or crowded:
            yield from _sign(flow, source, target, label, language)
        else:
            yield f"  {source} -> {_quoted(target)} [label={label}];"


def _first_arrows(flow: f.Flow, ways: list[_Arrow]) -> set[tuple[str, str]]:
    """The arrows by which a reader who begins at the doors comes to each step first: always drawn."""
    onward: dict[str, list[str]] = defaultdict(list)
    for way in ways:
        onward[way.step].append(way.target.step)
    first: dict[str, str] = {}
    for door in (flow.start, flow.resume):
        waiting = deque([door])
        while waiting:
            step = waiting.popleft()
            for target in onward[step]:
                if target not in first and target not in (flow.start, flow.resume):
                    first[target] = step
                    waiting.append(target)
    return {(step, target) for target, step in first.items()}


def _ways(step: f.Step) -> Iterator[_Arrow]:
    for part in step.parts:
        for option in part.options if isinstance(part, f.Menu) else ():
            if option.next is not None:
                yield _Arrow(step.name, f":{_quoted(option.name)}:e", option.next, option.key)
    for event, target in step.on.items():
        yield _Arrow(step.name, "", target, event)
    if step.next is not None:
        yield _Arrow(step.name, "", step.next, "")


def _label(merged: list[_Arrow], labels: Labels) -> str:
    """Events of one arrow, each with what is said on the way; a line each when there are many."""
    many = len(merged) > 2
    lines: list[str] = []
    for way in merged:
        said = labels.said(way.target.say, 1 if many else 2) if way.target.say else []
        lines += [" ".join(filter(None, [way.event, *said]))] if many else filter(None, [way.event, *said])
    end = "\\l" if many else "\\n"
    return '"' + "".join(_escaped(line) + end for line in lines) + '"'


def _sign(flow: f.Flow, source: str, target: str, label: str, language: Language) -> Iterator[str]:
    """A small sign with the destination's name, the source's own."""
    sign = _quoted(f"sign:{source}:{target}")
    step = flow.steps.get(target)
    shown = f"↩ {_WORDS[language]['back']}" if step is None else f"→ {target}"
    fill = "#f9fafb" if step is None else look(step).fill
    yield (
        f'  {sign} [shape=box, style="filled,rounded", fillcolor="{fill}", color="#d1d5db", height=0.2,'
        f" fontsize=10, label={_quoted(shown)}];"
    )
    yield f"  {source} -> {sign} [label={label}];"


def _note(labels: Labels, language: Language) -> Iterator[str]:
    words = _WORDS[language]
    keys = [f"{key}  {labels.words(name)}" for key, name in UNIVERSAL_KEYS.items()]
    spoken = [labels.words(name) for name in UNIVERSALS if name not in UNIVERSAL_KEYS.values()]
    by_word = wrap(f"{words['by word']}: {', '.join(spoken)}", NOTE_WIDTH)
    text = "".join(f"{line}\\l" for line in [f"{words['everywhere']}:", *keys, *by_word])
    yield f'  "note" [shape=note, fillcolor="#fefce8", color="#ca8a04", label="{text}"];'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
