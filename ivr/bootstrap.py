"""The only place that builds running objects from settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path

from ivr.accounts.clock import operators_today
from ivr.accounts.door import Accounts
from ivr.accounts.opening import AccountsOptions, open_accounts
from ivr.accounts.outbox import Sender
from ivr.accounts.receipts import note_receipt
from ivr.accounts.senders import FileSender, SmsSender, SmtpOptions, SmtpSender
from ivr.accounts.smpp.sender import SmppSms
from ivr.accounts.smpp.session import SmppOptions, SmppSession
from ivr.accounts.upkeep import Upkeep
from ivr.channels.content import CallContent
from ivr.channels.port import Channel
from ivr.channels.runner import Runner, Session
from ivr.channels.timers import Timers
from ivr.dialogue.engine import Dialogue
from ivr.dialogue.flow import Ask, Confirm, Flow, Menu
from ivr.dialogue.prompting import YES_NO, expectation
from ivr.dialogue.queries import Secret
from ivr.dialogue.timing import Timing
from ivr.dialogue.universals import UNIVERSALS
from ivr.errors import SettingsError, SpeechError
from ivr.flowfile.content import load_content
from ivr.flowfile.load import load_flows
from ivr.grammar.model import LANGUAGES, Expectation, Language
from ivr.settings import Settings
from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import Count, SpeechOptions, count_nothing
from ivr.speech.synthesis import ProcessSynthesiser
from ivr.speech.voice import PromptVoice
from ivr.speech.vosk_ear import VoskRecognisers


@dataclass(frozen=True, slots=True)
class Script:
    """Everything a call is made of that does not change while it runs: flows, words, limits."""

    flows: Mapping[str, Flow]
    content: CallContent
    timing: Timing
    today: Callable[[], date] = operators_today
    """The day calls begin on, from which "завтра" and dates without a year are seen."""

    def flow_for(self, number: str) -> Flow:
        """Return the flow that answers a dialled number. Raises SettingsError when none does."""
        for flow in self.flows.values():
            if number in flow.numbers:
                return flow
        numbers = ", ".join(sorted(number for flow in self.flows.values() for number in flow.numbers))
        raise SettingsError(f"no flow answers {number}", remedy=f"numbers with a flow: {numbers}")

    def compile_grammars(self) -> None:
        """Make the grammar of every listening step in every language; the longest takes 0.2 s, once."""
        for expected, language in product(self._expectations(), LANGUAGES):
            self.content.grammar(expected, language)

    def phrases(self, language: Language) -> tuple[str, ...]:
        """Return everything that callers may say somewhere, as recognisers are given it; each phrase once."""
        grammars = (self.content.grammar(expected, language) for expected in self._expectations())
        return tuple(sorted({phrase for grammar in grammars for phrase in grammar.recogniser_phrases}))

    def _expectations(self) -> set[Expectation]:
        expectations = {Expectation(UNIVERSALS, YES_NO)}
        for flow in self.flows.values():
            for part in (part for step in flow.steps.values() for part in step.parts):
                if isinstance(part, Ask | Menu | Confirm):
                    expectations.add(expectation(part, {}, self.today()))
        return expectations

    def call(self, number: str, channel: Channel, session: Session, timers: Timers | None = None) -> Runner:
        """Make the runner of one call."""
        flow = self.flow_for(number)
        dialogue = Dialogue(flow, self.content, flows=self.flows, timing=self.timing)
        return Runner(dialogue, channel, session, self.content, timers=timers, today=self.today)


def load_script(settings: Settings) -> Script:
    """Read flows, prompts and phrases. Raises ContentError naming every fault."""
    content = load_content(settings.path(settings.content.prompts))
    flows = load_flows(settings.path(settings.content.flows), content)
    return Script(flows, CallContent(content.prompts, content.phrases), settings.dialogue)


def accounts_options(settings: Settings) -> AccountsOptions:
    """Return the account core's options with paths of this installation."""
    options = settings.accounts
    prefix, _, tail = options.database.partition(":///")
    database = options.database
    if prefix.startswith("sqlite") and not tail.startswith("/"):
        database = f"{prefix}:///{settings.path(settings.runtime.__class__(tail))}"
    return replace(
        options,
        database=database,
        pepper=settings.path(options.pepper),
        sms_file=settings.path(options.sms_file),
        catalogue=settings.path(options.catalogue),
    )


