"""The figures of one test: of the whole, of each version in it, and what everybody's answers say of their ability."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.timezone import now

from . import figures
from .figures import Beat, Store
from .figures_matrix import UNANSWERED, Table, columns, number, table
from .grading import response_of
from .models import (
    Attempt,
    Exposure,
    GradedAnswer,
    ItemFigures,
    ItemParameters,
    Kind,
    MockTest,
    QuestionVersion,
    Score,
    TestFigures,
)
from .models.questions import FULL
from .statistics import ability, health, items, times

MOST_OPTIONS = 10  # typed answers told of, the most frequent
# What one can list as options; the texts of other kinds say nothing to people.
LISTED = (Kind.SINGLE, Kind.TRUE_FALSE, Kind.MULTIPLE, Kind.NUMERIC, Kind.SHORT, Kind.FORMULA)
CHANGED = 0.005  # of an ability: less is not worth a write
AT_ONCE = 500  # rows written with one statement


def measure(test: MockTest, beat: Beat) -> Store:
    at, attempts = now(), figures.counted().filter(test=test)
    versions = columns(attempts)
    before = _fingerprint(test, versions)
    data = table(attempts, versions, beat)
    analysis = items.analyse(data.shares) if data.shares.size else None
    parameters = _parameters(data.versions)
    abilities = _abilities(test, data, parameters)
    whole = _whole(test, at, data, analysis, abilities)
    rows = _rows(test, at, data, analysis, parameters) if analysis else []
    _keep_abilities(data, abilities, beat)

    def store() -> None:
        fields = ["at", "attempts", "mean", "deviation", "alpha", "omega", "error", "median_seconds"]
        TestFigures.objects.bulk_create([whole], update_conflicts=True, unique_fields=["test"], update_fields=fields)
        _replace(test, rows)
        figures.follow_up(test)
        if _fingerprint(test, versions) != before:  # more came, or a key was corrected, while we computed
            figures.ask(test, delay=figures.SOON)

    return store


def _fingerprint(test: MockTest, versions: Sequence[int]) -> tuple[Any, ...]:
    keys = QuestionVersion.objects.filter(pk__in=versions).order_by("pk").values_list("pk", "revision")
    return figures.counted().filter(test=test).count(), *keys


def _replace(test: MockTest, rows: Sequence[ItemFigures]) -> None:
    old = ItemFigures.objects.filter(test=test)
    old.exclude(version__in=[row.version_id for row in rows]).delete()
    keys = {"test", "version"}
    fields = [one.name for one in ItemFigures._meta.fields if not one.primary_key and one.name not in keys]
    ItemFigures.objects.bulk_create(
        rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=sorted(keys), update_fields=fields
    )


# --- The whole ------------------------------------------------------------------------------------------------------


def _whole(
    test: MockTest, at: datetime, data: Table, analysis: items.Analysis | None, abilities: "Abilities"
) -> TestFigures:
    alpha = analysis.alpha if analysis else math.nan
    if math.isnan(alpha) and len(abilities.theta) and abilities.is_calibrated:
        # Forms differ, so totals cannot be compared; abilities can.
        alpha = ability.reliability(abilities.theta, abilities.error)
    deviation = float(np.std(data.marks, ddof=1)) if len(data.marks) > 1 else math.nan
    known = [seconds for seconds in data.durations if math.isfinite(seconds)]
    return TestFigures(
        test=test,
        at=at,
        attempts=figures.counted().filter(test=test).count(),
        mean=number(float(np.mean(data.marks))) if data.marks else None,
        deviation=number(deviation),
        alpha=number(alpha),
        omega=number(analysis.omega) if analysis else None,
        error=number(deviation * math.sqrt(max(1 - alpha, 0.0))) if math.isfinite(alpha) else None,
        median_seconds=float(np.median(known)) if known else None,
    )


# --- Questions ------------------------------------------------------------------------------------------------------


def _rows(
    test: MockTest, at: datetime, data: Table, analysis: items.Analysis, parameters: dict[int, ItemParameters]
) -> list[ItemFigures]:
    versions = QuestionVersion.objects.select_related("question", "revision").in_bulk(data.versions)
    medians = times.medians(data.seconds)
    usual = float(np.nanmedian(medians)) if np.isfinite(medians).any() else math.nan
    shown = dict(Exposure.objects.filter(test=test).values_list("version", "count"))
    fifth = items.fifths(analysis.totals)
    rows = []
    for column, pk in enumerate(data.versions):
        seen = data.graded[:, column] != UNANSWERED
        blank = seen & data.words.is_blank[data.graded[:, column]]
        told = _options(versions[pk], data, column, analysis, fifth)
        item = health.Item(
            n=int(analysis.n[column]),
            facility=float(analysis.facility[column]),
            discrimination=float(analysis.discrimination[column]),
            options=told.options,
            names=told.names,
            right=told.right,
            offered=told.offered,
            bad_key=told.bad_key,
            slope=_of(parameters.get(pk), "slope"),
            moved=_of(parameters.get(pk), "moved"),
            rapid_share=_rapid_share(data, column, blank, float(medians[column])),
            times_median=float(medians[column]) / usual if usual > 0 else math.nan,
            exposure=shown.get(pk, 0) / len(data.attempts) if test.way == MockTest.Way.ADAPTIVE else math.nan,
            weight=float(data.weights[column]),
            share_of_attempts=float(seen.mean()),
        )
        row = _row(item, told)
        row.test, row.version_id, row.at = test, pk, at
        row.upper_lower = number(float(analysis.upper_lower[column]))
        row.alpha_without = number(float(analysis.alpha_without[column]))
        row.blank_share = float(blank.sum()) / int(seen.sum()) if seen.any() else None
        row.median_seconds = number(float(medians[column]))
        rows.append(row)
    return rows


def _row(item: health.Item, told: "Told") -> ItemFigures:
    flags = health.flags(item)
    return ItemFigures(
        n=item.n,
        facility=number(item.facility),
        discrimination=number(item.discrimination),
        rapid_share=number(item.rapid_share),
        options=told.rows(),
        flags=flags,
        harm=health.harm(flags, item),
    )


def _rapid_share(data: Table, column: int, blank: np.ndarray, median: float) -> float:
    # A blank takes no time to give.
    seconds = np.where(blank, np.nan, data.seconds[:, column])[:, None]
    known = int(np.isfinite(seconds).sum())
    return float(times.rapid(seconds, np.array([median])).sum()) / known if known else math.nan


def _of(parameters: ItemParameters | None, name: str) -> float:
    value = getattr(parameters, name, None)
    return math.nan if value is None else value


@dataclass(frozen=True)
class Told:
    """The options of one version, the most chosen first."""

    names: Sequence[str] = ()
    options: Sequence[items.Option] = ()
    right: Sequence[bool] = ()
    offered: Sequence[str] = ()
    bad_key: items.BadKey | None = None

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "id": name,
                "share": number(option.share),
                "fifths": [number(share) for share in option.fifths],
                "rest": number(option.rest),
            }
            for name, option in zip(self.names, self.options, strict=True)
        ]


def _options(version: QuestionVersion, data: Table, column: int, analysis: items.Analysis, fifth: np.ndarray) -> Told:
    kind = version.question.kind
    if kind not in LISTED:
        return Told()
    graded, shares = data.graded[:, column], data.shares[:, column]
    rest = analysis.rests.of(np.nan_to_num(shares))
    used, counts = np.unique(graded[graded != UNANSWERED], return_counts=True)
    is_word = ~(data.words.is_blank[used] | data.words.is_invalid[used])
    used, counts = used[is_word], counts[is_word]
    used = used[np.argsort(-counts, kind="stable")]
    if kind == Kind.MULTIPLE:
        return _ticked(version, data, graded, used, rest, fifth)
    if kind not in (Kind.SINGLE, Kind.TRUE_FALSE):
        used = used[:MOST_OPTIONS]
    chosen = np.where(graded == UNANSWERED, items.UNSEEN, items.BLANK).astype(np.int16)
    for place, one in enumerate(used):
        chosen[graded == one] = place
    found = items.options(chosen, len(used), rest, fifth)
    right = [bool(ppm >= ability.RIGHT * FULL) for ppm in data.words.ppm[used]]
    is_right = np.where(np.isnan(shares), items.UNSEEN, shares >= ability.RIGHT).astype(np.int16)
    (key,) = items.options(np.where(is_right == 1, 0, np.minimum(is_right, items.BLANK)), 1, rest, fifth)
    bad = items.bad_key(found, right, key.rest, int(analysis.n[column]))
    return Told(_texts(data, used), found, right, _offered(version), bad)


def _ticked(
    version: QuestionVersion, data: Table, graded: np.ndarray, used: np.ndarray, rest: np.ndarray, fifth: np.ndarray
) -> Told:
    """Of several right options each by itself: shares add up to more than 1."""
    ticks = [response_of(text) for text in _texts(data, used)]
    names = _offered(version)
    key = version.revision.key if version.revision else {}
    found = []
    for name in names:
        with_it = [one for one, ticked in zip(used, ticks, strict=True) if name in ticked]
        chosen = np.where(graded == UNANSWERED, items.UNSEEN, items.BLANK).astype(np.int16)
        chosen[np.isin(graded, with_it)] = 0
        found += items.options(chosen, 1, rest, fifth)
    order = sorted(range(len(names)), key=lambda place: -found[place].n)
    return Told(
        [names[place] for place in order],
        [found[place] for place in order],
        [names[place] in key.get("right", ()) for place in order],
        names,
    )


def _texts(data: Table, used: np.ndarray) -> list[str]:
    ids = [int(pk) for pk in data.words.ids[used]]
    texts = dict(GradedAnswer.objects.filter(pk__in=ids).values_list("pk", "text"))
    return [texts.get(pk, "") for pk in ids]


def _offered(version: QuestionVersion) -> list[str]:
    if version.question.kind == Kind.TRUE_FALSE:
        return ["true", "false"]
    if version.question.kind in (Kind.SINGLE, Kind.MULTIPLE):
        return [option["id"] for option in version.body.get("options", [])]
    return []


# --- People ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Abilities:
    """Of the attempts with an item whose parameters are known; arrays of equal length."""

    rows: np.ndarray
    theta: np.ndarray
    error: np.ndarray
    is_calibrated: bool = False  # all of the items are


def _parameters(versions: Sequence[int]) -> dict[int, ItemParameters]:
    return ItemParameters.objects.in_bulk(versions)


def _abilities(test: MockTest, data: Table, known: dict[int, ItemParameters]) -> Abilities:
    """As quizzes.storing does for one attempt: in an adaptive test what is not calibrated is as its author says."""
    used = [column for column, pk in enumerate(data.versions) if pk in known or test.way == MockTest.Way.ADAPTIVE]
    if not used or not data.attempts:
        return Abilities(np.empty(0, int), np.empty(0), np.empty(0))
    rows = QuestionVersion.objects.filter(pk__in=data.versions).values_list("pk", "question__difficulty")
    assumed = {pk: ability.ASSUMED[difficulty] for pk, difficulty in rows}
    pairs = [
        (known[pk].slope, known[pk].difficulty) if pk in known else assumed[pk]
        for pk in (data.versions[column] for column in used)
    ]
    shares = data.shares[:, used]
    right = np.where(np.isnan(shares), -1, shares >= ability.RIGHT).astype(np.int8)
    slopes, difficulties = (np.array(values, float) for values in zip(*pairs, strict=True))
    theta, error = ability.eap(ability.Parameters(slopes, difficulties), right)
    told = np.flatnonzero((right >= 0).any(axis=1))
    return Abilities(told, theta[told], error[told], all(pk in known for pk in data.versions))


def _keep_abilities(data: Table, found: Abilities, beat: Beat) -> None:
    """Into the scores whose ability is not known yet, or is another one since questions were calibrated."""
    for start in range(0, len(found.rows), AT_ONCE):
        beat(90 + 10 * start / len(found.rows))
        part = slice(start, start + AT_ONCE)
        attempts = [data.attempts[row] for row in found.rows[part]]
        new = dict(zip(attempts, zip(found.theta[part], found.error[part], strict=True), strict=True))
        changed = []
        for score in Score.objects.filter(attempt__in=attempts, attempt__state=Attempt.State.SCORED):
            theta, error = (float(value) for value in new[score.attempt_id])
            if score.ability is None or score.ability_error is None or abs(score.ability - theta) > CHANGED:
                score.ability, score.ability_error = theta, error
                changed.append(score)
        if changed:
            Score.objects.bulk_update(changed, ["ability", "ability_error"])
