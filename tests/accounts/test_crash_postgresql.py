"""Every operation that moves money, cut at every await: killed, and its database taken away; on PostgreSQL.

What is acknowledged is there; what is asked again with the same id is done once; nothing is said to be done
that is not; the audit is clean. How: tests/accounts/crash, docs/decisions/0059.
"""

from __future__ import annotations

from tests.accounts.crash.judging import judge, suite


async def test_postgresql_keeps_its_word_wherever_it_is_cut(
    postgres_server: str, postgres_seeded: str
) -> None:
    judge(await suite("money", "postgres", postgres_server, postgres_seeded, "crash_work"))