async def open_core(settings: Settings) -> Accounts:
    """Open the account core that the settings name."""
    sms = SmppSms(SmppSession(smpp_options(settings)), settings.sms.source) if settings.sms.host else None
    return await open_accounts(accounts_options(settings), sms=sms)


def open_upkeep(settings: Settings, accounts: Accounts) -> Upkeep:
    """Make what does the due work of the account core: fees, loans, documents, messages out and reports on
    them."""
    desk = accounts.desk
    email: Sender = FileSender(settings.path(settings.runtime) / "mail")
    if settings.mail.host:
        email = SmtpSender(smtp_options(settings))
    if not settings.sms.host:
        return Upkeep(desk, {"sms": SmsSender(desk.sms), "email": email})
    centre = SmppSession(smpp_options(settings), partial(note_receipt, desk))
    sms = SmppSms(centre, settings.sms.source)
    return Upkeep(desk, {"sms": sms, "email": email}, link=sms)


def smtp_options(settings: Settings) -> SmtpOptions:
    """Return where e-mail is handed over. Raises SettingsError when its password cannot be read."""
    mail = settings.mail
    return SmtpOptions(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        user=mail.user,
        password=_secret(settings, mail.password_file, "mail.password_file") if mail.user else None,
        start_tls=mail.start_tls,
        tls=mail.tls,
        ca_file=str(settings.path(mail.ca_file)) if mail.ca_file.name else "",
    )


def smpp_options(settings: Settings) -> SmppOptions:
    """Return where short messages are handed over. Raises SettingsError when the password cannot be read."""
    sms = settings.sms
    return SmppOptions(
        host=sms.host,
        port=sms.port,
        system_id=sms.system_id,
        password=_secret(settings, sms.password_file, "sms.password_file")
        if sms.password_file.name
        else None,
        system_type=sms.system_type,
    )


def _secret(settings: Settings, path: Path, name: str) -> Secret:
    try:
        return Secret(settings.path(path).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(
            f"{name}: {path} cannot be read: {type(fault).__name__}",
            remedy="put the password into that file, readable by its owner only",
        ) from fault


def speech_options(settings: Settings) -> SpeechOptions:
    """Return the speech package's options with paths of this installation."""
    options = settings.speech
    return replace(
        options,
        cache_folder=settings.path(options.cache_folder),
        prompts_folder=settings.path(settings.content.prompts),
        models={
            language: str(settings.path(Path(set_))) for language, set_ in options.models.items() if set_
        },
        model_folders=tuple(settings.path(folder) for folder in options.model_folders),
    )


@asynccontextmanager
async def open_voice(settings: Settings, count: Count = count_nothing) -> AsyncIterator[PromptVoice]:
    """Open the voice; SpeechError when there is no engine."""
    options = speech_options(settings)
    voice = PromptVoice(ProcessSynthesiser(options, count), options, count)
    try:
        await voice.start()
        yield voice
    finally:
        await voice.close()


@asynccontextmanager
async def open_ears(settings: Settings, count: Count = count_nothing) -> AsyncIterator[GrammarEars]:
    """Open the ears and load the models ahead of the first call; without a model they hear nothing."""
    options = speech_options(settings)
    recognisers = VoskRecognisers(options, count)
    ears = GrammarEars(recognisers, options, count)
    try:
        for language in LANGUAGES:
            with suppress(SpeechError):  # logged where it is found out; the call goes on with keys
                await asyncio.to_thread(recognisers.load, language)
        yield ears
    finally:
        await ears.close()
