"""The checker's rules about flows: each breaks one thing of a node that is right, and reads the message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.flowfile.bench import Node

AT = "flows/main.yaml:"


def test_a_right_node_has_no_fault(node: Node) -> None:
    assert node.check() == []


# --- names


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("next: balance}", "next: balence}",
         "13: steps.menu.options.balance.next: there is no step balence (did you mean balance?)"),
        ("home: menu", "home: main", "4: home: there is no step main"),
        ("say: connecting", "say: conecting",
         "38: steps.person.say: there is no prompt conecting (did you mean connecting?)"),
        ("say: busy", "say: buzy", "41: steps.person.next: there is no prompt buzy (did you mean busy?)"),
        ("do: balance", "do: balanse",
         "17: steps.balance.do: there is no use case balanse (did you mean balance?)"),
        ("{sum: $sum, pin", "{sums: $sum, pin",
         "32: steps.code.do.pay.sums: pay takes no argument sums (did you mean sum?)"),
        ("{sum: $sum, pin", "{zzz: $sum, pin",
         "32: steps.code.do.pay.zzz: pay takes no argument zzz (its arguments: by, on, pin, sum)"),
        ("{sum: $sum, pin", "{pin",
         "32: steps.code.do.pay: pay is not given sum (pass every argument that it needs)"),
        ("{pay: {sum: $sum, pin: $pin}}", "pay",
         "32: steps.code.do: pay is not given pin and sum (pass every argument that it needs)"),
    ],
)  # fmt: skip
def test_names_that_mean_nothing(node: Node, old: str, new: str, fault: str) -> None:
    node.change(old, new)
    assert AT + fault in node.check()


def test_an_option_without_words(node: Node) -> None:
    node.change("pay: {key", "play: {key")
    assert node.check() == [
        f"{AT}14: steps.menu.options.play: there is no label play "
        "(write its words under labels in prompts.yaml)",
        f"{AT}14: steps.menu.options.play: there is no phrase set play "
        "(write how it is said in phrases.yaml)",
    ]


def test_a_flow_that_is_not_there(node: Node) -> None:
    node.change("    wait: $left\n", "    call: waiting\n")
    assert f"{AT}35: steps.pause.call: there is no flow waiting" in node.check()


# --- ways in and out


def test_a_step_nobody_comes_to(node: Node) -> None:
    node.flows["main"] += "  lost: {say: bye, next: menu}\n"
    assert node.check() == [f"{AT}45: steps.lost: nothing leads to this step (lead to it, or remove it)"]


def test_a_step_that_only_resume_leads_to_is_reached(node: Node) -> None:
    node.flows["main"] += "  again: {say: bye, next: menu}\n"
    node.change("home: menu", "home: menu\nresume: again")
    assert node.check() == []


def test_a_step_nobody_leaves(node: Node) -> None:
    node.change("    say: balance_is\n    next: menu\n", "    say: balance_is\n")
    assert node.check() == [f"{AT}16: steps.balance: the step has no way out (add next:, or a row in on:)"]


def test_an_answer_that_leads_nowhere(node: Node) -> None:
    node.change("{yes: code, no: menu}", "{yes: code}")
    assert node.check() == [f"{AT}25: steps.sure: nothing says where no leads (add next:, or a row in on:)"]


def test_a_step_that_never_runs_to_its_end_needs_no_next(node: Node) -> None:
    node.change("{known: menu, unknown: {say: sorry, next: person}}", "{known: menu, unknown: person}")
    assert node.check() == []


def test_two_flows_for_one_number(node: Node) -> None:
    node.flows["other"] = node.flows["main"].replace("flow: main", "flow: other")
    assert node.check() == [
        "flows/other.yaml:2: numbers[0]: the number 0505 is answered by the flow main too "
        "(one number, one flow)"
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("home: menu\n", "the flow main has no home (write home: with the step that main menu leads to)"),
        ("operator: person\n", "the flow main has no operator (write operator: with the step that operator "
         "leads to)"),
    ],
)  # fmt: skip
def test_a_flow_without_a_way_home(node: Node, line: str, fault: str) -> None:
    node.change(line, "")
    assert f"{AT}1: {fault}" in node.check()


def test_an_operator_step_without_a_person(node: Node) -> None:
    node.change("operator: person", "operator: bye")
    assert f"{AT}5: operator: the step bye leads to no person (let it transfer)" in node.check()


CALLED = """\
flow: code
start: ask
steps:
  ask:
    ask: code
    expect: secret_digits(4)
    save: pin
    next: right
  right:
    end: given
