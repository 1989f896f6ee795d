"""Which voices teach, and which are held out to test."""

from __future__ import annotations

from dataclasses import dataclass

from tools.acoustic.listed import listed

_HELD_OUT_VARIANTS = frozenset({"Annie", "f3", "m5", "steph2", "david", "linda", "Hugo", "grandpa", "klatt3"})
"""eSpeak NG variants that no training phrase uses; ``bench/hearing`` speaks with them."""

# Every variant of eSpeak NG 1.51 that resembles a person: no robots, whispers or effects.
_VARIANTS = listed(
    "adam Alex Alicia Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Denis "
    "Diogo ed edward edward2 Gene Gene2 gustave Henrique Hugo iven iven2 iven3 iven4 Jacky john "
    "kaukovalta Lee linda marcelo Marco Mario max Michael michel miguel Mike Nguyen pablo paul "
    "pedro quincy rob robert sandro shelby steph steph2 steph3 travis victor zac anika f1 f2 f3 f4 "
    "f5 grandma grandpa klatt klatt2 klatt3 klatt4 klatt5 m1 m2 m3 m4 m5 m6 m7 m8 norbert"
)


@dataclass(frozen=True, slots=True)
class VoiceShare:
    """One source of training speech and how many phrases it gives."""

    engine: str
    """``espeak``, ``festival``, ``flite``, ``kokoro`` or ``rhvoice``."""
    voice: str
    """A voice of Festival, Flite or RHVoice; for eSpeak NG the language, its variant is drawn per phrase; for
    Kokoro the accent, its speaker is drawn likewise."""
    phrases: int
    pitches: tuple[float, float] = (0.8, 1.9)
    """For recorded voices: how far other speakers made of this one may lie."""
    speakers: int = 0
    """For recorded voices: how many other speakers say each phrase as well."""


_WOMAN = (0.55, 1.3)

TRAINING = {
    "ru": (
        VoiceShare("espeak", "ru", 8000),
        VoiceShare("festival", "msu_ru_nsh_clunits", 2000, speakers=2),
        VoiceShare("rhvoice", "Aleksandr", 600, speakers=1),
        VoiceShare("rhvoice", "Anna", 600, _WOMAN, speakers=1),
        VoiceShare("rhvoice", "Elena", 600, _WOMAN, speakers=1),
        VoiceShare("rhvoice", "Irina", 600, _WOMAN, speakers=1),
    ),
    "en": (
        VoiceShare("espeak", "en-us", 4000),
        VoiceShare("espeak", "en", 2200),
        VoiceShare("espeak", "en-GB-x-rp", 800),
        VoiceShare("espeak", "en-US-nyc", 500),
        VoiceShare("espeak", "en-GB-scotland", 500),
        VoiceShare("rhvoice", "Alan", 500, speakers=1),
        VoiceShare("rhvoice", "Bdl", 500, speakers=1),
        VoiceShare("rhvoice", "Clb", 500, _WOMAN, speakers=1),
        VoiceShare("flite", "awb", 500, speakers=2),
        VoiceShare("flite", "rms", 500, speakers=2),
        VoiceShare("flite", "slt", 500, _WOMAN, speakers=2),
        VoiceShare("flite", "kal16", 300, speakers=1),
        VoiceShare("festival", "cmu_us_slt_arctic_hts", 500, _WOMAN, speakers=1),
        VoiceShare("kokoro", "en-us", 110, (0.85, 1.2), speakers=1),
        VoiceShare("kokoro", "en", 40, (0.85, 1.2), speakers=1),
    ),
}


def training_variants() -> list[str]:
    """Return the eSpeak NG variants used in training; the empty one is the plain voice."""
    plain = [""] * 8  # our own robot speaks with the plain voice
    return plain + [v for v in _VARIANTS if v not in _HELD_OUT_VARIANTS]


def held_out_variants() -> list[str]:
    """Return the eSpeak NG variants kept for tests."""
    return sorted(_HELD_OUT_VARIANTS)
