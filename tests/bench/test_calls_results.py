"""From what callers saw to rows and notes: what counts as understood, as complete, as a gap."""

from __future__ import annotations

import os

from bench.calls_load import spread
from bench.calls_measures import Measured, Promise
from bench.calls_result import Result
from bench.calls_speech import Trial, notes_of, rows_of
from bench.calls_usage import Usage, percent, usage


def trial(outcome: str, *, asked: bool = False, delay: float = 300.0) -> Trial:
    return Trial("balance", "баланс", "ru", delay, asked, 0.0, outcome)


def test_only_what_was_acted_on_at_once_is_judged() -> None:
    trials = [
        trial("balance", delay=300),
        trial("balance", asked=True, delay=900),
        trial("packages", delay=800),
        trial("other", delay=1200),
    ]
    judged, everything = rows_of("ru", trials)
    assert judged.values == (300,)
    assert everything.values == (300, 900, 800, 1200)
    assert notes_of("ru", trials)[0] == (
        "ru, 4 said: 1 understood, 1 after asking “did you say …”, 1 taken for another option, "
        "1 asked to say it again"
    )


def test_gaps_are_counted_by_steps() -> None:
    assert spread([22, 30, 31, 71, 250]) == "2 up to 30 ms, 1 up to 40 ms, 1 up to 100 ms, 1 up to 1000 ms"


def test_a_fault_breaks_a_result_whose_promises_were_kept() -> None:
    rows = (Measured("gap", (20.0,), (Promise(1.0, 70),)),)
    assert Result(rows).kept
    broken = Result(rows, ("no speech within 8 s",), ("| a |", "b"))
    assert not broken.kept
    assert "- went wrong: no speech within 8 s" in broken.markdown()
    assert "\n\n| a |\n\n- b\n" in broken.markdown()


def test_usage_of_this_process_grows() -> None:
    before = usage(os.getpid())
    deadline = before.cpu + 0.05
    while (after := usage(os.getpid())).cpu < deadline:
        pass
    assert after.memory_mib > 1
    assert percent({"me": before}, {"me": after}, 1.0)["me"] >= 4.9
    assert usage(2**22 + 1) == Usage(0.0, 0.0), "a process that is gone"