"""


def call_a_flow(node: Node) -> None:
    node.change(
        "    ask: code\n    expect: secret_digits(4)\n    save: pin\n    do: {pay",
        "    call: code\n    on: {given: pay}\n  pay:\n    do: {pay",
    )
    node.flows["code"] = CALLED


def test_a_called_flow_needs_no_home_and_fills_values(node: Node) -> None:
    call_a_flow(node)
    assert node.check() == []


def test_a_called_flow_that_asks_something_else_spends_the_yes(node: Node) -> None:
    call_a_flow(node)
    node.change("  right:\n", "  right:\n    ask: amount\n    expect: money\n    save: sum\n", flow="code")
    assert node.check() == [
        f"{AT}32: steps.pay.do: pay moves money without a confirm when the call comes by menu, amount, sure, "
        "code, pay (ask with confirm before it, and do it on yes)"
    ]


def test_a_called_flow_that_never_comes_back(node: Node) -> None:
    call_a_flow(node)
    node.change("    end: given\n", "    say: bye\n    next: ask\n", flow="code")
    assert (
        f"{AT}29: steps.code.call: the flow code never comes back (write end: with an outcome in code)"
        in (node.check())
    )


def test_an_outcome_that_a_called_flow_does_not_have(node: Node) -> None:
    call_a_flow(node)
    node.change("{given: pay}", "{gven: pay}")
    faults = node.check()
    assert f"{AT}30: steps.code.on.gven: gven cannot happen here (did you mean given?)" in faults
    assert f"{AT}28: steps.code: nothing says where given leads (add next:, or a row in on:)" in faults


def test_a_fault_in_a_called_flow_is_one_message(node: Node) -> None:
    call_a_flow(node)
    node.change("expect: secret_digits(4)", "expect: secret_digit(4)", flow="code")
    assert [fault.split(": ")[1] for fault in node.check()] == ["steps.ask.expect"]


def test_flows_that_call_one_another(node: Node) -> None:
    call_a_flow(node)
    node.change("    end: given\n", "    call: main\n    next: last\n  last:\n    end: given\n", flow="code")
    assert f"{AT}29: steps.code.call: the flows main and code call one another " in "\n".join(node.check())


# --- circles


CIRCLE = (
    "never gets a person: {} (put a question or a transfer into it, or leave too_many_tries to the operator)"
)


def test_a_circle_without_a_question(node: Node) -> None:
    node.change("    wait: $left\n    next: menu\n", "    wait: $left\n    next: pause2\n  pause2:\n"
                "    say: busy\n    next: pause\n")  # fmt: skip
    faults = node.check()
    assert (
        f"{AT}34: steps.pause: a caller who says nothing goes in a circle and "
        + CIRCLE.format("pause, pause2")
        in faults
    )


def test_a_silent_caller_who_is_asked_for_ever(node: Node) -> None:
    node.change("    save: sum\n", "    save: sum\n    on: {no_input: amount}\n")
    assert node.check() == [
        f"{AT}20: steps.amount: a caller who says nothing goes in a circle and " + CIRCLE.format("amount")
    ]


def test_a_caller_who_is_never_understood(node: Node) -> None:
    node.change("    save: sum\n", "    save: sum\n    on: {no_match: {say: busy, next: back}}\n")
    assert node.check() == [
        f"{AT}20: steps.amount: a caller who is not understood goes in a circle and "
        + CIRCLE.format("amount")
    ]


def test_silence_that_leads_to_a_person_is_no_circle(node: Node) -> None:
    node.change("    save: sum\n", "    save: sum\n    on: {no_input: person, too_many_tries: person}\n")
    assert node.check() == []


def test_a_circle_over_questions_that_lead_to_the_operator_is_none(node: Node) -> None:
    node.change(
        "    save: sum\n    next: sure\n", "    save: sum\n    on: {no_input: balance}\n    next: sure\n"
    )
    assert node.check() == []


# --- outcomes


def test_outcomes_that_nobody_tells_apart(node: Node) -> None:
    node.use_cases["balance"] = replace(
        node.use_cases["balance"], outcomes={"ok": {"amount": "money"}, "owed": {"amount": "money"}}
    )
    assert node.check() == [
        f"{AT}17: steps.balance.do: the outcomes ok and owed of balance all go on in the step "
        "(handle all but one of them in on)"
    ]


def test_an_outcome_that_does_not_exist(node: Node) -> None:
    node.change("{known: menu,", "{knwon: menu,")
    assert f"{AT}9: steps.greet.on.knwon: knwon cannot happen here (did you mean known?)" in node.check()


def test_events_that_every_step_of_a_kind_may_handle(node: Node) -> None:
    node.change("do: identify\n    on: {", "do: identify\n    on: {failed: person, ")
    node.change(
        "    save: sum\n", "    save: sum\n    on: {skip: menu, too_many_tries: person, done: sure}\n"
    )
    assert node.check() == []


# --- menus


def test_too_many_options(node: Node) -> None:
    more = "".join(f'      more{n}: {{key: "{n}", next: balance}}\n' for n in range(4, 7))
    node.change('      other_language: {key: "3"}\n', '      other_language: {key: "3"}\n' + more)
    for n, (russian, english) in enumerate(
        (("молоко", "milk"), ("паровоз", "engine"), ("яблоко", "window")), 4
    ):
        node.put("labels", {f"more{n}": "x"})
        node.put("phrases", {f"more{n}": [russian]}, ("ru",))
        node.put("phrases", {f"more{n}": [english]}, ("en",))
    assert node.check() == [
        f"{AT}11: steps.menu.menu: the menu offers 6 options, callers keep 5 in mind "
        "(put some of them into a menu of their own)"
    ]


def test_two_options_on_one_key(node: Node) -> None:
    node.change('pay: {key: "2"', 'pay: {key: "1"')
    assert node.check() == [
        f"{AT}14: steps.menu.options.pay.key: the key 1 already chooses balance (give it another key)"
    ]


def test_a_universal_redefined(node: Node) -> None:
    node.change('other_language: {key: "3"}', 'other_language: {key: "3", next: balance}')
    assert node.check() == [
        f"{AT}15: steps.menu.options.other_language.next: other_language is a universal and leads where it "
        "always does (leave next out, or choose another name)"
    ]


def test_an_option_that_leads_nowhere(node: Node) -> None:
    node.change('pay: {key: "2", next: amount}', 'pay: {key: "2"}')
    assert f"{AT}14: steps.menu.options.pay: the option leads nowhere (add next: with a step)" in node.check()


def test_an_empty_menu(node: Node) -> None:
    node.change("    menu: menu\n", "    menu: menu\n    options: {}\n  unused:\n    menu: menu\n")
    assert f"{AT}11: steps.menu.menu: the menu offers nothing (write at least one option)" in node.check()
