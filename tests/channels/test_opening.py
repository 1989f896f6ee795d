"""How a call to 0505 opens, with what the dropped call did; and what a wrong password is told."""

from __future__ import annotations

import asyncio

import pytest

from ivr.accounts.door import Accounts
from ivr.accounts.kinds import KINDS
from ivr.accounts.memory import MemoryStore
from ivr.accounts.seed import DEMO, seed_demo
from ivr.accounts.sms import KeptSms
from ivr.bootstrap import load_script
from ivr.channels.scripted import ScriptedChannel
from ivr.dialogue.events import CallOffered
from ivr.settings import load_settings
from tests.support.script_engine import InlineHasher, LoopClock
from tests.support.virtual_time import run_virtual

SCRIPT = load_script(load_settings({}))
OWNER = DEMO[0].phone


async def connected(accounts: Accounts) -> None:
    """A call that confirms an option and drops before it hears what became of it."""
    dropped = accounts.session(OWNER, "0505")
    await dropped.ask("identify_line", {})
    checked = await dropped.ask("check_option", {"option": "data1"})
    assert (await dropped.ask("connect", {"operation": checked.values["operation"]})).name == "done"


async def call(accounts: Accounts, line: str, *keys: str, resumed: bool = False) -> list[str]:
    """Make a call, press keys every half minute, hang up; return what was said."""
    channel, loop = ScriptedChannel(), asyncio.get_running_loop()
    for place, pressed in enumerate(keys, 1):
        loop.call_later(30.0 * place, channel.press, pressed)
    loop.call_later(30.0 * len(keys) + 60.0, channel.leave)
    runner = SCRIPT.call("0505", channel, accounts.session(line, "0505"))
    await runner.run(CallOffered("ru", resumed))
    return [said.utterance.text for said in channel.said]


async def opened() -> Accounts:
    accounts = Accounts(MemoryStore(KINDS), InlineHasher(), KeptSms(), clock=LoopClock())
    await seed_demo(accounts.desk)
    return accounts


@pytest.mark.parametrize("resumed", [False, True])
def test_the_call_after_a_dropped_one_opens_with_what_was_done_once(resumed: bool) -> None:
    async def calls() -> list[list[str]]:
        accounts = await opened()
        await connected(accounts)
        heard = [await call(accounts, OWNER, resumed=resumed) for _ in range(2)]
        await accounts.close()
        return heard

    first, second = run_virtual(calls())
    told = "В прошлый раз связь прервалась, но всё получилось."
    place = first.index(told)
    assert first[place + 1].startswith("Подключение услуги Интернет один гигабайт, девяносто девять рублей")
    assert first[place + 2] == "Главное меню."
    assert told not in second
    assert "Главное меню." in second


def test_a_wrong_password_is_told_how_many_tries_are_left() -> None:
    async def calls() -> list[str]:
        accounts = await opened()
        heard = await call(accounts, "+79991112233", "1", "89261234567", "31415926#")
        await accounts.close()
        return heard

    heard = run_virtual(calls())
    place = heard.index("Пароль не подошёл.")
    assert heard[place + 1] == "В запасе четыре попытки."
    assert heard[place + 2].startswith("Попробуем ещё раз через")
