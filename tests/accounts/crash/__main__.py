"""Cuts operations at every await; one line of JSON each, on standard output.

`python -m tests.accounts.crash WHAT sqlite FILE FOLDER`, or `... WHAT postgres SERVER DATABASE NAME`. WHAT is
money (every operation that moves money) or planted (wrong ones). FILE or DATABASE holds the demonstration
subscribers. A process of its own, with one thread, because it forks.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

import structlog

from tests.accounts.crash.operations import OPERATIONS
from tests.accounts.crash.places import Place, PostgresPlace, SqlitePlace
from tests.accounts.crash.planted import PLANTED
from tests.accounts.crash.suite import Operation


def main(what: str, kind: str, *where: str) -> None:
    """Cut them all."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    gc.freeze()  # what is there already is not looked through in every process that is forked
    place: Place = PostgresPlace(*where) if kind == "postgres" else SqlitePlace(*map(Path, where))
    loop = asyncio.new_event_loop()
    for money in PLANTED if what == "planted" else OPERATIONS:
        report = Operation(loop, place, money).run()
        print(json.dumps(asdict(report), default=sorted), flush=True)
    loop.run_until_complete(place.close())
    loop.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
