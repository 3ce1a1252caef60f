"""What podcast apps get at a learner's private address, and how it ends."""

import io
import json
from datetime import timedelta
from xml.etree import ElementTree

import feedparser
import podcastparser
import pytest
import webvtt
from django.utils import timezone

from courses.models import Course, Lesson
from enrollment.models import Enrollment
from lessons import feeds
from media.models import Take
from tests import factories
from tests.media.reading import ReadingClient

BYTES = bytes(range(256)) * 5000  # 1.28 MB
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
APP = "Overcast/3.0 (+http://overcast.fm/; iOS podcast app)"


@pytest.fixture
def client():
    return ReadingClient()


@pytest.fixture
def audio(cast, tmp_path):
    file = tmp_path / "made.m4a"
    file.write_bytes(BYTES)
    return factories.ready_audio(cast.lesson, file=file)


@pytest.fixture
def enrollment(cast):
    return Enrollment.objects.get(learner=cast.enrolled)


@pytest.fixture
def token(enrollment, audio):
    return feeds.create(enrollment)


def files_of(token, audio):
    return [f"/feeds/{token}.xml", *(f"/feeds/{token}/{audio.pk}.{kind}" for kind in ("m4a", "mp3", "vtt", "json"))]


# --- The feed -------------------------------------------------------------------------------------------------------


