"""What both codecs say in the same words: need more, and the peer has closed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class NeedData(Enum):
    """The value that says: nothing more can be said before more bytes come."""

    NEED_DATA = auto()


NEED_DATA: Final = NeedData.NEED_DATA


@dataclass(frozen=True, slots=True)
class Closed:
    """The peer closed its end; `early` when it did so in the middle of something."""

    early: bool = False
