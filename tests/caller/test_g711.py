"""G.711 against the recommendation's own tables and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.caller.g711 import ALAW, MULAW, Law

EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)
EVERY_CODE = bytes(range(256))

# Ends of the segments: (16-bit sample, code on the wire). G.711 table 1a/1b has 13-bit values, here times 8;
# table 2a/2b has 14-bit values, here times 4.
# fmt: off
ALAW_POINTS = [
    (0, 0xD5), (15, 0xD5), (16, 0xD4), (496, 0xCA), (512, 0xF5), (1024, 0xE5), (2048, 0x95), (4096, 0x85),
    (8192, 0xB5), (16384, 0xA5), (32767, 0xAA), (-1, 0x55), (-17, 0x54), (-32768, 0x2A),
]
MULAW_POINTS = [
    (0, 0xFF), (4, 0xFE), (12, 0xFD), (124, 0xEF), (380, 0xDF), (892, 0xCF), (1916, 0xBF), (3964, 0xAF),
    (8060, 0x9F), (16252, 0x8F), (32767, 0x80), (-1, 0x7F), (-5, 0x7E), (-32768, 0x00),
]
# fmt: on


@pytest.mark.parametrize(
    ("law", "sample", "code"),
    [(ALAW, *point) for point in ALAW_POINTS] + [(MULAW, *point) for point in MULAW_POINTS],
)
def test_segments_begin_where_the_tables_say(law: Law, sample: int, code: int) -> None:
    assert law.encode(np.array([sample], dtype=np.int16))[0] == code


@pytest.mark.parametrize("law", [ALAW, MULAW])
def test_every_code_survives_decoding_and_encoding(law: Law) -> None:
    codes = law.encode(law.decode(EVERY_CODE))
    different = [code for code in EVERY_CODE if codes[code] != code]
    # mu-law has a negative zero: decoded it is 0, which is encoded as the positive one.
    assert different == ([] if law is ALAW else [0x7F])


@pytest.mark.parametrize(("law", "segment_0_step"), [(ALAW, 16), (MULAW, 8)])
def test_error_is_at_most_half_a_step(law: Law, segment_0_step: int) -> None:
    error = np.abs(law.decode(law.encode(EVERY_SAMPLE)).astype(int) - EVERY_SAMPLE.astype(int))
    magnitude = np.abs(EVERY_SAMPLE.astype(int))
    unclipped = magnitude <= np.abs(law.decode(EVERY_CODE).astype(int)).max()
    # A step is a sixteenth of its segment, and a segment begins at half its end.
    assert (error <= np.maximum(segment_0_step / 2, magnitude / 32 + segment_0_step))[unclipped].all()


@pytest.mark.parametrize("law", [ALAW, MULAW])
def test_encoding_keeps_the_order_of_samples(law: Law) -> None:
    assert (np.diff(law.decode(law.encode(EVERY_SAMPLE)).astype(int)) >= 0).all()


@pytest.mark.parametrize("law", [ALAW, MULAW])
@given(samples=st.lists(st.integers(-32768, 32767), max_size=400))
def test_coding_a_second_time_changes_nothing(law: Law, samples: list[int]) -> None:
    once = law.decode(law.encode(np.array(samples, dtype=np.int16)))
    assert np.array_equal(law.decode(law.encode(once)), once)


def test_speech_keeps_its_signal_to_noise_ratio() -> None:
    time = np.arange(8000) / 8000
    tone = 8000 * np.sin(2 * np.pi * 1020 * time)
    for law in (ALAW, MULAW):
        noise = law.decode(law.encode(tone.astype(np.int16))) - tone
        assert 10 * np.log10((tone**2).mean() / (noise**2).mean()) > 33  # G.712: 33 dB for -10 to -20 dBm0
