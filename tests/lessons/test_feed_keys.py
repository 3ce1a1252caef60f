"""The key to a private feed: shown once, kept as a hash, dead at once when it ends; and what is noted of its use."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from courses.models import Course
from enrollment import seats
from enrollment.models import Enrollment
from lessons import feeds
from lessons.models import Feed, LessonAudio
from lib.secrecy import KeysInAddresses
from tests import factories
from tests.media.reading import ReadingClient

APP = "Overcast/3.0 (+http://overcast.fm/; iOS podcast app)"


@pytest.fixture
def client():
    return ReadingClient()


@pytest.fixture
def audio(cast, tmp_path):
    file = tmp_path / "made.m4a"
    file.write_bytes(b"Not a sound, but bytes.")
    return factories.ready_audio(cast.lesson, file=file)


@pytest.fixture
def enrollment(cast):
    return Enrollment.objects.get(learner=cast.enrolled)


@pytest.fixture
def token(enrollment, audio):
    return feeds.create(enrollment)


def files_of(token, audio):
    return [f"/feeds/{token}.xml", *(f"/feeds/{token}/{audio.pk}.{kind}" for kind in ("m4a", "mp3", "vtt", "json"))]


def test_only_its_hash_is_kept(token):
    feed = Feed.objects.get()
    assert len(token) == 43
    assert feed.ending == token[-6:]
    kept = " ".join(str(value) for value in Feed.objects.values().get().values())
    assert token not in kept
    assert feed.token_hash == feeds.hashed(token)


@pytest.mark.parametrize(
    "ending",
    [
        lambda enrollment: feeds.create(enrollment),
        lambda enrollment: feeds.end(enrollment),
        lambda enrollment: seats.leave(enrollment.learner, enrollment.course),
    ],
)
def test_replaced_ended_or_left_it_is_gone_at_once_with_all_its_files(client, token, audio, enrollment, ending):
    assert [client.get(address).status_code for address in files_of(token, audio)] == [200] * 5
    ending(enrollment)
    assert [client.get(address).status_code for address in files_of(token, audio)] == [410] * 5
    assert [client.head(address).status_code for address in files_of(token, audio)] == [410] * 5


def test_after_replacing_only_the_new_one_works(client, token, audio, enrollment):
    new = feeds.create(enrollment)
    assert client.get(f"/feeds/{new}.xml").status_code == 200
    assert Feed.objects.active().count() == 1


def test_coming_back_to_the_course_does_not_bring_the_old_address_back(client, token, enrollment):
    seats.leave(enrollment.learner, enrollment.course)
    seats.enroll(enrollment.learner, enrollment.course)
    enrollment.refresh_from_db()
    assert client.get(f"/feeds/{token}.xml").status_code == 410
    assert feeds.of(enrollment) is None
    assert client.get(f"/feeds/{feeds.create(enrollment)}.xml").status_code == 200


def test_a_wrong_one_leads_nowhere(client, token, audio):
    for wrong in (token[:-1], token + "A", token.swapcase(), "x", "covers"):
        assert [client.get(address).status_code for address in files_of(wrong, audio)] == [404] * 5


def test_nobody_hears_a_course_that_is_not_open(client, token, audio, cast):
    Course.objects.filter(pk=cast.course.pk).update(archived_at=timezone.now())
    assert [client.get(address).status_code for address in files_of(token, audio)] == [404] * 5


def test_a_closed_account_hears_nothing(client, token, audio, cast):
    User.objects.filter(pk=cast.enrolled.pk).update(is_active=False)
    assert [client.get(address).status_code for address in files_of(token, audio)] == [404] * 5


def test_answers_do_not_travel_and_need_no_cookie(client, token, audio, cast):
    client.force_login(cast.learner)
    for address in files_of(token, audio):
        answer = client.get(address)
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "private, no-cache"
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")


def test_no_error_page_and_no_log_line_repeats_it(client, token, audio, enrollment, caplog, monkeypatch):
    from lessons import rss

    feeds.end(enrollment)
    ended, unknown = client.get(f"/feeds/{token}.xml"), client.get(f"/feeds/{token.swapcase()}.xml")
    assert (ended.status_code, unknown.status_code) == (410, 404)
    new = feeds.create(enrollment)

    def fail(*_parts):
        raise RuntimeError(f"at /feeds/{new}.xml")

    monkeypatch.setattr(rss, "write", fail)
    broken = ReadingClient(raise_request_exception=False).get(f"/feeds/{new}.xml")
    assert broken.status_code == 500
    for answer, key in ((ended, token), (unknown, token[:-1]), (broken, new)):
        assert key.encode() not in answer.content
    assert caplog.records, "the guard itself: something was logged"
    said = "".join(printed(record) for record in caplog.records)
    assert "/feeds/…" in said
    assert token[:20] not in said
    assert new[:20] not in said


def printed(record):
    """As our console shows it."""
    handler, stream = logging.StreamHandler(), io.StringIO()
    handler.setStream(stream)
    handler.addFilter(KeysInAddresses())
    handler.handle(record)
    return stream.getvalue()


def test_too_many_requests_have_to_wait(client, token, monkeypatch):
    monkeypatch.setattr(feeds, "RATE", 3)
    statuses = [client.get(f"/feeds/{token}.xml").status_code for _number in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert client.get(f"/feeds/{token}.xml")["Retry-After"] == "60"


# --- What is noted --------------------------------------------------------------------------------------------------


def test_use_is_noted_with_the_app_but_not_at_every_request(client, token, django_assert_num_queries):
    client.get(f"/feeds/{token}.xml", headers={"user-agent": APP})
    feed = Feed.objects.get()
    assert feed.used_by == "Overcast"
    first = feed.used_at
    client.get(f"/feeds/{token}.xml", headers={"user-agent": "AntennaPod/3.4"})
    assert Feed.objects.get().used_at == first
    Feed.objects.update(used_at=timezone.now() - timedelta(minutes=6))
    client.get(f"/feeds/{token}.xml", headers={"user-agent": "AntennaPod/3.4"})
    feed = Feed.objects.get()
    assert feed.used_at > first
    assert feed.used_by == "AntennaPod"


def test_networks_of_one_day_are_counted_and_not_kept(token, enrollment):
    feed, at = Feed.objects.get(), timezone.now()
    for number in range(8):
        feeds.note_use(feed, APP, f"198.51.{number}.7", at)
        feeds.note_use(feed, APP, f"198.51.{number}.99", at)  # the same network
        feed.refresh_from_db()
    assert feeds.networks_today(feed, at) == 8
    assert feeds.is_shared(feed)
    assert "198.51" not in json.dumps(feed.networks)
    tomorrow = at + timedelta(days=1)
    assert feeds.networks_today(feed, tomorrow) == 0
    feeds.note_use(feed, APP, "198.51.1.7", tomorrow)
    feed.refresh_from_db()
    assert feeds.networks_today(feed, tomorrow) == 1


def test_of_very_many_networks_only_some_are_remembered(token):
    feed, at = Feed.objects.get(), timezone.now()
    for number in range(100):
        feeds.note_use(feed, APP, f"10.{number}.0.1", at)
        feed.refresh_from_db()
    assert feeds.networks_today(feed, at) == feeds.MOST_NETWORKS


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (APP, "Overcast"),
        ("AppleCoreMedia/1.0.0.20F66 (iPhone; U; CPU OS 16_5 like Mac OS X; en_us)", "Apple Podcasts"),
        ("Podcasts/1750.1 CFNetwork/1410.0.3 Darwin/22.6.0", "Apple Podcasts"),
        ("PocketCasts/1.0 (Pocket Casts Feed Parser; +http://pocketcasts.com/)", "Pocket Casts"),
        ("AntennaPod/3.4.0", "AntennaPod"),
        ("gPodder/3.11.1 (http://gpodder.org/) Linux", "gPodder"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/128", "a web browser"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ("x" * 5000, ""),
    ],
)
def test_an_app_is_told_by_its_name(agent, name):
    assert feeds.app_name(agent) == name


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_network_is_a_household(address, network):
    assert feeds.network(address) == network


@override_settings(BASE_URL="https://learn.example.org")
def test_addresses_are_those_the_site_is_known_by(client, token, audio):
    assert feeds.address(token) == f"https://learn.example.org/feeds/{token}.xml"
    raw = client.get(f"/feeds/{token}.xml").content.decode()
    assert f'href="https://learn.example.org/feeds/{token}.xml"' in raw
    assert "127.0.0.1" not in raw
    assert LessonAudio.objects.count() == 1
