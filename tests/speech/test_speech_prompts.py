"""The prompt cache and the voice over it: made once, kept whole, private things forgotten."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.errors import SpeechError
from ivr.speech import audio
from ivr.speech.cache import PromptCache, key_of, read_prompt, sweep, write_prompt
from ivr.speech.fake import FakeSynthesiser, tone
from ivr.speech.ports import SAMPLE_RATE, SpeechOptions
from ivr.speech.pronunciation import spoken_text
from ivr.speech.voice import PromptVoice
from tests.speech.lines import Counts, Line


def making(data: bytes, calls: list[bytes]) -> Callable[[], Awaitable[bytes]]:
    async def make() -> bytes:
        calls.append(data)
        await asyncio.sleep(0)
        return data

    return make


async def test_a_prompt_is_made_once_and_then_comes_from_memory_and_disk(tmp_path: Path) -> None:
    counts, calls = Counts(), []  # type: ignore[var-annotated]  # filled by `making`
    cache = PromptCache(tmp_path, 1000, counts)
    for _ in range(3):
        assert await cache.get("aa11", making(b"\1\0" * 50, calls)) == b"\1\0" * 50
    assert await PromptCache(tmp_path, 1000, counts).get("aa11", making(b"", calls)) == b"\1\0" * 50
    assert len(calls) == 1
    assert counts.totals == {"prompt_cache_miss": 1, "prompt_cache_memory": 2, "prompt_cache_disk": 1}


async def test_a_hundred_callers_at_once_make_it_once(tmp_path: Path) -> None:
    calls: list[bytes] = []
    cache = PromptCache(tmp_path, 1000)
    got = await asyncio.gather(*(cache.get("aa11", making(b"\1\0", calls)) for _ in range(100)))
    assert got == [b"\1\0"] * 100
    assert len(calls) == 1


async def test_a_caller_who_hangs_up_does_not_take_the_prompt_from_the_others(tmp_path: Path) -> None:
    calls: list[bytes] = []
    cache = PromptCache(tmp_path, 1000)
    first = asyncio.create_task(cache.get("aa11", making(b"\1\0", calls)))
    second = asyncio.create_task(cache.get("aa11", making(b"\1\0", calls)))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == b"\1\0"
    assert len(calls) == 1


async def test_a_failure_reaches_everybody_and_is_not_kept(tmp_path: Path) -> None:
    async def fail() -> bytes:
        raise SpeechError("no engine")

    cache = PromptCache(tmp_path, 1000)
    outcomes = await asyncio.gather(*(cache.get("aa11", fail) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [SpeechError] * 3
    assert await cache.get("aa11", making(b"\1\0", [])) == b"\1\0"


async def test_memory_is_bounded_and_the_least_used_goes_first(tmp_path: Path) -> None:
    counts = Counts()
    cache = PromptCache(tmp_path, 25, counts)
    for key in ("aa", "bb", "aa", "cc"):
        await cache.get(key, making(b"\1\0" * 5, []))
    counts.totals.clear()
    await cache.get("aa", making(b"", []))
    await cache.get("bb", making(b"", []))
    assert counts.totals == {"prompt_cache_memory": 1, "prompt_cache_disk": 1}


@pytest.mark.parametrize("damage", [b"", b"RIFF", audio.wav(b"\1\0" * 50)[:-20], b"\0" * 200])
async def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    cache = PromptCache(tmp_path, 0)
    path = cache.path("aa11")
    path.parent.mkdir()
    path.write_bytes(damage)
    assert await cache.get("aa11", making(b"\2\0" * 9, [])) == b"\2\0" * 9
    assert await asyncio.to_thread(read_prompt, path) == b"\2\0" * 9


async def test_an_unwritable_folder_does_not_silence_the_robot(tmp_path: Path) -> None:
    (tmp_path / "aa").write_text("a file where a folder should be")
    counts = Counts()
    assert await PromptCache(tmp_path, 100, counts).get("aa11", making(b"\1\0", [])) == b"\1\0"
    assert counts.totals["prompt_cache_unwritable"] == 1


def test_keys_differ_whenever_a_part_does() -> None:
    parts = [("a", "b"), ("ab", ""), ("", "ab"), ("a", "b", ""), ("a", 1), ("a", 1.0)]
    assert len({key_of(*one) for one in parts}) == len(parts)


def test_sweeping_removes_the_longest_unused_and_unfinished_files(tmp_path: Path) -> None:
    for number, name in enumerate(("old", "middle", "new")):
        path = tmp_path / "aa" / f"{name}.wav"
        write_prompt(path, b"\0\0" * 100)
        os.utime(path, (1000 + number, 1000))
    (tmp_path / "aa" / "x.part").write_bytes(b"half")
    assert sweep(tmp_path, 2 * 244) == 1
    assert sorted(path.name for path in tmp_path.glob("*/*")) == ["middle.wav", "new.wav"]


@pytest.fixture
def options(tmp_path: Path) -> SpeechOptions:
    return replace(SpeechOptions(), cache_folder=tmp_path / "cache", prompts_folder=tmp_path / "prompts")


async def test_a_fixed_prompt_is_said_once_and_files_share_the_cache(options: SpeechOptions) -> None:
    engine = FakeSynthesiser()
    voice = PromptVoice(engine, options)
    await voice.start()
    rendered = await voice.render(Line("Главное меню."))
    path = await voice.file(Line("Главное меню."))
    assert engine.said == ["Главное меню."]
    assert path.suffix == ""
    assert path.is_absolute()
    assert await asyncio.to_thread(read_prompt, path.with_suffix(".wav")) == rendered
    await voice.release(path)
    assert path.with_suffix(".wav").exists()
    await voice.close()


async def test_what_one_caller_owns_is_kept_nowhere(options: SpeechOptions) -> None:
    engine = FakeSynthesiser()
    voice = PromptVoice(engine, options)
    await voice.start()
    line = Line("Двести рублей.", fixed=False)
    assert await voice.render(line) == await voice.render(line)
    assert engine.said == ["Двести рублей."] * 2
    assert list(options.cache_folder.rglob("*.wav")) == []
    paths = [await voice.file(line) for _ in range(2)]
    assert paths[0] != paths[1]
    await voice.release(paths[0])
    assert [path.with_suffix(".wav").exists() for path in paths] == [False, True]
    await voice.close()
    assert list(options.cache_folder.rglob("*.wav")) == []


async def test_private_files_of_a_dead_run_go_at_start_and_old_ones_in_time(
    options: SpeechOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = options.cache_folder / "private" / "x.wav"
    await asyncio.to_thread(write_prompt, left, b"\1\0")
    voice = PromptVoice(FakeSynthesiser(), options)
    await voice.start()
    assert not left.exists()
    monkeypatch.setattr("ivr.speech.voice.PRIVATE_SECONDS", -1.0)
    path = await voice.file(Line("Сто рублей.", fixed=False))
    await voice.file(Line("Двести рублей.", fixed=False))
    assert not path.with_suffix(".wav").exists()
    await voice.close()


async def test_release_touches_no_file_of_others(options: SpeechOptions, tmp_path: Path) -> None:
    other = tmp_path / "precious.wav"
    other.write_bytes(b"x")
    voice = PromptVoice(FakeSynthesiser(), options)
    await voice.release(tmp_path / "precious")
    assert other.exists()


async def test_rate_volume_and_text_make_different_prompts(options: SpeechOptions) -> None:
    voice = PromptVoice(FakeSynthesiser(), options)
    lines = [Line("Да."), Line("Нет."), Line("Да.", rate=1.5), Line("Да.", volume=0.5), Line("Да.", "en")]
    assert len({await voice.file(line) for line in lines}) == len(lines)
    plain, quick = await voice.render(lines[0]), await voice.render(lines[2])
    assert len(quick) < len(plain)
    await voice.close()


async def test_a_recording_is_used_instead_of_synthesis_at_any_rate(options: SpeechOptions) -> None:
    folder = options.prompts_folder / "ru" / "audio"
    folder.mkdir(parents=True)
    sound = tone("studio", 0.5)
    (folder / "greeting.wav").write_bytes(audio.wav(sound.samples))
    engine = FakeSynthesiser()
    voice = PromptVoice(engine, options)
    await voice.start()
    spoken = await voice.render(Line("Здравствуйте.", prompt="greeting", rate=2.0))
    assert engine.said == []
    assert len(spoken) / 2 / SAMPLE_RATE == pytest.approx(0.5 + 0.03 + 0.3, abs=0.03)
    assert voice.recorded("ru", "greeting")
    assert not voice.recorded("en", "greeting")
    await voice.render(Line("Здравствуйте.", prompt="greeting", fixed=False))
    assert engine.said == ["Здравствуйте."]
    await voice.close()


async def test_a_changed_recording_is_heard_after_looking_again(options: SpeechOptions) -> None:
    path = options.prompts_folder / "ru" / "audio" / "greeting.wav"
    path.parent.mkdir(parents=True)
    voice = PromptVoice(FakeSynthesiser(), options)
    heard = []
    for seconds in (0.5, 1.0):
        path.write_bytes(audio.wav(tone("studio", seconds).samples))
        await voice.find_recordings()
        heard.append(len(await voice.render(Line("Здравствуйте.", prompt="greeting"))))
    assert heard[1] > heard[0]
    await voice.close()


async def test_a_prebuild_renders_everything_fixed_and_lists_what_failed(options: SpeechOptions) -> None:
    path = options.prompts_folder / "ru" / "audio" / "bad.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no sound")
    engine = FakeSynthesiser()
    voice = PromptVoice(engine, options)
    await voice.start()
    steps: list[tuple[int, int]] = []
    lines = [Line("Раз."), Line("Два."), Line("Плохо.", prompt="bad"), Line("Моё.", fixed=False)]
    built = await voice.prebuild(lines, lambda done, total: steps.append((done, total)))
    assert built.rendered == 2
    assert len(built.faults) == 1
    assert built.faults[0].startswith("ru/bad: bad.wav")
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert sorted(engine.said) == ["Два.", "Раз."]
    await voice.close()


async def test_a_broken_engine_is_a_speech_error(options: SpeechOptions) -> None:
    voice = PromptVoice(FakeSynthesiser(broken=True), options)
    with pytest.raises(SpeechError):
        await voice.render(Line("Да."))
    await voice.close()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("сорок пять", "[[s'orVk]] пять"),
        ("Ваш счет и решетка", "Ваш счёт и решётка"),
        ("все счета", "все счета"),
        ("к оператору", "[[k]] оператору"),
        ("зако\u0301нчите", "закончите"),
        ("злой [[a]] текст\0\n тут", "злой a текст тут"),
        ("PUK код", "[[p'Ak]] код"),
    ],
)
def test_russian_text_is_corrected_for_the_engine(text: str, spoken: str) -> None:
    assert spoken_text(text, "ru") == spoken


def test_english_text_is_left_alone() -> None:
    assert spoken_text("PUK  code, [[x", "en") == "PUK code, x"
