"""Orders to play in words: a sentence is an utterance, a studio's recording is the whole prompt."""

from __future__ import annotations

from dataclasses import replace

from ivr.bootstrap import load_script
from ivr.dialogue.actions import Manner, Play, Prompt
from ivr.settings import load_settings

CONTENT = load_script(load_settings({})).content


def play(*prompts: Prompt) -> Play:
    return Play(1, prompts, "ru", Manner(rate=1.25))


def test_every_sentence_is_an_utterance() -> None:
    utterances = CONTENT.utterances(play(Prompt("greeting")))
    assert [one.text for one in utterances] == [
        "Здравствуйте!",
        "Вы позвонили в голосовой аккаунт.",
        "С вами говорит робот.",
    ]
    assert {(one.prompt, one.rate, one.fixed) for one in utterances} == {("greeting", 1.25, True)}


def test_a_callers_value_is_not_fixed() -> None:
    (said,) = CONTENT.utterances(play(Prompt("balance_is", values={"amount": 24550})))
    assert not said.fixed


def test_a_prompt_in_the_other_language_is_said_by_its_voice() -> None:
    offered = Prompt("menu_option", values={"option": "other_language", "key": "4"}, language="en")
    (said,) = CONTENT.utterances(play(offered))
    assert (said.text, said.language) == ("For English, press four.", "en")


def test_a_recorded_prompt_is_one_utterance() -> None:
    recorded = replace(CONTENT, recorded=lambda language, prompt: prompt == "greeting")
    (said,) = recorded.utterances(play(Prompt("greeting")))
    assert said.text == "Здравствуйте! Вы позвонили в голосовой аккаунт. С вами говорит робот."
    assert said.fixed
