"""Delivery receipts: by their fields, or by the text that most centres write (SMPP 3.4, appendix B)."""

from __future__ import annotations

import re

from ivr.accounts.smpp.wire import Pdu

_FINAL = {2: "delivered", 3: "undelivered", 4: "undelivered", 5: "undelivered", 8: "undelivered"}
"""Message states that are final (SMPP 3.4, 5.2.28): delivered; expired, deleted, undeliverable, rejected."""
_WORDS = {"DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "REJECTD": 8}
_ID, _STATE = re.compile(r"\bid:(\S+)"), re.compile(r"\bstat:([A-Z]+)")


def read_receipt(pdu: Pdu) -> tuple[str, str] | None:
    """Return (message id, delivered or undelivered) of a final receipt; None of anything else."""
    if pdu.command != "deliver_sm" or not pdu.is_receipt:
        return None
    text = pdu.text.decode("latin-1")
    named, stated = _ID.search(text), _STATE.search(text)
    id_ = pdu.message_id or (named.group(1) if named else "")
    state = _FINAL.get(pdu.message_state or _WORDS.get(stated.group(1) if stated else "", 0))
    return (id_, state) if id_ and state else None
