"""The claims of asvs.py name tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.guards.asvs import CLAIMS, STATUSES, Claim

TESTS = Path(__file__).resolve().parents[1]


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing(claim: Claim) -> list[str]:
    """The tests that a claim names and nobody wrote."""
    found = []
    for test in claim.tests:
        file, _separator, name = test.partition("::")
        if not (TESTS / file).is_file() or name not in names_in(TESTS / file):
            found.append(test)
    return found


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_is_shown_by_tests_that_exist(claim):
    assert missing(claim) == []
    assert bool(claim.tests) == (claim.status == "done")


def test_every_claim_is_made_once_with_a_status_and_words():
    ids = [claim.id for claim in CLAIMS]
    assert len(ids) == len(set(ids)) > 80
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", number) for number in ids)
    assert all(claim.status in STATUSES.values() and claim.words for claim in CLAIMS)


def test_a_claim_without_its_test_is_noticed():
    assert missing(Claim("0.0.0", "done", "", ("guards/test_asvs.py::test_nobody_wrote",)))
    assert missing(Claim("0.0.0", "done", "", ("guards/no_such_file.py::test_x",)))
