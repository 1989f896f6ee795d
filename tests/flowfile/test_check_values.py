"""The checker's rules about values: filled, of the right type, secret or not, money only after a yes."""

from __future__ import annotations

from dataclasses import replace

from tests.flowfile.bench import Node

AT = "flows/main.yaml:"


# --- values


def test_a_slot_nobody_fills(node: Node) -> None:
    node.put("prompts", {"balance_is": "There is {amuont:money}."})
    assert node.check() == [
        f"{AT}18: steps.balance.say: nothing fills amuont, which the prompt balance_is needs "
        "(did you mean amount?)"
    ]


def test_a_slot_that_only_some_ways_fill(node: Node) -> None:
    node.put("prompts", {"bye": "Good bye, {amount:money}."})
    assert node.check() == [
        f"{AT}43: steps.bye.say: nothing has filled amount, which the prompt bye needs, when the call "
        "comes by person, bye (fill it on every way here)"
    ]


def test_home_takes_nothing_for_filled(node: Node) -> None:
    node.put("prompts", {"menu": "Menu, {sum:money}."})
    assert node.check() == [
        f"{AT}11: steps.menu.menu: nothing has filled sum, which the prompt menu needs, when the call "
        "comes by menu (fill it on every way here)"
    ]


def test_a_slot_of_another_type(node: Node) -> None:
    node.put("prompts", {"balance_is": "There is {amount:count}."})
    assert node.check() == [
        f"{AT}18: steps.balance.say: the prompt balance_is takes amount as count, but it is money "
        "(make the types agree)"
    ]


def test_arguments_written_into_the_flow_are_of_their_type(node: Node) -> None:
    at = f"{AT}32: steps.code.do.pay"
    node.change("sum: $sum", "sum: a lot, by: cheque, on: soon")
    assert node.check() == [
        f"{at}.by: cheque is no value of this argument (possible are card, cash)",
        f"{at}.on: soon is no date (write it like 2026-12-31)",
        f"{at}.sum: a lot is no whole number (the argument is money)",
    ]
    node.change("sum: a lot, by: cheque, on: soon", "sum: '5000', by: cash, on: '2026-12-31'")
    assert node.check() == []


def test_money_and_dates_come_as_such(node: Node) -> None:
    node.change("expect: money", "expect: digits(1..6)")
    node.put(
        "prompts",
        {
            "sure": "Pay {sum:digits}?",
            "confirm_digits": "{value:digits}?",
            "which_of_two_digits": "{one:digits}?",
        },
    )
    assert node.check() == [
        f"{AT}32: steps.code.do.pay.sum: the argument sum of pay takes sum as money, but it is digits "
        "(make the types agree)"
    ]


def test_a_wait_for_nothing(node: Node) -> None:
    node.change("wait: $left", "wait: $lfet")
    assert node.check() == [
        f"{AT}35: steps.pause.wait: nothing fills lfet, which the wait needs (did you mean left?)"
    ]


def test_a_wait_for_money(node: Node) -> None:
    node.change("wait: $left", "wait: $sum")
    assert node.check() == [
        f"{AT}35: steps.pause.wait: the wait takes sum as seconds, but it is money (make the types agree)"
    ]


def test_a_list_to_pick_from(node: Node) -> None:
    node.put("prompts", {"which": "Which?", "confirm_choice": "{value:text}?"})
    node.change("    ask: amount\n    expect: money\n    save: sum\n", "    pick: which\n    from: $amount\n"
                "    save: sum\n")  # fmt: skip
    assert (
        f"{AT}22: steps.amount.from: the list to pick from takes amount as list, but it is money "
        "(make the types agree)"
    ) in node.check()
    node.use_cases["identify"] = replace(
        node.use_cases["identify"], outcomes={"known": {"sums": "list"}, "unknown": {"sums": "list"}}
    )
    node.change("from: $amount", "from: $sums")
    assert [fault for fault in node.check() if "steps.amount" in fault] == [
        f"{AT}22: steps.amount.from: nothing has filled sums, which the list to pick from needs, when the "
        "call comes by menu, amount (fill it on every way here)"
    ]


