"""The chain from an engine's sound to a telephone prompt."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import SpeechError
from ivr.speech import audio
from ivr.speech.ports import SAMPLE_RATE, Sound


def tone(hertz: float, seconds: float, rate: int, level: float = 0.3) -> Sound:
    moments = np.arange(round(seconds * rate)) / rate
    return Sound((level * np.sin(2 * np.pi * hertz * moments) * 32767).astype("<i2").tobytes(), rate)


def samples(prompt: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(prompt, "<i2").astype(np.float64) / 32768


def strongest(prompt: bytes) -> float:
    heard = samples(prompt)
    return float(np.abs(np.fft.rfft(heard)).argmax() * SAMPLE_RATE / heard.size)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000])
def test_any_rate_comes_out_as_8_khz_of_the_same_pitch_and_length(rate: int) -> None:
    prompt = audio.prompt(tone(700, 1.0, rate))
    silence = audio.LEAD_SECONDS + audio.NO_PAUSE
    assert abs(strongest(prompt) - 700) < 3
    assert abs(len(prompt) / 2 / SAMPLE_RATE - 1.0 - silence) < 0.03


def test_every_prompt_is_equally_loud_whatever_the_engine_gave() -> None:
    for level in (0.02, 0.3, 0.9):
        heard = samples(audio.prompt(tone(500, 1.0, 22_050, level)))
        speaking = heard[np.abs(heard) > 0.01 * np.abs(heard).max()]
        assert np.sqrt(np.mean(speaking**2)) == pytest.approx(audio.LOUDNESS, rel=0.05)


def test_volume_scales_loudness_and_never_clips() -> None:
    soft, loud = (samples(audio.prompt(tone(500, 0.5, 8000), "", volume)) for volume in (0.5, 2.0))
    assert np.abs(loud).max() / np.abs(soft).max() == pytest.approx(4.0, rel=0.05)
    assert np.abs(samples(audio.prompt(tone(500, 0.5, 8000), "", 100.0))).max() <= audio.CEILING + 1e-3


def test_silence_around_the_words_is_what_the_punctuation_asks_for() -> None:
    quiet = b"\0\0" * 22_050
    spoken = Sound(quiet + tone(600, 0.5, 22_050).samples + quiet, 22_050)
    for text, pause in (("Да.", 0.3), ("Да,", 0.14), ("да", audio.NO_PAUSE)):
        heard = np.flatnonzero(np.abs(samples(audio.prompt(spoken, text))) > 0.005)
        whole = len(audio.prompt(spoken, text)) // 2
        assert heard[0] / SAMPLE_RATE == pytest.approx(audio.LEAD_SECONDS, abs=0.012)
        assert (whole - heard[-1]) / SAMPLE_RATE == pytest.approx(pause, abs=0.012)


def test_direct_current_and_rumble_are_cut_and_speech_is_not() -> None:
    rumble = np.frombuffer(tone(50, 1.0, 8000, 0.3).samples, "<i2") + 3000
    cut = audio.low_cut(audio.resampled(Sound(rumble.astype("<i2").tobytes(), 8000)))
    assert np.abs(cut[800:-800]).max() < 0.01
    kept = audio.low_cut(audio.resampled(tone(300, 1.0, 8000, 0.3)))
    assert np.abs(kept[800:-800]).max() == pytest.approx(0.3, rel=0.02)


def test_prompts_begin_and_end_without_a_click() -> None:
    heard = samples(audio.prompt(tone(800, 0.3, 8000)))
    assert np.abs(np.diff(heard[: round(0.04 * SAMPLE_RATE)])).max() < 0.1
    assert heard[0] == heard[-1] == 0


@settings(max_examples=60)
@given(st.binary(max_size=4000), st.sampled_from([8000, 11_025, 22_050]), st.floats(0.1, 4.0))
def test_any_bytes_become_a_bounded_prompt(data: bytes, rate: int, volume: float) -> None:
    prompt = audio.prompt(Sound(data, rate), ".", volume)
    assert len(prompt) % 2 == 0
    assert len(prompt) / 2 / SAMPLE_RATE <= len(data) / 2 / rate + 0.35
    assert np.abs(samples(prompt)).max() <= audio.CEILING + 1e-3


def wav_file(channels: int, width: int, rate: int, data: bytes) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data)
    return held.getvalue()


def test_a_stereo_recording_is_mixed() -> None:
    left = np.frombuffer(tone(500, 0.1, 8000).samples, "<i2")
    both = np.stack([left, left], axis=1).astype("<i2").tobytes()
    assert audio.read_wav(wav_file(2, 2, 8000, both), "x.wav") == Sound(left.tobytes(), 8000)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no wav at all", wav_file(1, 1, 8000, b"\x80" * 100)])
def test_what_is_no_16_bit_wav_is_named_in_the_error(data: bytes) -> None:
    with pytest.raises(SpeechError, match=r"greeting\.wav"):
        audio.read_wav(data, "greeting.wav")


def test_a_wav_file_of_ours_reads_back() -> None:
    assert audio.read_wav(audio.wav(b"\1\0\2\0"), "x") == Sound(b"\1\0\2\0", SAMPLE_RATE)
