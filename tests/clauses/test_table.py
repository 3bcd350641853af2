"""Every clause of the three notices has a proof, or a reason why software should not serve it."""

from __future__ import annotations

from tests.clauses.table import CONVERSATIONS, DOCUMENT, NOT_SERVED, clauses, proofs, table


def test_every_clause_is_proved_or_says_why_not() -> None:
    proved = {proof.clause for proof in proofs()}
    assert len(clauses()) == 95
    assert set(clauses()) - proved - set(NOT_SERVED) == set()


def test_a_proof_names_a_clause_that_exists_and_none_is_proved_and_excused() -> None:
    proved = {proof.clause for proof in proofs()}
    assert proved <= set(clauses()) | CONVERSATIONS
    assert not proved & set(NOT_SERVED)
    assert all(reason.strip() for reason in NOT_SERVED.values())


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(), "run python -m tests.clauses.table"