# --- secrets


def test_a_secret_that_is_asked_in_the_open(node: Node) -> None:
    node.change("secret_digits(4)", "digits(4)")
    node.put("prompts", {"confirm_digits": "{value:digits}?", "which_of_two_digits": "{one:digits}?"})
    assert (
        f"{AT}32: steps.code.do.pay.pin: the argument pin of pay is a secret, but pin was asked for in the "
        "open (expect secret_digits where it is asked)"
    ) in node.check()


def test_a_secret_that_goes_where_it_should_not(node: Node) -> None:
    node.change("{sum: $sum, pin: $pin}", "{sum: $pin, pin: $pin}")
    assert node.check() == [
        f"{AT}32: steps.code.do.pay.sum: pin is a secret and the argument sum of pay would give it away "
        "(use another value)"
    ]


def test_a_secret_that_is_said(node: Node) -> None:
    node.change("{say: paid, next: menu}", "{say: reading, next: menu}")
    node.put("prompts", {"reading": "Your code is {pin:digits}."})
    assert node.check() == [
        f"{AT}33: steps.code.on.paid: pin is a secret and the prompt reading would give it away "
        "(use another value)"
    ]


def test_a_secret_in_the_file(node: Node) -> None:
    node.change("pin: $pin}", 'pin: "1234"}')
    assert node.check() == [
        f"{AT}32: steps.code.do.pay.pin: the secret pin is written into the flow (ask the caller for it)"
    ]


# --- money


def test_money_without_a_confirm(node: Node) -> None:
    node.change("    save: sum\n    next: sure\n", "    save: sum\n    next: code\n")
    assert (
        f"{AT}32: steps.code.do: pay moves money without a confirm when the call comes by menu, amount, "
        "code (ask with confirm before it, and do it on yes)"
    ) in node.check()


def test_money_on_a_no(node: Node) -> None:
    node.change("{yes: code, no: menu}", "{yes: menu, no: code}")
    assert "pay moves money without a confirm" in "\n".join(node.check())


def test_a_yes_to_something_else_does_not_count(node: Node) -> None:
    node.change("    save: pin\n", "    save: pin\n    next: how_much\n  how_much:\n    ask: amount\n"
                "    expect: money\n    save: sum\n")  # fmt: skip
    assert node.check() == [
        f"{AT}37: steps.how_much.do: pay moves money without a confirm when the call comes by menu, "
        "amount, sure, code, how_much (ask with confirm before it, and do it on yes)"
    ]


def test_a_yes_in_a_called_flow_counts(node: Node) -> None:
    node.change("  sure:\n    confirm: sure\n    on: {yes: code, no: menu}\n", "  sure:\n    call: ask\n"
                "    on: {agreed: code, refused: menu}\n")  # fmt: skip
    node.flows["ask"] = (
        "flow: ask\nstart: sure\nsteps:\n  sure: {confirm: sure, on: {yes: fine, no: not_so}}\n"
        "  fine: {end: agreed}\n  not_so: {end: refused}\n"
    )
    assert node.check() == []
    node.change("{yes: fine, no: not_so}", "{yes: not_so, no: fine}", flow="ask")
    assert "pay moves money without a confirm" in "\n".join(node.check())


def test_a_yes_counts_once(node: Node) -> None:
    node.change("wrong: {say: wait_for, next: pause}", "wrong: {say: wait_for, next: code}")
    node.change("  pause:\n    wait: $left\n    next: menu\n", "")
    assert node.check() == [
        f"{AT}32: steps.code.do: pay moves money without a confirm when the call comes by menu, amount, "
        "sure, code (ask with confirm before it, and do it on yes)"
    ]
