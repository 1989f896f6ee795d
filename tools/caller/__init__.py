"""A scripted telephone: calls, speaks, presses keys, listens, measures; and an operator's phone that answers.

::

    phone = await Phone.open(server_port=5060)
    call = await phone.dial("0505", from_number="+79261234567")
    await call.hear_speech(within=3)
    await call.press("1")
    await call.hang_up()
    write_stereo(path, call.spoken(), call.heard())

`g711`, `rtp`, `sip`, `sdp` and `dialog` read and build bytes and do no I/O; `phone`, `call`, `mouth` and
`ear` do. Times are `time.monotonic()` seconds everywhere.
"""

from tools.caller.agent import Agent, Answer, Ignore, Reject
from tools.caller.call import Call
from tools.caller.errors import CallerError, CallRefused, NothingHeard
from tools.caller.phone import Phone
from tools.caller.stereo import write_stereo

__all__ = [
    "Agent",
    "Answer",
    "Call",
    "CallRefused",
    "CallerError",
    "Ignore",
    "NothingHeard",
    "Phone",
    "Reject",
    "write_stereo",
]
