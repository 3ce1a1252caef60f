"""Questions in and out: files in several formats ↔ drafts, and drafts → the bank.

found, problems = gift.read(text)
planned = plan(course, found, problems=problems)    # for people to look at
apply(planned, by=user)                             # the same, in one transaction; twice changes nothing
"""

from .planning import Outcome, Plan, Row, apply, plan
from .problems import Problem

__all__ = ["Outcome", "Plan", "Problem", "Row", "apply", "plan"]
