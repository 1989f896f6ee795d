"""Try a model in a process of its own: `python -m ivr.speech.model_trial FOLDER`.

Standard input: a JSON list of words. Standard output: those the model does not know, as a JSON list.
Exit status 1 and a line on standard error: it cannot be used. A crash is an answer, too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ivr.errors import SpeechError
from ivr.speech.ports import SAMPLE_RATE, SpeechOptions
from ivr.speech.vosk_ear import load_model


def main() -> int:
    """Load, make a recogniser with grammar and second opinion, decode a second of near silence."""
    words = json.load(sys.stdin)
    try:
        model = load_model(Path(sys.argv[1]))
        recogniser = model.recogniser((), second_opinion=SpeechOptions().second_opinion)
        recogniser.accept(b"\x01\x00\xff\xff" * (SAMPLE_RATE // 2))
        recogniser.finish()
    except SpeechError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    json.dump([word for word in words if not model.knows(word)], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
