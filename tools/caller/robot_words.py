"""What the robot may say, for recognising it: sentences that are always the same, and the words of sums."""

from __future__ import annotations

import re

from ivr.grammar.prompts import PromptBook


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower case, without punctuation."""
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower().replace("’", "'"))


def sentences(book: PromptBook) -> list[str]:
    """Everything the robot may say: plain sentences whole, balances as sentences and as single words.

    Balances are there as sentences, too, all with equal right: what stands before a number helps.
    """
    whole = [" ".join(words_of(text)) for text in book.plain_sentences()]
    options = [name for name in book.labels if "." not in name]
    lines = [
        " ".join(words_of(book.text("menu_option", "first", {"option": name, "key": key})))
        for name in options
        for key in "01234"
    ]
    amounts = [*range(21), *range(20, 100, 10), *range(100, 1000, 100), 1000, 2000, 5000, 1_000_000]
    balances = [
        words_of(book.text("balance_is", "first", {"amount": n * 100 + part}))
        for n in amounts
        for part in (0, 1)
    ]
    sums = {word for balance in balances for word in balance}
    sums |= {word for n in range(100) for word in words_of(book.text("balance_is", "first", {"amount": -n}))}
    return list(dict.fromkeys([*whole, *lines, *map(" ".join, balances), *sorted(sums)]))
