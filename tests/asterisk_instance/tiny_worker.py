"""The smallest worker there can be, as a program of its own, so that a test can kill it under a call.

Run as: tiny_worker.py AGI_PORT AUDIO_PORT TONE_HZ SECONDS LANGUAGE. It answers, sends a tone through
AudioSocket for SECONDS, sets IVR_DONE and closes. When IVR_RESUMED is set, the tone is an octave higher.
"""

from __future__ import annotations

import asyncio
import math
import struct
import sys
import uuid

FRAME = 160


async def take_call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One AGI session."""
    while (await reader.readline()).strip():
        continue

    async def say(command: str) -> str:
        writer.write(f"{command}\n".encode())
        return (await reader.readline()).decode()

    resumed = "(1)" in await say("GET VARIABLE IVR_RESUMED")
    await say(f"SET VARIABLE IVR_LANGUAGE {LANGUAGE}")
    await say("ANSWER")
    name = uuid.UUID(int=int(resumed))
    await say(f"EXEC AudioSocket {name},127.0.0.1:{AUDIO_PORT}")
    await say("SET VARIABLE IVR_DONE 1")
    writer.close()


async def send_tone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One AudioSocket connection: its first frame names the call."""
    _, length = struct.unpack("!BH", await reader.readexactly(3))
    resumed = int.from_bytes(await reader.readexactly(length), "big")
    hertz = TONE_HZ * (1 + resumed)
    due = asyncio.get_running_loop().time()
    for frame in range(int(SECONDS * 50)):
        places = range(frame * FRAME, (frame + 1) * FRAME)
        samples = [int(8000 * math.sin(2 * math.pi * hertz * place / 8000)) for place in places]
        writer.write(struct.pack(f"!BH{FRAME * 2}s", 0x10, FRAME * 2, struct.pack(f"<{FRAME}h", *samples)))
        due += 0.02
        await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
    writer.close()


async def serve() -> None:
    """Until killed."""
    agi = await asyncio.start_server(take_call, "127.0.0.1", AGI_PORT)
    audio = await asyncio.start_server(send_tone, "127.0.0.1", AUDIO_PORT)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.gather(agi.serve_forever(), audio.serve_forever())


if __name__ == "__main__":
    AGI_PORT, AUDIO_PORT, TONE_HZ = map(int, sys.argv[1:4])
    SECONDS, LANGUAGE = float(sys.argv[4]), sys.argv[5]
    asyncio.run(serve())
