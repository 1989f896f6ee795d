"""Values as people say them: one pure function per kind of value, one table over all of them."""

from ivr.grammar.spoken.pronunciations import PRONUNCIATIONS
from ivr.grammar.spoken.slots import SLOT_TYPES, argument_fault, say

__all__ = ["PRONUNCIATIONS", "SLOT_TYPES", "argument_fault", "say"]
