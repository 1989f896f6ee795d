"""Short messages over a bind: from the outbox, and texts that must not be kept (temporary passwords)."""

from __future__ import annotations

import asyncio

from ivr.accounts.outbox import Attachment, NotNow, Refused
from ivr.accounts.records_services import Message
from ivr.accounts.smpp import wire
from ivr.accounts.smpp.session import SmppSession
from ivr.accounts.smpp.text import Part, parts_of, reference_of
from ivr.accounts.smpp.wire import Pdu
from ivr.dialogue.queries import Secret
from ivr.errors import AccountsError, PeerGone, ProtocolError

_BUSY = frozenset({wire.THROTTLED, wire.QUEUE_FULL})
_FOR_GOOD = frozenset({0x01, 0x0B, 0x33, 0x34, 0x50})
"""Statuses about the message itself (SMPP 3.4, 5.1.3): its length, its destination."""
_INTERNATIONAL, _ISDN, _NAME = 1, 1, 5


class SmppSms:
    """Hands short messages to a message centre. `source`: who they are from."""

    def __init__(self, session: SmppSession, source: str) -> None:
        self._session = session
        self._source = source

    async def send(self, phone: str, text: Secret) -> None:
        """Hand over a text that is kept nowhere. `phone` in E.164. Raises AccountsError."""
        await self._submit(phone, text.reveal(), reference_of(f"{phone} {id(text)}"))

    async def deliver(self, message: Message, attachment: Attachment | None) -> tuple[str, ...]:
        """Hand over one of the outbox; return the ids of its parts. Raises NotNow, Refused, AccountsError."""
        return await self._submit(message.recipient, message.text, reference_of(message.id))

    async def check(self) -> None:
        """See whether the centre lets us in. Raises AccountsError."""
        try:
            await self._session.open()
        except (PeerGone, ProtocolError) as fault:
            raise AccountsError(str(fault)) from fault

    async def close(self) -> None:
        """Sign out."""
        await self._session.close()

    async def _submit(self, phone: str, text: str, reference: int) -> tuple[str, ...]:
        try:
            parts = parts_of(text, reference)
        except ValueError as fault:
            raise Refused("the text is too long for SMS") from fault
        try:
            await self._session.open()
        except (PeerGone, ProtocolError) as fault:
            raise NotNow(str(fault)) from fault
        answers = await asyncio.gather(*(self._part(phone, part, reference) for part in parts))
        return tuple(answers)

    async def _part(self, phone: str, part: Part, reference: int) -> str:
        try:
            answer = await self._session.submit(
                source_addr_ton=0 if self._source.isdecimal() else _NAME,
                source_addr_npi=_ISDN if self._source.isdecimal() else 0,
                source_addr=self._source,
                dest_addr_ton=_INTERNATIONAL,
                dest_addr_npi=_ISDN,
                destination_addr=phone.removeprefix("+"),
                esm_class=part.esm_class,
                data_coding=part.coding,
                registered_delivery=1,
                short_message=part.content,
                user_message_reference=reference,
            )
        except (PeerGone, ProtocolError) as fault:
            raise AccountsError(str(fault)) from fault
        return _taken(answer)


def _taken(answer: Pdu) -> str:
    if answer.status == wire.OK and answer.command == "submit_sm_resp":
        return answer.message_id
    told = f"the message centre answers {answer.status:#x}"
    if answer.status in _BUSY:
        raise NotNow(told)
    raise (Refused if answer.status in _FOR_GOOD else AccountsError)(told)
