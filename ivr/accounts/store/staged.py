"""What a batch of units of work has changed and not yet written: looked up in before the database, merged
with what the database finds.

Every change says which unit made it, so that it is known whose units build on whose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ivr.accounts.ports import Conflict, R
from ivr.accounts.record import Record, Where, in_order, matches

Key = tuple[object, ...]
Kind = type[Record]
Index = defaultdict[object, dict[Key, None]]
"""A field's value -> keys of changed records that have it or had it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a `find` asks for."""

    conditions: tuple[Where, ...] = ()
    equal: tuple[tuple[str, object], ...] = ()
    order: str = ""
    limit: int | None = None


class Cell(NamedTuple):
    """What is known of one key."""

    record: Record | None
    """As it is now; None: there is none."""
    kept: bool
    """True when the database has a record with this key."""
    unit: int | None
    """Number of the last unit of work that changed it; None: as the database has it."""


class Changes(NamedTuple):
    """What the database has to be told about one kind."""

    kind: Kind
    added: list[Record]
    changed: list[Record]
    removed: list[Key]


class Staged:
    """Records by key, as the units of work so far leave them."""

    def __init__(self) -> None:
        self._cells: defaultdict[Kind, dict[Key, Cell]] = defaultdict(dict)
        self._changed: defaultdict[Kind, dict[Key, None]] = defaultdict(dict)
        self._undo: list[tuple[Kind, Key, Cell | None]] = []
        self._index: dict[tuple[Kind, str], Index] = {}

    def cell(self, kind: Kind, key: Key) -> Cell | None:
        """Return what is known of a key, None when the database has to be asked."""
        return self._cells[kind].get(key)

    def learn(self, kind: Kind, key: Key, record: Record | None) -> None:
        """Note what the database has under a key, unless more is known already."""
        self._cells[kind].setdefault(key, Cell(record, record is not None, None))

    def add(self, record: Record, unit: int) -> None:
        """Stage a new record. Raises Conflict when the key is known to be taken."""
        kind, key = type(record), record.key()
        known = self._cells[kind].get(key)
        if known is not None and known.record is not None:
            raise Conflict(f"{record.SCHEMA.table}: the key is taken")
        for group in record.SCHEMA.unique:
            self._must_be_unique(record, group)
        self._set(kind, key, Cell(record, known is not None and known.kept, unit))

    def replace(self, record: Record, unit: int) -> None:
        """Stage another record for a key that is known. Raises Conflict when there is none."""
        kind, key = type(record), record.key()
        known = self._cells[kind].get(key)
        if known is None or known.record is None:
            raise Conflict(f"{record.SCHEMA.table}: nothing to replace")
        self._set(kind, key, Cell(record, known.kept, unit))

    def remove(self, record: Record, unit: int) -> None:
        """Stage that there is no record with a key that is known."""
        kind, key = type(record), record.key()
        known = self._cells[kind].get(key)
        if known is not None and known.record is not None:
            self._set(kind, key, Cell(None, known.kept, unit))

    def keep(self) -> None:
        """The unit of work is done: what it changed stays."""
        self._undo.clear()

    def undo(self) -> None:
        """The unit of work failed: forget what it changed."""
        for kind, key, before in reversed(self._undo):
            if before is None:
                del self._cells[kind][key]
            else:
                self._cells[kind][key] = before
            if before is None or before.unit is None:
                self._changed[kind].pop(key, None)
        self._undo.clear()

    def merged(self, kind: type[R], rows: list[R], wanted: Wanted) -> tuple[list[R], set[int]]:
        """Return what a `find` gives once everything is written, and the units it owes that to.

        `rows` is what the database gave, enough of it (`short`). Text is in the order of code points as soon
        as changed records are among it.
        """
        changed, cells = self._changed[kind], self._cells[kind]
        if not changed:
            return rows[: wanted.limit], set()
        left, units = [], set[int | None]()
        for row in rows:
            if (key := row.key()) in changed:
                units.add(cells[key].unit)
            else:
                left.append(row)
        mine: list[R] = []
        for key in self._candidates(kind, wanted):
            record = cells[key].record
            if isinstance(record, kind) and matches(record, wanted.conditions, wanted.equal):
                mine.append(record)
                units.add(cells[key].unit)
        found = in_order(left + mine, wanted.order) if mine else left
        return found[: wanted.limit], {unit for unit in units if unit is not None}

    def short(self, kind: Kind, rows: Sequence[Record], asked: int | None, limit: int | None) -> int:
        """Return by how much the database's limit is to be raised: changed records among `rows` may have kept
        others out. `asked`: the limit `rows` were got with; `limit`: the one that is wanted."""
        if asked is None or limit is None or len(rows) < asked:
            return 0
        unchanged = asked - sum(row.key() in self._changed[kind] for row in rows)
        return max(0, limit - unchanged)

    def answer(self, kind: Kind, rows: list[Record], wanted: Wanted) -> list[Record] | None:
        """Return what the database gives once everything is written, None when it has to be asked: which text
        it finds, and which comes first, may be more than code points tell."""
        if self.short(kind, rows, wanted.limit, wanted.limit):
            return None
        if any(one.compare == "contains" for one in wanted.conditions):
            return None
        found, _ = self.merged(kind, rows, wanted)
        if wanted.limit is not None and any(isinstance(one, str) for row in found for one in row.key()):
            return None
        return found

    def has_changed(self, kind: Kind) -> bool:
        """Tell whether records of a kind are staged."""
        return bool(self._changed[kind])

    def settle(self) -> None:
        """Everything is in the database now: forget who changed what."""
        for kind, changed in self._changed.items():
            cells = self._cells[kind]
            for key in changed:
                record = cells[key].record
                cells[key] = Cell(record, record is not None, None)
        self._changed.clear()
        self._index.clear()

    def __len__(self) -> int:
        """Return how many keys are known."""
        return sum(map(len, self._cells.values()))

    def changes(self, kinds: Sequence[Kind]) -> Iterator[Changes]:
        """Return everything that is to be written: what is new before what refers to it, removals last."""
        for kind in kinds:
            cells = [self._cells[kind][key] for key in self._changed[kind]]
            added = [cell.record for cell in cells if cell.record is not None and not cell.kept]
            changed = [cell.record for cell in cells if cell.record is not None and cell.kept]
            if cells:
                yield Changes(kind, added, changed, [])
        for kind in reversed(kinds):
            cells_of = self._cells[kind]
            gone = [key for key in self._changed[kind] if cells_of[key].record is None and cells_of[key].kept]
            if gone:
                yield Changes(kind, [], [], gone)

    def _must_be_unique(self, record: Record, group: tuple[str, ...]) -> None:
        """Raise Conflict when another changed record has the same; the database looks at the rest."""
        same = tuple([(name, getattr(record, name)) for name in group])
        if all(value is not None for _, value in same):
            cells = self._cells[type(record)]
            for key in self._candidates(type(record), Wanted(equal=same)):
                other = cells[key].record
                if other is not None and matches(other, (), same):
                    raise Conflict(f"{record.SCHEMA.table}: {', '.join(group)} must be unique")

    def _candidates(self, kind: Kind, wanted: Wanted) -> Iterable[Key]:
        """Return keys of changed records among which are all that are wanted."""
        if not wanted.equal:
            return self._changed[kind]
        name, value = wanted.equal[0]
        if (kind, name) not in self._index:
            index: Index = defaultdict(dict)
            self._index[kind, name] = index
            for key in self._changed[kind]:
                _enter(index, name, key, self._cells[kind][key].record)
        found = self._index[kind, name].get(value, {})
        return [key for key in found if key in self._changed[kind]]

    def _set(self, kind: Kind, key: Key, cell: Cell) -> None:
        self._undo.append((kind, key, self._cells[kind].get(key)))
        self._cells[kind][key] = cell
        self._changed[kind][key] = None
        for (indexed, name), index in self._index.items():
            if indexed is kind:
                _enter(index, name, key, cell.record)


def _enter(index: Index, name: str, key: Key, record: Record | None) -> None:
    """Note a record's value. Values it had before stay noted: who looks compares again."""
    if record is not None:
        index[getattr(record, name)][key] = None
