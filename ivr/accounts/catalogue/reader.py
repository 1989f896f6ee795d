"""Reading and checking the catalogue's YAML: every fault of every file at once, as `file: path: what`."""

from __future__ import annotations

import hashlib
import string
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from ivr.accounts.catalogue.model import Catalogue, Extension, Melody, Name, Option, Reward, Tariff, Terms
from ivr.errors import ContentError

FOLDER = Path(__file__).parent
FILES = ("tariffs.yaml", "options.yaml", "rewards.yaml", "melodies.yaml", "words.yaml")
KINDS_OF_PACKAGE = frozenset({"minutes", "sms", "data"})
PERIODS = frozenset({"day", "month", "once"})
SEGMENTS = frozenset({"individual", "company"})

T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is there or not, as PyYAML was built
_TERMS = frozenset({"regions", "segments", "age", "from", "until"})
_TARIFF = _TERMS | {"code", "name", "fee", "change", "gives", "extend"}
_OPTION = _TERMS | {"code", "name", "price", "fee", "period", "gives", "excludes", "requires", "tariffs"}
_REWARD = frozenset({"name", "points", "rubles", "gives", "days"})
_MELODY = frozenset({"name", "fee"})


class Faults:
    """Gathers what is wrong, with its place."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: str, what: str) -> None:
        """Note one fault."""
        self.found.append(f"{place}: {what}")


class Item:
    """One mapping of a file, read field by field; what is wrong is noted and replaced by something
    harmless."""

    def __init__(self, faults: Faults, place: str, raw: object, known: frozenset[str]) -> None:
        self._faults, self._place = faults, place
        self._raw: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            faults.add(place, "must be a mapping")
        for name in self._raw.keys() - known:
            faults.add(f"{place}.{name}", "is not known here")

    def name(self) -> Name:
        """Return the name in both languages."""
        return _name(self._faults, f"{self._place}.name", self._raw.get("name"))

    def text(self, field: str, allowed: frozenset[str] | None = None) -> str:
        """Return a text, one of `allowed` when given."""
        value = self._raw.get(field)
        if not isinstance(value, str) or (allowed is not None and value not in allowed):
            self._bad(field, f"must be one of {sorted(allowed)}" if allowed else "must be a quoted text")
            return ""
        return value

    def number(self, field: str, *, needed: bool = False) -> int:
        """Return a whole number, not negative."""
        value = self._raw.get(field, None if needed else 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._bad(field, "must be a whole number, not negative")
            return 0
        return value

    def kopecks(self, field: str, *, needed: bool = False) -> int:
        """Return a price given in rubles."""
        return self.number(field, needed=needed) * 100

    def names(self, field: str, allowed: frozenset[str] | None = None) -> frozenset[str]:
        """Return a set of keys."""
        value = self._raw.get(field, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._bad(field, "must be a list of names")
            return frozenset()
        for one in value:
            if allowed is not None and one not in allowed:
                self._bad(field, f"{one} is not one of {sorted(allowed)}")
        return frozenset(value)

    def gives(self) -> dict[str, int]:
        """Return what is in a package."""
        raw = self._raw.get("gives", {})
        item = Item(self._faults, f"{self._place}.gives", raw, KINDS_OF_PACKAGE)
        return {kind: item.number(kind) for kind in item._raw.keys() & KINDS_OF_PACKAGE}

    def extend(self) -> dict[str, Extension]:
        """Return what may be bought besides."""
        place, raw = f"{self._place}.extend", self._raw.get("extend", {})
        items = Item(self._faults, place, raw, KINDS_OF_PACKAGE)
        known = frozenset({"amount", "price"})
        each = {kind: Item(self._faults, f"{place}.{kind}", one, known) for kind, one in items._raw.items()}
        return {
            k: Extension(i.number("amount", needed=True), i.kopecks("price", needed=True))
            for k, i in each.items()
        }

    def terms(self) -> Terms:
        """Return who may have it, and when."""
        first, last = self._day("from"), self._day("until")
        if first and last and first > last:
            self._bad("until", "is before from")
        return Terms(self.names("regions"), self.names("segments", SEGMENTS), self.number("age"), first, last)

    def _day(self, field: str) -> date | None:
        value = self._raw.get(field)
        if value is not None and not isinstance(value, date):
            self._bad(field, "must be a date like 2026-12-31")
            return None
        return value

    def _bad(self, field: str, what: str) -> None:
        self._faults.add(f"{self._place}.{field}", what)


def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read and check the catalogue. Raises ContentError that names every fault."""
    faults = Faults()
    raw = {name: _file(faults, folder / name) for name in FILES}
    digest = hashlib.sha256(b"\0".join((folder / n).read_bytes() for n in FILES if (folder / n).exists()))
    catalogue = _built(faults, raw, digest.hexdigest())
    for place, what in (*_lost_names(catalogue), *_double_codes(catalogue), *_impossible(catalogue)):
        faults.add(place, what)
    if faults.found:
        raise ContentError("\n".join(faults.found), remedy="mend the catalogue's files")
    return catalogue


