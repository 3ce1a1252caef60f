"""What many attempts tell about questions, tests and people. Computed by jobs, never typed in."""

from django.db import models

from courses.models import Course

from .attempts import Attempt
from .mock_tests import MockTest
from .questions import QuestionVersion


class TestFigures(models.Model):
    test = models.OneToOneField(MockTest, models.CASCADE, primary_key=True, related_name="figures")
    at = models.DateTimeField()
    attempts = models.PositiveIntegerField()  # that they rest on
    mean = models.FloatField(null=True)  # share of the marks, 0–1
    deviation = models.FloatField(null=True)
    alpha = models.FloatField(null=True)
    omega = models.FloatField(null=True)
    error = models.FloatField(null=True)  # standard error of measurement, as a share
    median_seconds = models.FloatField(null=True)

    def __str__(self) -> str:
        return str(self.test)


class ItemFigures(models.Model):
    """One version in one test."""

    test = models.ForeignKey(MockTest, models.CASCADE, related_name="item_figures")
    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="figures")
    at = models.DateTimeField()
    n = models.PositiveIntegerField()
    facility = models.FloatField(null=True)  # mean fraction
    discrimination = models.FloatField(null=True)  # corrected item-rest correlation
    upper_lower = models.FloatField(null=True)  # facility of the top 27 % less that of the bottom 27 %
    alpha_without = models.FloatField(null=True)
    blank_share = models.FloatField(null=True)
    rapid_share = models.FloatField(null=True)  # of guesses too quick to have read
    median_seconds = models.FloatField(null=True)
    # [{"id", "share", "fifths": [5 shares], "rest": correlation}], most chosen first; what is not known is None. Of
    # several right options each counts by itself; of typed answers the id is the canonical text.
    options = models.JSONField(default=list)
    # [{"code": "bad_key", "z": …, "proposed": option id}, …], see quizzes.statistics.health.
    flags = models.JSONField(default=list)
    harm = models.FloatField(default=0.0)

    class Meta:
        ordering = ["-harm", "pk"]
        constraints = [models.UniqueConstraint(fields=["test", "version"], name="item_figures_once")]

    def __str__(self) -> str:
        return f"{self.test_id} {self.version_id}"


class Calibration(models.Model):
    """One run of the two-parameter model over a course's answers."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="calibrations")
    at = models.DateTimeField()
    people = models.PositiveIntegerField()
    items = models.PositiveIntegerField()
    cycles = models.PositiveIntegerField()
    log_likelihood = models.FloatField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.course_id} {self.at}"


class ItemParameters(models.Model):
    """P(right | ability t) = 1 / (1 + exp(-slope (t - difficulty))), abilities being N(0, 1)."""

    version = models.OneToOneField(QuestionVersion, models.CASCADE, primary_key=True, related_name="parameters")
    calibration = models.ForeignKey(Calibration, models.CASCADE, related_name="parameters")
    slope = models.FloatField()
    difficulty = models.FloatField()
    slope_error = models.FloatField(null=True)
    difficulty_error = models.FloatField(null=True)
    moved = models.FloatField(null=True)  # its difficulty since the calibration before, in standard errors
    n = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.version_id)


class Exposure(models.Model):
    """How many adaptive attempts of a test have shown a version: keeps favourites from being known to all."""

    test = models.ForeignKey(MockTest, models.CASCADE, related_name="exposures")
    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["test", "version"], name="exposure_once")]

    def __str__(self) -> str:
        return f"{self.test_id} {self.version_id}: {self.count}"


class PairFlag(models.Model):
    """Two attempts more alike than chance explains. For people to look at; it decides nothing."""

    test = models.ForeignKey(MockTest, models.CASCADE, related_name="pair_flags")
    first = models.ForeignKey(Attempt, models.CASCADE, related_name="+")
    second = models.ForeignKey(Attempt, models.CASCADE, related_name="+")
    z = models.FloatField()
    alike = models.PositiveSmallIntegerField()  # answers in common
    alike_wrong = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-z"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="pair_flagged_once")]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
