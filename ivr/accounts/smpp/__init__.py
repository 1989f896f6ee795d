"""SMS over SMPP 3.4: `wire` (PDUs, by smpplib), `text` (parts), `session` (one bind), `sender` (the
ports)."""

from __future__ import annotations
