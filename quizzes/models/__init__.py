from .attempts import Answer, Attempt, AttemptEvent, AttemptQuerySet, LateAnswer, MarksRules, Score
from .figures import Calibration, Exposure, ItemFigures, ItemParameters, PairFlag, TestFigures
from .mock_tests import Accommodation, MockTest, MockTestQuerySet, Section, Slot
from .questions import GradedAnswer, KeyRevision, Kind, Question, QuestionQuerySet, QuestionVersion
from .regrades import RegradeChange, RegradeRun
from .reports import ProblemReport

__all__ = [
    "Accommodation",
    "Answer",
    "Attempt",
    "AttemptEvent",
    "AttemptQuerySet",
    "Calibration",
    "Exposure",
    "GradedAnswer",
    "ItemFigures",
    "ItemParameters",
    "KeyRevision",
    "Kind",
    "LateAnswer",
    "MarksRules",
    "MockTest",
    "MockTestQuerySet",
    "PairFlag",
    "ProblemReport",
    "Question",
    "QuestionQuerySet",
    "QuestionVersion",
    "RegradeChange",
    "RegradeRun",
    "Score",
    "Section",
    "Slot",
    "TestFigures",
]
