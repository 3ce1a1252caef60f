"""A course as a podcast: RSS 2.0 with what Apple's and Podcasting 2.0's namespaces add."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from courses import seo
from courses.models import Course, Lesson

from . import audio, feed_cover, transcripts
from .models import LessonAudio, Role, Turn

VERSION = "1"  # of what is written here: with a new one, apps fetch everything again
PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # podcast:guid, as its specification says
FILES = ("enclosure-m4a", "enclosure-mp3", "captions", "chapters")  # routes of one episode
APART = timedelta(minutes=1)  # apps sort by date: what comes first in the course is older
ASK_AGAIN = 60  # minutes
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
PERSON = {Role.TEACHER: "host", Role.STUDENT: "guest"}


@dataclass(frozen=True)
class Person:
    name: str
    role: str  # of Podcasting 2.0's list


@dataclass(frozen=True)
class Episode:
    """track: what is heard. season, number: from 1; people: who speaks in it."""

    track: audio.Track
    season: int
    number: int
    published_at: datetime
    people: tuple[Person, ...]


def revision(course: Course) -> str:
    """Changes with everything that a feed of this course says; one query."""
    lessons = Lesson.objects.published().filter(course=course)
    heard = LessonAudio.objects.filter(lesson__in=lessons, asset__take__isnull=False).exclude(asset__script={})
    made = sorted(heard.values_list("pk", "asset__take"))
    said = f"{VERSION}/{settings.BASE_URL}/{course.revised_at.timestamp()}/{made}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def write(course: Course, token: str) -> bytes:
    """The feed at the address with `token`; the token is in the addresses of its files as well."""
    found = episodes(course)
    feed = Podcast(
        title=plain(course.title),
        link=seo.absolute(course.get_absolute_url()),
        description=plain(course.promise),
        language=course.language,
        feed_url=seo.absolute(reverse("lessons:feed", args=[token])),
        ttl=str(ASK_AGAIN),  # type: ignore[arg-type]  # written as it is
        course=course,
        author=plain(_author(course)),
        people=_all_people(found),
        revised_at=course.revised_at,
    )
    for episode in found:
        _add(feed, token, episode)
    return feed.writeString("utf-8").encode()


def episodes(course: Course) -> list[Episode]:
    """Everything to hear, in the course's order: a chapter is a season, numbers run through."""
    tracks = audio.tracks(course)
    seasons = {chapter: number for number, chapter in enumerate(dict.fromkeys(t.lesson.chapter_id for t in tracks), 1)}
    speaking = _speakers(course)
    found: list[Episode] = []
    # From the last one back: none may seem newer than it is.
    latest = timezone.now()
    for number, track in reversed(list(enumerate(tracks, 1))):
        at = min(track.lesson.published_at or latest, latest)
        latest = at - APART
        people = speaking.get(track.lesson.pk, ()) if track.part == audio.Part.CONVERSATION else ()
        found.append(Episode(track, seasons[track.lesson.chapter_id], number, at, tuple(people)))
    return found[::-1]


def plain(text: str) -> str:
    """In one line, and without what XML cannot hold."""
    return " ".join(UNFIT.sub(" ", text).split())


def guid(course: Course) -> UUID:
    """The podcast's id: the same for all learners, and never another."""
    return uuid5(PODCASTS, f"{urlsplit(settings.BASE_URL).netloc}/courses/{course.pk}")


def _add(feed: "Podcast", token: str, episode: Episode) -> None:
    track, lesson = episode.track, episode.track.lesson
    rendition = track.rendition
    where = {kind: seo.absolute(reverse(f"lessons:{kind}", args=[token, track.audio.pk])) for kind in FILES}
    feed.add_item(
        title=plain(track.title),
        link=seo.absolute(lesson.get_absolute_url()),
        description=plain(lesson.objective),
        pubdate=episode.published_at,
        unique_id=str(uuid5(guid(feed.feed["course"]), f"{lesson.pk}/{track.part}")),
        unique_id_is_permalink=False,
        enclosures=[Enclosure(where[f"enclosure-{rendition.format}"], str(rendition.bytes), rendition.content_type)],
        episode=episode,
        captions=where["captions"],
        chapters=where["chapters"],
    )


def _speakers(course: Course) -> dict[int, list[Person]]:
    """lesson → who speaks in its conversation, in the order of the cast."""
    rows = Turn.objects.filter(episode__lesson__course=course).order_by("speaker__position", "speaker")
    found: dict[int, list[Person]] = {}
    for lesson, name, role in rows.values_list("episode__lesson", "speaker__name", "speaker__role").distinct():
        found.setdefault(lesson, []).append(Person(plain(name), PERSON[Role(role)]))
    return found


def _all_people(found: Iterable[Episode]) -> list[Person]:
    return list(dict.fromkeys(person for episode in found for person in episode.people))


def _author(course: Course) -> str:
    names = [
        person.display_name for person in course.instructors.order_by("teachings__position") if person.display_name
    ]
    return ", ".join(names) or "Fivefold"


# --- Writing --------------------------------------------------------------------------------------------------------


class Podcast(Rss201rev2Feed):
    """Django's RSS with the elements of podcasts; Django does the escaping."""

    feed: dict[str, Any]

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
        }

    def latest_post_date(self) -> datetime:
        revised_at: datetime = self.feed["revised_at"]
        return revised_at

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        course: Course = self.feed["course"]
        picture = reverse("lessons:feed-cover", args=[course.slug, feed_cover.digest(course)])
        # Not for directories: this copy belongs to one learner.
        write_all(
            handler,
            {
                "itunes:block": "Yes",
                "podcast:block": "yes",
                "podcast:locked": "yes",
                "podcast:guid": str(guid(course)),
                "podcast:medium": "course",
                "itunes:type": "serial",
                "itunes:author": self.feed["author"],
                "itunes:explicit": "false",
            },
        )
        handler.addQuickElement("itunes:image", "", {"href": seo.absolute(picture)})
        handler.startElement("itunes:category", {"text": "Education"})  # type: ignore[arg-type]
        handler.addQuickElement("itunes:category", "", {"text": "Courses"})
        handler.endElement("itunes:category")
        write_people(handler, self.feed["people"])

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        episode: Episode = item["episode"]
        season, number = str(episode.season), str(episode.number)
        write_all(
            handler,
            {
                "itunes:title": item["title"],
                "itunes:duration": str(max(round(episode.track.seconds), 1)),
                "itunes:episodeType": "full",
                "itunes:season": season,
                "itunes:episode": number,
                "itunes:explicit": "false",
            },
        )
        handler.addQuickElement("podcast:season", season, {"name": plain(episode.track.chapter)})
        handler.addQuickElement("podcast:episode", number)
        language = self.feed["language"]
        kind = transcripts.VTT.partition(";")[0]
        words = {"url": item["captions"], "type": kind, "language": language, "rel": "captions"}
        handler.addQuickElement("podcast:transcript", "", words)
        handler.addQuickElement("podcast:chapters", "", {"url": item["chapters"], "type": transcripts.CHAPTERS})
        write_people(handler, episode.people)


def write_all(handler: SimplerXMLGenerator, elements: Mapping[str, str]) -> None:
    for name, text in elements.items():
        handler.addQuickElement(name, text)


def write_people(handler: SimplerXMLGenerator, people: Iterable[Person]) -> None:
    for person in people:
        handler.addQuickElement("podcast:person", person.name, {"role": person.role, "group": "cast"})
