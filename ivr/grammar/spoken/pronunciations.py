"""Respellings for the voice: what eSpeak NG mispronounces, and how to write it instead."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.grammar.model import Language

PRONUNCIATIONS: Mapping[Language, Mapping[str, str]] = {"ru": {}, "en": {}}
"""Lower-case word -> what the speech layer gives the synthesiser in its place, whole words only."""
