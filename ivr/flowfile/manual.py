"""The page of what a caller can say and press, step by step: made of the flows and words that calls run on.

Examples come from `grammar.manual`, whose every sentence the turn's grammar understands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivr.dialogue.flow import Ask, Confirm, Flow, Listening, Menu, Pick, Step
from ivr.dialogue.prompting import YES_NO, other
from ivr.dialogue.universals import COMMANDS, NEITHER, OTHER_LANGUAGE, STOP, UNIVERSAL_KEYS
from ivr.flowfile.content import Content
from ivr.flowfile.picture import slots_as_names
from ivr.grammar.manual import what_can_be_said
from ivr.grammar.model import Expectation, Language, ValueType

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "ru": {
        "title": "Что можно сказать и нажать",
        "made": "Страница сделана командой `ivr phrases ru` из `flows/` и `prompts/`; править её не нужно.",
        "head": "| что | как сказать | клавиша |",
        "always": "Всегда",
        STOP: "пока читают длинный список",
        NEITHER: "на вопрос «то или это?»",
        "yes": "да",
        "no": "нет",
        "item": "одно из названий, которые вы услышите, «первый», «номер один»",
        "secret": "Это тайна: её не видно ни в записи разговора, ни в журнале.",
        "never typed": "только голосом",
    },
    "en": {
        "title": "What can be said and pressed",
        "made": "Made by `ivr phrases en` from `flows/` and `prompts/`; do not edit it.",
        "head": "| what | how to say it | key |",
        "always": "Always",
        STOP: "while something long is read out",
        NEITHER: 'to the question "this or that?"',
        "yes": "yes",
        "no": "no",
        "item": 'one of the names that you hear, "the first", "number one"',
        "secret": "This is a secret: neither the recording of the call nor any log shows it.",
        "never typed": "by voice only",
    },
}
_TYPED: Mapping[Language, Mapping[str, str]] = {
    "ru": {
        "digits": "цифры, в конце #",
        "secret_digits": "цифры, в конце #",
        "phone_number": "одиннадцать цифр с 8 или десять с 9",
        "money": "рубли, в конце #",
        "date": "ДДММ и #, или ДДММГГГГ",
        "count": "число, в конце #",
    },
    "en": {
        "digits": "digits, # at the end",
        "secret_digits": "digits, # at the end",
        "phone_number": "eleven digits with 8 or ten with 9",
        "money": "rubles, # at the end",
        "date": "DDMM and #, or DDMMYYYY",
        "count": "a number, # at the end",
    },
}


def manual(flows: Iterable[Flow], content: Content, language: Language) -> str:
    """Return the page in Markdown."""
    page = _Page(content, language)
    lines = [f"# {page.words['title']}", "", page.words["made"], "", *page.always()]
    for flow in sorted(flows, key=lambda flow: flow.name):
        lines += [f"## {flow.name}: {', '.join(flow.numbers)}", ""]
        for step in flow.steps.values():
            lines += page.step(step)
    return "\n".join(lines).rstrip() + "\n"


class _Page:
    """The parts of the page in one language."""

    def __init__(self, content: Content, language: Language) -> None:
        self.words = _WORDS[language]
        self._content = content
        self._language = language

    def always(self) -> list[str]:
        """The universals."""
        keys = {name: key for key, name in UNIVERSAL_KEYS.items()}
        rows = [self._phrases(name, keys.get(name, "")) for name in (*COMMANDS, NEITHER)]
        return [f"## {self.words['always']}", "", *self._table(rows)]

    def step(self, step: Step) -> list[str]:
        """What one step listens for; nothing when it does not."""
        parts = [part for part in step.parts if isinstance(part, Ask | Menu | Pick | Confirm)]
        return [line for part in parts for line in self._listening(step, part)]

    def _listening(self, step: Step, part: Listening) -> list[str]:
        secret = isinstance(part, Ask) and part.expect.secret
        note = [self.words["secret"], ""] if secret else []
        title = [f"### {step.name}", "", f"«{self._prompt(part.prompt)}»", ""]
        return [*title, *note, *self._table(self._rows(part))]

    def _rows(self, part: Listening) -> Iterator[str]:
        match part:
            case Menu(_, options):
                yield from (self._phrases(option.name, option.key) for option in options)
            case Pick():
                yield f"| | {self.words['item']} | 1-8 |"
            case Confirm():
                yield from self._yes_no()
            case Ask(_, expect):
                yield from self._yes_no() if expect == YES_NO else [self._value(expect)]

    def _yes_no(self) -> Iterator[str]:
        for key, name in (("1", "yes"), ("2", "no")):
            examples = self._content.phrases[self._language].examples(name, 4)
            yield f"| {self.words[name]} | {'; '.join(examples)} | {key} |"

    def _phrases(self, name: str, key: str) -> str:
        examples = what_can_be_said(self._content.phrases[self._language], Expectation((name,)))[0].examples
        spoken_in = other(self._language) if name == OTHER_LANGUAGE else self._language
        labels = self._content.prompts[spoken_in].labels
        label = labels.get(f"{name}.short") or labels.get(name) or self.words.get(name, name)
        where = f" ({self.words[name]})" if name == STOP else ""
        return f"| {label}{where} | {'; '.join(examples)} | {_key(key)} |"

    def _value(self, value: ValueType) -> str:
        entry = what_can_be_said(self._content.phrases[self._language], Expectation(value=value))[-1]
        typed = _TYPED[self._language].get(value.kind, self.words["never typed"])
        return f"| {_type(value)} | {'; '.join(entry.examples)} | {typed} |"

    def _prompt(self, name: str) -> str:
        variants = self._content.texts[self._language].get(name, {})
        return slots_as_names(variants.get("first", name))

    def _table(self, rows: Iterable[str]) -> list[str]:
        return [self.words["head"], "|---|---|---|", *rows, ""]


def _key(key: str) -> str:
    return f"`{key}`" if key else ""


def _type(value: ValueType) -> str:
    bounds = f"({value.minimum}..{value.maximum})" if value.minimum is not None else ""
    return f"`{value.kind}{bounds}`"