def _built(faults: Faults, raw: Mapping[str, Mapping[str, Any]], digest: str) -> Catalogue:
    words = raw["words.yaml"]

    def texts(section: str) -> dict[str, Name]:
        items = words.get(section) or {}
        return {key: _name(faults, f"words.yaml: {section}.{key}", one) for key, one in items.items()}

    return Catalogue(
        tariffs=_shelf(faults, raw, "tariffs.yaml", _TARIFF, _tariff),
        options=_shelf(faults, raw, "options.yaml", _OPTION, _option),
        rewards=_shelf(faults, raw, "rewards.yaml", _REWARD, _reward),
        melodies=_shelf(faults, raw, "melodies.yaml", _MELODY, _melody),
        kinds=texts("kinds"),
        periods=texts("periods"),
        forwards=texts("forwards"),
        refusals=texts("refusals"),
        messages=texts("messages"),
        digest=digest,
    )


def _file(faults: Faults, path: Path) -> Mapping[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as fault:
        faults.add(path.name, f"cannot be read: {' '.join(str(fault).split())}")
        return {}
    if not isinstance(raw, dict):
        faults.add(path.name, "must be a mapping")
        return {}
    return raw


def _shelf(
    faults: Faults,
    raw: Mapping[str, Mapping[str, Any]],
    file: str,
    known: frozenset[str],
    build: Callable[[str, Item], T],
) -> dict[str, T]:
    return {key: build(key, Item(faults, f"{file}: {key}", one, known)) for key, one in raw[file].items()}


def _tariff(key: str, item: Item) -> Tariff:
    fee, change = item.kopecks("fee", needed=True), item.kopecks("change")
    return Tariff(key, item.text("code"), item.name(), fee, change, item.gives(), item.extend(), item.terms())


def _option(key: str, item: Item) -> Option:
    return Option(
        key,
        item.text("code"),
        item.name(),
        item.text("period", PERIODS),
        item.kopecks("price"),
        item.kopecks("fee"),
        item.gives(),
        item.names("excludes"),
        item.names("requires"),
        item.names("tariffs"),
        item.terms(),
    )


def _reward(key: str, item: Item) -> Reward:
    points, days = item.number("points", needed=True), item.number("days") or 30
    return Reward(key, item.name(), points, item.kopecks("rubles"), item.gives(), days)


def _melody(key: str, item: Item) -> Melody:
    return Melody(key, item.name(), item.kopecks("fee", needed=True))


def _name(faults: Faults, place: str, raw: object) -> Name:
    texts = raw if isinstance(raw, dict) else {}
    both = [texts.get(language) for language in ("ru", "en")]
    if texts.keys() != {"ru", "en"} or not all(isinstance(text, str) and text for text in both):
        faults.add(place, "needs exactly ru and en, both texts")
        return Name("", "")
    name = Name(*both)  # type: ignore[arg-type]  # both are texts, seen above
    if _slots(name.ru) != _slots(name.en):
        faults.add(place, "ru and en have different slots")
    return name


def _slots(text: str) -> list[str]:
    return sorted(slot for _, slot, _, _ in string.Formatter().parse(text) if slot)


def _lost_names(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for option in catalogue.options.values():
        for field, names in (("excludes", option.excludes), ("requires", option.requires)):
            for name in names - catalogue.options.keys():
                yield f"options.yaml: {option.key}.{field}", f"there is no option {name}"
        for name in option.tariffs - catalogue.tariffs.keys():
            yield f"options.yaml: {option.key}.tariffs", f"there is no tariff {name}"


def _double_codes(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    sold: list[Tariff | Option] = [*catalogue.tariffs.values(), *catalogue.options.values()]
    for code, times in Counter(one.code for one in sold).items():
        if times > 1:
            yield "tariffs.yaml, options.yaml", f"code {code} is used {times} times"
    for one in sold:
        if not (one.code.isascii() and one.code.isdecimal() and 3 <= len(one.code) <= 5):
            yield one.key, "code must be three to five digits"


def _impossible(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for option in catalogue.options.values():
        place = f"options.yaml: {option.key}"
        if option.requires & option.excludes or option.key in option.requires | option.excludes:
            yield place, "requires and excludes contradict each other"
        if option.period == "once" and option.fee:
            yield place, "is bought once and cannot have a fee"
