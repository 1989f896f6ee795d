"""Measurements of the product beside its promises.

    python -m bench                          all benches that make real calls
    python -m bench latency load             these
    python -m bench --write latency agi      and keep the results in docs/bench.md
    python -m bench --list                   every name

Everything runs on this machine over loopback. The exit code is 1 when a promise was not kept.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence

from bench.calls import BENCHES, measure
from bench.calls_lines import Options
from bench.report import RESULTS, Machine, machine, stated, write_section
from ivr.settings import PROJECT

PROGRAMS: Mapping[str, Sequence[str]] = {
    "accounts-transfers": ("bench.accounts.transfers",),
    "accounts-durable": ("bench.accounts.durable",),
    "accounts-scale-sqlite": ("bench.accounts.scale", "sqlite"),
    "accounts-scale-postgres": ("bench.accounts.scale", "postgres"),
    "accounts-passwords": ("bench.accounts.passwords",),
    "agi": ("bench.agi",),
    "agi-media": ("bench.agi_media",),
    "speech-decisions-ru": ("bench.speech_decisions", "--language", "ru"),
    "speech-decisions-en": ("bench.speech_decisions", "--language", "en"),
    "interruptions-ru": ("bench.interruptions", "ru"),
    "interruptions-en": ("bench.interruptions", "en"),
    "early-cuts": ("bench.early_cuts",),
    "voice-activity": ("bench.voice_activity",),
    "hearing-ru": ("bench.hearing", "ru"),
    "hearing-en": ("bench.hearing", "en"),
    "ears-ru": ("bench.ears", "ru"),
    "ears-en": ("bench.ears", "en"),
}
"""Benches that are programs of their own: what they print becomes their section."""
GROUPS: Mapping[str, Sequence[str]] = {
    "calls": tuple(BENCHES),
    "accounts": (
        "accounts-transfers",
        "accounts-durable",
        "accounts-passwords",
        "accounts-scale-sqlite",
        "accounts-scale-postgres",
    ),
    "speech-decisions": ("speech-decisions-ru", "speech-decisions-en"),
    "interruptions": ("interruptions-ru", "interruptions-en"),
    "hearing": ("hearing-ru", "hearing-en"),
    "ears": ("ears-ru", "ears-en"),
    "hearing-all": (
        "hearing-ru",
        "hearing-en",
        "speech-decisions-ru",
        "speech-decisions-en",
        "ears-ru",
        "ears-en",
    ),
    "all": (*BENCHES, *PROGRAMS),
}


def main() -> int:
    """Run the benches that the command line names."""
    given = _arguments()
    if given.list:
        sys.stdout.write(
            "\n".join((*BENCHES, *PROGRAMS, *(f"{name}: {', '.join(GROUPS[name])}" for name in GROUPS)))
            + "\n"
        )
        return 0
    options = Options(given.samples, given.lines, given.calls, given.workers, given.seed, given.realtime)
    kept = [_run(name, options, write=given.write) for name in _wanted(given.names)]
    return 0 if all(kept) else 1


def _arguments() -> argparse.Namespace:
    usual = Options()
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="benches or groups; default: calls")
    parser.add_argument("--list", action="store_true", help="list the names and end")
    parser.add_argument("--write", action="store_true", help=f"write into {RESULTS.relative_to(PROJECT)}")
    parser.add_argument("--samples", type=int, default=usual.samples, help="of each kind and language")
    parser.add_argument("--lines", type=int, default=usual.lines, help="calls that take samples side by side")
    parser.add_argument("--calls", type=int, default=usual.calls, help="calls at once under load")
    parser.add_argument("--workers", type=int, default=usual.workers, help="worker processes of the node")
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the callers' choices")
    parser.add_argument(
        "--realtime",
        action="store_true",
        help="give the node and its callers real-time priority (needs root);\nkept as a section of its own",
    )
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in {*BENCHES, *PROGRAMS, *GROUPS}]
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}; --list names them")
    return given


def _wanted(names: Sequence[str]) -> list[str]:
    """Return the names with groups replaced by their members, each once."""
    members = [member for name in names or ("calls",) for member in GROUPS.get(name, (name,))]
    return list(dict.fromkeys(members))


def _run(name: str, options: Options, *, write: bool) -> bool:
    """Run one bench, print its section, keep it if asked; whether its promises were kept."""
    where = machine()
    text, kept = _called(name, options, where) if name in BENCHES else _program(name, where)
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    if write:
        write_section(f"{name}-realtime" if options.realtime and name in BENCHES else name, text)
    return kept


def _called(name: str, options: Options, where: Machine) -> tuple[str, bool]:
    bench = BENCHES[name]
    result = measure(bench, options)
    body = f"{bench.about}\n\n{result.markdown()}"
    title = bench.title + (", with real-time priority" if options.realtime else "")
    return stated(name, body, where, title, _changed(options)), result.kept


def _changed(options: Options) -> str:
    """Return the options of the command line that are not the usual ones."""
    usual = Options()
    names = ("samples", "lines", "calls", "workers", "seed")
    changed = {
        name: getattr(options, name) for name in names if getattr(options, name) != getattr(usual, name)
    }
    words = [f"--{name} {value}" for name, value in changed.items()]
    return " ".join([*words, *(["--realtime"] if options.realtime else [])])


def _program(name: str, where: Machine) -> tuple[str, bool]:
    module, *words = PROGRAMS[name]
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=PROJECT)  # noqa: S603 - our own modules
    body = f"Printed by `python -m {' '.join((module, *words))}`:\n\n{_as_printed(done.stdout)}"
    return stated(name, body, where), done.returncode == 0


def _as_printed(output: str) -> str:
    """Return Markdown as it is, anything else in a fence."""
    return output if output.lstrip().startswith("|") else f"```\n{output.rstrip()}\n```"


if __name__ == "__main__":
    raise SystemExit(main())
