"""Papers: what a document says (`model`), and the same as PDF, XLSX, CSV, text or HTML; protected on
demand."""

from __future__ import annotations