def test_one_parser_finds_course_and_episodes(client, token, audio, cast):
    parsed = feedparser.parse(client.get(f"/feeds/{token}.xml").content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.feed.title == cast.course.title
    assert parsed.feed.language == "en"
    assert parsed.feed.itunes_block == 1
    (entry,) = parsed.entries
    assert entry.title == f"{cast.lesson.title} · Classroom conversation"
    assert entry.summary == cast.lesson.objective
    (enclosure,) = entry.enclosures
    assert enclosure.href.endswith(f"/feeds/{token}/{audio.pk}.m4a")
    assert (enclosure.length, enclosure.type) == (str(len(BYTES)), "audio/mp4")
    assert entry.guidislink is False


def test_another_parser_finds_the_same(client, token, audio, cast, monkeypatch):
    # It knows the namespace by the address of its description only.
    monkeypatch.setitem(podcastparser.Namespace.NAMESPACES, PODCAST.strip("{}"), "podcast")
    found = podcastparser.parse("http://127.0.0.1/feed.xml", io.BytesIO(client.get(f"/feeds/{token}.xml").content))
    assert found["title"] == cast.course.title
    assert found["type"] == "serial"
    assert found["explicit"] is False
    assert found["cover_url"].endswith(".png")
    (episode,) = found["episodes"]
    assert episode["total_time"] == round(audio.asset.take.seconds)
    assert episode["enclosures"][0]["file_size"] == len(BYTES)
    assert episode["chapters_json_url"].endswith(f"{audio.pk}.json")
    assert episode["transcript_url"].endswith(f"{audio.pk}.vtt")
    assert episode["number"] == 1
    assert episode["persons"][0]["name"] == "Nora"


def test_it_says_what_directories_and_players_ask(client, token, audio, cast):
    channel = ElementTree.fromstring(client.get(f"/feeds/{token}.xml").content)[0]
    says = {
        "block": channel.findtext(f"{PODCAST}block"),
        "locked": channel.findtext(f"{PODCAST}locked"),
        "medium": channel.findtext(f"{PODCAST}medium"),
        "author": channel.findtext(f"{ITUNES}author"),
        "category": [one.get("text") for one in channel.iter(f"{ITUNES}category")],
    }
    assert says == {
        "block": "yes",
        "locked": "yes",
        "medium": "course",
        "author": cast.instructor.display_name,
        "category": ["Education", "Courses"],
    }
    item = channel.find("item")
    assert item.findtext(f"{ITUNES}season") == item.findtext(f"{PODCAST}season") == "1"
    assert item.find(f"{PODCAST}season").get("name") == cast.lesson.chapter.title
    assert [(one.text, one.get("role")) for one in item.iter(f"{PODCAST}person")] == [
        ("Nora", "host"),
        ("Ben", "guest"),
    ]
    assert item.find(f"{PODCAST}transcript").attrib["rel"] == "captions"


def test_the_podcast_is_the_same_for_every_learner_and_tells_no_token(client, token, audio, cast):
    other = feeds.create(Enrollment.objects.get(learner=cast.other))
    one, two = (ElementTree.fromstring(client.get(f"/feeds/{each}.xml").content)[0] for each in (token, other))
    assert one.findtext(f"{PODCAST}guid") == two.findtext(f"{PODCAST}guid")
    assert one.findtext("item/guid") == two.findtext("item/guid")
    assert token not in one.findtext("item/guid")


def test_episodes_come_in_the_order_of_the_course_whatever_an_app_sorts_by(client, token, audio, cast):
    factories.ready_audio(cast.lesson, "audiobook")
    second = factories.full_lesson(course=cast.course, published_at=factories.LONG_AGO - timedelta(days=30))
    factories.ready_audio(second)
    entries = feedparser.parse(client.get(f"/feeds/{token}.xml").content).entries
    assert [entry.title.split(" · ")[1] for entry in entries] == [
        "Classroom conversation",
        "Audiobook",
        "Classroom conversation",
    ]
    assert [entry.itunes_episode for entry in entries] == ["1", "2", "3"]
    assert [entry.itunes_season for entry in entries] == ["1", "1", "2"]
    dates = [entry.published_parsed for entry in entries]
    assert dates == sorted(dates)
    assert dates[-1] < timezone.now().utctimetuple()


def test_only_published_lessons_with_a_text_and_a_take_are_in_it(client, token, audio, cast):
    draft = factories.full_lesson(course=cast.course, published_at=None)
    silent = factories.full_lesson(course=cast.course)
    hidden = factories.ready_audio(draft)
    asset = factories.ready_audio(silent).asset
    asset.script = {}
    asset.save()
    unmade = factories.ready_audio(silent, "audiobook")
    unmade.asset.take = None
    unmade.asset.save()
    assert len(feedparser.parse(client.get(f"/feeds/{token}.xml").content).entries) == 1
    for other in (hidden, unmade):
        assert client.get(f"/feeds/{token}/{other.pk}.m4a").status_code == 404
        assert client.get(f"/feeds/{token}/{other.pk}.vtt").status_code == 404


def test_another_courses_audio_is_not_behind_this_token(client, token):
    other = factories.ready_audio(factories.full_lesson())
    for kind in ("m4a", "vtt", "json"):
        assert client.get(f"/feeds/{token}/{other.pk}.{kind}").status_code == 404


HOSTILE = [
    "]]> &amp; <b>\"'",
    "<!-- --> <?xml ?> <![CDATA[",
    "🎧 Ünïcödé 漢字 ‮right-to-left",
    "tab\tand\x01\x0b\x1f\x7f\x85control",
    "x" * 120,
    "--> 00:00:01.000 <v Nora>",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_makes_a_feed_that_parsers_take(client, token, audio, cast, title):
    Lesson.objects.filter(pk=cast.lesson.pk).update(title=title, objective=title)
    Course.objects.filter(pk=cast.course.pk).update(title=title, promise=title)
    cast.lesson.chapter.title = title
    cast.lesson.chapter.save()
    raw = client.get(f"/feeds/{token}.xml").content
    clean = " ".join(
        "".join(" " if ord(letter) < 32 or 127 <= ord(letter) < 160 else letter for letter in title).split()
    )
    assert ElementTree.fromstring(raw).findtext("channel/title") == clean
    parsed = feedparser.parse(raw)
    assert not parsed.bozo
    assert len(podcastparser.parse("http://x/", io.BytesIO(raw))["episodes"]) == 1


def test_it_costs_few_queries_however_long_it_is(client, token, audio, cast, django_assert_num_queries):
    client.get(f"/feeds/{token}.xml")
    # Feed, revision, audio, files, speakers, instructors.
    with django_assert_num_queries(6):
        client.get(f"/feeds/{token}.xml")
    for _one in range(3):
        factories.ready_audio(factories.full_lesson(course=cast.course))
    with django_assert_num_queries(6):
        assert len(feedparser.parse(client.get(f"/feeds/{token}.xml").content).entries) == 4


def test_an_app_that_has_it_is_told_so_at_the_price_of_two_queries(client, token, audio, django_assert_num_queries):
    etag = client.get(f"/feeds/{token}.xml")["ETag"]
    with django_assert_num_queries(2):
        answer = client.get(f"/feeds/{token}.xml", headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "change",
    [
        lambda lesson, audio: lesson.save(),
        lambda lesson, audio: lesson.course.save(),
        lambda lesson, audio: factories.take_of(audio.asset, audio.asset.words),
        lambda lesson, audio: factories.ready_audio(lesson, "audiobook"),
        lambda lesson, audio: Lesson.objects.filter(pk=lesson.pk).update(published_at=None),
        lambda lesson, audio: lesson.episodes.first().turns.first().speaker.save(),
    ],
)
def test_what_changes_the_feed_changes_its_tag(client, token, audio, cast, change):
    etag = client.get(f"/feeds/{token}.xml")["ETag"]
    change(cast.lesson, audio)
    assert client.get(f"/feeds/{token}.xml", headers={"if-none-match": etag}).status_code == 200


# --- Its files ------------------------------------------------------------------------------------------------------


def test_the_file_comes_whole_or_in_pieces_that_are_never_cut(client, token, audio):
    address = f"/feeds/{token}/{audio.pk}.m4a"
    whole = client.get(address)
    assert (whole.status_code, whole.body) == (200, BYTES)
    # An app that goes on with a download takes what it gets for all there is.
    rest = client.get(address, headers={"range": "bytes=100-", "if-range": whole["ETag"]})
    assert (rest.status_code, rest.body) == (206, BYTES[100:])
    assert client.get(address, headers={"range": "bytes=-1"}).body == BYTES[-1:]
    assert client.get(address, headers={"range": "bytes=9999999-"}).status_code == 416
    head = client.head(address)
    assert (head.status_code, head["Content-Length"], head["Content-Type"]) == (200, str(len(BYTES)), "audio/mp4")
    assert client.get(address, headers={"if-none-match": whole["ETag"]}).status_code == 304


def test_captions_and_chapters_are_what_players_read(client, token, audio, cast):
    captions = client.get(f"/feeds/{token}/{audio.pk}.vtt")
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    parsed = webvtt.from_string(captions.content.decode())
    cues = audio.asset.take.sentences()
    assert [caption.text for caption in parsed] == [cue.text for cue in cues]
    assert [caption.voice for caption in parsed] == [cue.speaker for cue in cues]
    assert [round(caption.start_in_seconds) for caption in parsed] == [round(cue.start) for cue in cues]
    listed = client.get(f"/feeds/{token}/{audio.pk}.json")
    assert listed["Content-Type"] == "application/json+chapters"
    title = cast.lesson.episodes.get().title
    assert json.loads(listed.content) == {"version": "1.2.0", "chapters": [{"startTime": 0.0, "title": title}]}
    for answer in (captions, listed):
        address = answer.request["PATH_INFO"]
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("text", HOSTILE)
def test_any_words_make_captions_that_players_take(client, token, audio, text):
    take = Take.objects.get(asset=audio.asset)
    take.cues = [take.cues[0] | {"text": text, "speaker": text}, take.cues[1]]
    take.save()
    raw = client.get(f"/feeds/{token}/{audio.pk}.vtt").content.decode()
    assert len(list(webvtt.from_string(raw))) == 2
    assert raw.count("-->") == 2


def test_the_cover_is_square_large_and_public(client, token, audio, cast):
    from PIL import Image

    href = feedparser.parse(client.get(f"/feeds/{token}.xml").content).feed.image.href
    path = href.partition("//")[2].partition("/")[2]
    answer = client.get(f"/{path}")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    with Image.open(io.BytesIO(answer.body)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1400, 1400))
    assert client.get(f"/{path}").body == answer.body
    assert token not in href
    assert client.get(f"/feeds/covers/{cast.course.slug}/nonsense.png").status_code == 404
