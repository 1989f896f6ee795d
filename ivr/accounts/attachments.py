"""Documents that go with e-mails: a company's, finished by its order; a subscriber's statement, made when
first sent."""

from __future__ import annotations

import asyncio

from ivr.accounts.desk import Desk
from ivr.accounts.individual.statement import PREFIX, statement_paper
from ivr.accounts.outbox import Attachment
from ivr.accounts.papers.forms import FORMATS, content_of, kept, rendered
from ivr.accounts.records_company import Document
from ivr.accounts.records_services import Statement
from ivr.errors import AccountsError, SetupError

_FORM = "pdf"


class StoredDocuments:
    """Finds the document of a message, for the outbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def find(self, document: str) -> Attachment:
        """Return the finished document of an order, or a statement. Raises AccountsError."""
        found: Document | Statement | None
        if document.startswith(PREFIX):
            found = await self._statement(document.removeprefix(PREFIX))
        else:
            async with self._desk.store.read() as reader:
                found = await reader.get(Document, document)
        if found is None:
            raise AccountsError("the document of a message is gone")
        return Attachment(found.name, content_of(found.content, found.media_type), found.media_type)

    async def _statement(self, operation: str) -> Statement:
        """Return a statement as it was first sent: whoever made it first has made it."""
        async with self._desk.store.read() as reader:
            known = await reader.get(Statement, operation)
            if known is not None:
                return known
            name, paper = await statement_paper(self._desk, reader, operation)
        try:
            content = await asyncio.to_thread(rendered, paper, _FORM, self._desk.papers.fonts)
        except SetupError as fault:
            raise AccountsError(str(fault), remedy=fault.remedy) from fault
        made = Statement(operation, f"{name}.{_FORM}", FORMATS[_FORM], kept(content, FORMATS[_FORM]))
        async with self._desk.store.write() as work:
            known = await work.get(Statement, operation)
            if known is None:
                await work.add(made)
                await work.commit()
        return known or made
