"""A refusal: the answer is no, and why. Raised anywhere in a use case, told as its `refused` outcome."""

from __future__ import annotations

REFUSED = {"reason": "text", "code": "text"}
"""Values of every `refused` outcome: a sentence in the caller's language, and its code in words.yaml."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """No, because of `code` (a key of words.yaml's refusals). `about`: key of what stands in the way."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.about = about
