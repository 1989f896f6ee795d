"""`ivr doctor`: one line per part of the system, with the remedy where something is missing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from ivr.accounts.kinds import KINDS
from ivr.accounts.papers.pdf import load_fonts
from ivr.accounts.senders import SmtpSender
from ivr.accounts.smpp.sender import SmppSms
from ivr.accounts.smpp.session import SmppSession
from ivr.accounts.store import SqlStore
from ivr.accounts.store.migrate import is_current
from ivr.bootstrap import (
    Script,
    accounts_options,
    load_script,
    open_voice,
    smpp_options,
    smtp_options,
    speech_options,
)
from ivr.channels.asterisk.instance import AsteriskInstance
from ivr.channels.port import Utterance
from ivr.errors import AccountsError, IvrError
from ivr.grammar.model import LANGUAGES, Language
from ivr.settings import Settings
from ivr.speech.models import choose, inspect
from ivr.stack import ami_client, instance_options

SETUP = "run `make setup`"
START = "run `make run`"
PROBE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one part."""

    part: str
    well: bool
    detail: str
    remedy: str = ""
    needed: bool = True
    """False: the service works without it, only less well."""


Check = Callable[[Settings], Awaitable[list[Finding]]]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at every part, one after the other; a check that fails is a finding, never an exception."""
    for part, check in CHECKS.items():
        try:
            findings = await check(settings)
        except IvrError as fault:
            findings = [Finding(part, False, str(fault), fault.remedy)]
        except Exception as fault:  # noqa: BLE001 - the doctor has to look at the next part whatever this one did
            findings = [Finding(part, False, f"{type(fault).__name__}: {fault}", SETUP)]
        for finding in findings:
            yield finding


async def _asterisk(settings: Settings) -> list[Finding]:
    instance = AsteriskInstance(instance_options(settings))
    if not _listens(settings.asterisk.ami_port):
        root = instance.options.root
        return [Finding("asterisk", False, f"installed in {root}, not running", START)]
    version = (await instance.rx("core show version")).split(" built ")[0].strip()
    missing = await instance.missing_modules()
    return [
        Finding("asterisk", "Asterisk 22" in version, version, SETUP),
        Finding(
            "modules",
            not missing,
            f"missing: {', '.join(missing)}" if missing else "every module of modules.conf runs",
            "read log/messages in Asterisk's folder for the unmet dependency",
        ),
    ]


async def _ami(settings: Settings) -> list[Finding]:
    client = ami_client(settings)
    await client.start()
    try:
        seconds = await client.ping()
    finally:
        await client.close()
    port = settings.asterisk.ami_port
    return [Finding("ami", True, f"login on port {port} works, answers in {seconds * 1000:.0f} ms")]


async def _ports(settings: Settings) -> list[Finding]:
    workers = settings.workers
    ports = {
        f"worker {index}": (workers.agi_port + index, workers.media_port + index)
        for index in range(workers.count)
    }
    return [
        Finding(
            name,
            all(_listens(port) for port in pair),
            f"calls on port {pair[0]}, sound on port {pair[1]}",
            START,
        )
        for name, pair in ports.items()
    ]


async def _voices(settings: Settings) -> list[Finding]:
    words: dict[Language, str] = {"ru": "проверка", "en": "check"}
    async with open_voice(settings) as voice:
        found = []
        for language in LANGUAGES:
            sound = await voice.render(Utterance(words[language], language, "doctor", fixed=False))
            name = settings.speech.voices[language]
            detail = f"eSpeak NG {name}: {len(sound) / 16000:.1f} s for a word"
            found.append(Finding(f"voice {language}", len(sound) > 1600, detail, SETUP))
    return found


async def _models(settings: Settings) -> list[Finding]:
    options, found = speech_options(settings), []
    for language in LANGUAGES:
        part = f"model {language}"
        try:
            report = await asyncio.to_thread(inspect, choose(language, options))
        except IvrError as fault:
            found.append(
                Finding(part, False, f"{fault}; calls go on with keys alone", fault.remedy, needed=False)
            )
            continue
        faults = "; ".join(map(str, report.faults))
        grammars = (
            "takes run-time grammars" if report.grammars else "takes no run-time grammars: hears any words"
        )
        detail = faults or f"{report.path.name}, {report.sample_rate} Hz, {grammars}"
        found.append(
            Finding(part, report.usable, detail, "`ivr models list`, then `use` another", needed=False)
        )
    return found


async def _database(settings: Settings) -> list[Finding]:
    url = accounts_options(settings).database
    shown = url.rpartition("@")[2]
    store = SqlStore(url, KINDS)
    try:
        current = await is_current(store)
    finally:
        await store.close()
    return [Finding("database", current, shown, "run `ivr run`, which brings it up to date")]


async def _messages(settings: Settings) -> list[Finding]:
    mail, sms = settings.mail, settings.sms
    found = [Finding("mail", True, f"no server named: e-mail becomes files in {settings.runtime / 'mail'}")]
    if mail.host:
        server = f"{mail.host}:{mail.port}"
        found = [await _lets_in("mail", server, SmtpSender(smtp_options(settings)).check)]
    if not sms.host:
        return [*found, Finding("sms", True, f"no centre named: lines of {settings.accounts.sms_file}")]
    centre = SmppSms(SmppSession(smpp_options(settings)), sms.source)
    try:
        return [*found, await _lets_in("sms", f"{sms.host}:{sms.port}", centre.check)]
    finally:
        await centre.close()


async def _lets_in(part: str, peer: str, check: Callable[[], Awaitable[None]]) -> Finding:
    try:
        await check()
    except AccountsError as fault:
        remedy = f"see that {peer} answers, and the name and password under `{part}` in the settings"
        return Finding(part, False, f"{peer}: {fault}", remedy, needed=False)
    return Finding(part, True, f"{peer} lets us in")


async def _papers(settings: Settings) -> list[Finding]:
    folder = settings.accounts.papers.fonts
    await asyncio.to_thread(load_fonts, folder)
    return [Finding("documents", True, f"PDF with the fonts of {folder}")]


async def _content(settings: Settings) -> list[Finding]:
    script = load_script(settings)
    return [_prompts(script, language) for language in LANGUAGES]


def _prompts(script: Script, language: Language) -> Finding:
    books = script.content.prompts
    wanted = frozenset().union(*(book.names for book in books.values()))
    missing = sorted(wanted - books[language].names)
    detail = f"{len(books[language].names)} of {len(wanted)} prompts"
    return Finding(
        f"prompts {language}", not missing, detail, f"write {', '.join(missing)}" if missing else ""
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(PROBE_SECONDS)
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _api(settings: Settings) -> list[Finding]:
    port = settings.web.port
    if not port:
        return [Finding("api", True, "no HTTP API: IVR_WEB_PORT is not set", needed=False)]
    return [Finding("api", _listens(port), f"HTTP API on port {port}", START, needed=False)]


CHECKS: dict[str, Check] = {
    "asterisk": _asterisk,
    "ami": _ami,
    "workers": _ports,
    "voices": _voices,
    "models": _models,
    "database": _database,
    "messages": _messages,
    "documents": _papers,
    "content": _content,
    "api": _api,
}
