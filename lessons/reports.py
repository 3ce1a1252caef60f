"""Taking in what players report: many reports at once, also such as waited days for a connection.

A report that can never count is settled too, with the reason: else it would come again for ever.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course

from . import hearing, listening
from .listening import Refused, Report
from .models import LessonAudio, Listening

Data = dict[str, Any]


def take_in(user: User, course: Course, sent: Iterable[Mapping[str, Any]]) -> Data:
    """{"accepted": numbers of the reports that need not be sent again, "refused": [{"seq", "reason"}] those of them
    that count nothing and why, "places": audio → where the learner is now}.

    sent: as `serializers.ReportSerializer` gives it; of any lessons of the course, in any order.
    """
    sent = list(sent)
    found = _audio(course, {data["audio"] for data in sent})
    reports: dict[int, list[Report]] = {}
    refused: list[tuple[int, str]] = []
    for data in sent:
        try:
            if data["audio"] not in found:
                raise Refused(_("This audio is not there any more."))
            report = report_of(data)
            reports.setdefault(data["audio"], []).append(report)
        except Refused as refusal:
            refused.append((data["seq"], str(refusal)))
    places = {}
    for pk, of_audio in reports.items():
        kept, nonsense = listening.settle(user, found[pk], of_audio)
        refused += [(report.seq, reason) for report, reason in nonsense]
        if kept:
            places[str(pk)] = _place(kept, found[pk], of_audio[-1].device)
    return {
        "accepted": sorted({data["seq"] for data in sent}),
        "refused": [{"seq": seq, "reason": reason} for seq, reason in sorted(refused)],
        "places": places,
    }


def report_of(data: Mapping[str, Any]) -> Report:
    """The report in validated `data`. Raises Refused for a page that is too old, or none of ours."""
    try:
        opened = listening.opened_at(data["visit"])
    except signing.BadSignature as error:
        raise Refused(_("The page was open for too long.")) from error
    at = listening.moment(opened, data["elapsed"], data["wall"])
    kept = ("take", "device", "seq", "heard", "place", "is_playing")
    return Report(**{name: data[name] for name in kept}, opened=opened, at=at)


def _audio(course: Course, wanted: Iterable[int]) -> dict[int, LessonAudio]:
    rows = LessonAudio.objects.filter(pk__in=wanted, lesson__course=course, asset__take__isnull=False)
    rows = rows.select_related("lesson", "asset__take")
    return {row.pk: row for row in rows.defer("asset__script", "asset__unspoken", "asset__take__peaks")}


def _place(kept: Listening, audio: LessonAudio, device: str) -> Data:
    seconds = audio.asset.take.seconds if audio.asset.take else 0.0
    heard = hearing.total(kept.heard)
    return {
        "seconds": kept.place,
        "at": kept.place_at.isoformat() if kept.place_at else None,
        "device": kept.place_device,
        "is_other": bool(kept.place_device) and kept.place_device != device,
        "heard_seconds": heard,
        "percent": listening.percent(heard, seconds),
    }
