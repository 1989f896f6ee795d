"""PDUs of SMPP 3.4 as bytes and back. The codec is smpplib's; its faults become ProtocolError here.

Only this module knows the library: its own client blocks a thread on its socket and writes whole messages
into the log, so the session is ours.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from smpplib import consts, smpp  # type: ignore[import-untyped]  # the wheel ships no types
from smpplib.exceptions import PDUError, UnknownCommandError  # type: ignore[import-untyped]  # as above

from ivr.errors import ProtocolError

OK, THROTTLED, QUEUE_FULL = consts.SMPP_ESME_ROK, consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL
LATER = 0x64
"""ESME_RX_T_APPN: we could not take it now, say it again."""
HEADER, LONGEST = 16, 65_536
"""Bytes of the shortest and of the longest PDU that is taken."""
_INTERFACE = 0x34


@dataclass(frozen=True, slots=True)
class Pdu:
    """What came from the other side."""

    command: str
    status: int
    sequence: int
    message_id: str = ""
    """submit_sm_resp: the id to come in reports; deliver_sm: the id reported on."""
    message_state: int = 0
    """deliver_sm: the state by its number (SMPP 3.4, 5.2.28), 0 when only the text tells."""
    text: bytes = b""
    """deliver_sm: the short message."""
    is_receipt: bool = False
    """deliver_sm: a delivery receipt (esm_class, SMPP 3.4, 5.2.12)."""


class _Library:
    """What smpplib asks of a client: sequence numbers, which are set afterwards."""

    sequence = 0

    def next_sequence(self) -> int:
        """Return any number."""
        return 0


def encode(command: str, sequence: int, **fields: Any) -> bytes:
    """Return a PDU as bytes. Raises ProtocolError for fields that do not fit."""
    try:
        made = smpp.make_pdu(command, client=_Library(), **fields)
        made.sequence = sequence
        made.status = fields.get("status", OK)
        return bytes(made.generate())
    except (PDUError, ValueError, struct.error) as fault:
        raise ProtocolError(f"{command} cannot be written: {type(fault).__name__}") from None


def bind(mode: str, sequence: int, system_id: str, password: str, system_type: str) -> bytes:
    """Return the PDU that signs in. `mode`: transceiver or transmitter."""
    return encode(
        f"bind_{mode}",
        sequence,
        system_id=system_id,
        password=password,
        system_type=system_type,
        interface_version=_INTERFACE,
        addr_ton=0,
        addr_npi=0,
        address_range="",
    )


def length_of(header: bytes) -> int:
    """Return a PDU's length from its first four bytes. Raises ProtocolError when no PDU is that long."""
    (length,) = struct.unpack(">L", header)
    if not HEADER <= length <= LONGEST:
        raise ProtocolError("a PDU of an impossible length")
    return int(length)


def decode(data: bytes) -> Pdu:
    """Return what a whole PDU says. Raises ProtocolError; an unknown command is answered, not fatal:
    `unknown`."""
    _, _, status, sequence = struct.unpack(">LLLL", data[:HEADER])
    try:
        command = smpp.pdu.extract_command(data)
        made = smpp.make_pdu(command, client=_Library(), allow_unknown_opt_params=True)
        if not (status and len(data) == HEADER):
            made.parse(data)
    except (UnknownCommandError, KeyError):
        return Pdu("unknown", status, sequence)
    except (PDUError, ValueError, IndexError, TypeError, AttributeError, struct.error) as fault:
        raise ProtocolError(f"a PDU that cannot be read: {type(fault).__name__}") from None
    reported = _text(getattr(made, "receipted_message_id", None))
    return Pdu(
        command=command,
        status=status,
        sequence=sequence,
        message_id=reported or _text(getattr(made, "message_id", None)),
        message_state=getattr(made, "message_state", None) or 0,
        text=getattr(made, "short_message", None) or b"",
        is_receipt=bool((getattr(made, "esm_class", None) or 0) & 0x3C == 0x04),
    )


def _text(value: bytes | str | None) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else value or ""
    return text.rstrip("\0")
