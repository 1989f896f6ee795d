"""Rules of a person's account beside money: passwords, the lost phone, the voice, statements."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from ivr.dialogue.queries import Secret
from tests.accounts.helpers import NOBODY
from tests.accounts.machine.base import Base, people

PASSWORDS = ("73915046", "80264193")
WEAK = {"1234": "too_short", "11111111": "a_run"}
VOICES = (
    ("language", "en"),
    ("language", "ru"),
    ("rate", "120"),
    ("patience", "10"),
    ("verbosity", "short"),
    ("spelling", "on"),
    ("rate", "10"),
    ("first", "ear"),
)
"""Settings, the last two impossible."""
guesses = st.sampled_from([*PASSWORDS, *PASSWORDS, "temporary", "1111"])


class Person(Base):
    """Asked by four people, and by strangers for them."""

    def guess(self, phone: str, text: str) -> str:
        """Return a password to try: the temporary one when that is meant and there is one."""
        return self.model.numbers[phone].login.temporary or "0" if text == "temporary" else text

    def held(self, phone: str, *, own: bool) -> bool:
        """Whether a try would be held now: a stranger's, shortly after a wrong one."""
        return not own and self.model.numbers[phone].login.wrong == self.model.day

    @rule(
        phone=people,
        text=guesses,
        line=st.sampled_from(["own", "own", "own", NOBODY]),
        times=st.sampled_from([1, 2, 5]),
    )
    def verify_password(self, phone: str, text: str, line: str, times: int) -> None:
        mine = self.model.numbers[phone]
        for _ in range(times):
            own = line == "own" and not mine.lost
            if self.held(phone, own=own):
                return
            guess = self.guess(phone, text)
            given = {"phone": phone, "password": Secret(guess)}
            outcome = self.ask_from(phone if line == "own" else line, phone, "verify_password", **given)
            assert outcome.name == mine.login.judge(guess, self.model.day), (guess, outcome, mine.login)
            assert outcome.values.get("left", 5 - mine.login.tries) == 5 - mine.login.tries

    @rule(phone=people, new=st.sampled_from([*PASSWORDS, *WEAK]), same=st.sampled_from([True, True, False]))
    def set_password(self, phone: str, new: str, same: bool) -> None:
        again = Secret(new if same else "0")
        outcome = self.ask(phone, "set_password", password=Secret(new), again=again)
        assert outcome.name == (WEAK.get(new, "ok") if same else "different")
        if outcome.name == "ok":
            self.model.numbers[phone].login.choose(new)

    @rule(phone=people, text=guesses, new=st.sampled_from([*PASSWORDS, "1234"]))
    def change_password(self, phone: str, text: str, new: str) -> None:
        mine, guess = self.model.numbers[phone], self.guess(phone, text)
        if self.held(phone, own=not mine.lost):
            return
        given = {"password": Secret(guess), "new": Secret(new), "again": Secret(new)}
        outcome = self.ask(phone, "change_password", **given)
        assert outcome.name == (WEAK.get(new) or mine.login.judge(guess, self.model.day))
        if outcome.name == "ok":
            mine.login.choose(new)

    @rule(phone=people, by_staff=st.booleans())
    def recover_password(self, phone: str, by_staff: bool) -> None:
        mine = self.model.numbers[phone]
        if by_staff:
            outcome = self.tell("olya", "reset_password", account=phone)
        else:
            outcome = self.ask(phone, "recover_password")
        if by_staff and mine.lost:
            assert outcome.values["code"] == "blocked_number"
            return
        assert outcome.name == mine.login.recover(self.model.day, arrives=not self.sms.broken)
        if outcome.name == "sent":
            self.model.direct += 1
            mine.login.temporary = self.sms.sent[-1][1].reveal().split(": ")[1].split(".")[0]

    @rule(phone=people, text=guesses, on=st.booleans(), by_staff=st.booleans())
    def lost_phone(self, phone: str, text: str, on: bool, by_staff: bool) -> None:
        mine, day = self.model.numbers[phone], self.model.day
        if by_staff:
            name = "block_account" if on else "unblock_account"
            outcome = self.tell("olya", name, account=phone, reason="asked")
            assert outcome.name == ("already" if mine.lost == on else "ok")
            mine.lost = on
        elif on:
            assert self.ask(phone, "block_number").name == ("already" if mine.lost else "ok")
            mine.lost = True
        elif not self.held(phone, own=False):
            guess = self.guess(phone, text)
            outcome = self.ask(phone, "unblock_number", password=Secret(guess))
            assert outcome.name == (mine.login.judge(guess, day) if mine.lost else "not_blocked")
            mine.lost = mine.lost and outcome.name != "ok"

    @rule(phone=people, wanted=st.sampled_from(VOICES))
    def voice(self, phone: str, wanted: tuple[str, str]) -> None:
        mine, (setting, value) = self.model.numbers[phone].voice, wanted
        if setting == "language":
            assert self.ask(phone, "set_language", language=value).name == "ok"
            mine.language = value
            return
        outcome = self.ask(phone, "change_voice_settings", setting=setting, value=value)
        assert outcome.name == ("not_possible" if wanted in VOICES[-2:] else "ok")
        if outcome.name == "ok":
            mine.kept[setting] = value
        told = self.ask(phone, "voice_settings").values
        assert {name: str(told[name]) for name in mine.kept} == mine.kept
        assert told["language"] == mine.language

    @rule(phone=people, by=st.sampled_from(["sms", "email"]))
    def statement(self, phone: str, by: str) -> None:
        assert self.ask(phone, "statement", by=by).name == ("sent" if by == "sms" else "refused")
        self.model.messages[phone] += by == "sms"

    @rule(phone=people)
    def look(self, phone: str) -> None:
        """What is told is what there is."""
        model, mine = self.model, self.model.numbers[phone]
        told = self.ask(phone, "balance").values
        owed = mine.loan[0] if mine.loan else 0
        want = {"amount": model.money[phone], "bonus": model.points[phone], "owed": owed}
        assert told == {**want, "blocked": mine.plan.held}
        assert self.tell("anna", "show_account", account=phone).values["amount"] == model.money[phone]
        assert self.ask(phone, "bonus_offers").values["points"] == model.points[phone]
        for name, kept in (("forwarding", mine.forwards), ("black_list", mine.unwanted)):
            assert (self.ask(phone, name).name == "none") == (not kept), name
