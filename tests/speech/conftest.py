"""Every speech test fails if our code blocks the event loop; some hear with the bundled models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from blockbuster import blockbuster_ctx

from ivr.speech.hearing import GrammarEars
from ivr.speech.ports import SpeechOptions
from ivr.speech.vosk_ear import VoskRecognisers
from tests.speech.lines import MODELS


@pytest.fixture(autouse=True)
def _nothing_blocks() -> Iterator[None]:
    """Raise where code of ours blocks inside the event loop; what tests themselves do is not looked at."""
    with blockbuster_ctx(scanned_modules=["ivr"]):
        yield


@pytest.fixture
async def ears() -> AsyncIterator[GrammarEars]:
    """Real ears, patient enough for a busy machine."""
    options = replace(SpeechOptions(), model_folders=(MODELS,), decode_timeout=30.0)
    made = GrammarEars(VoskRecognisers(options), options)
    yield made
    await made.close()
