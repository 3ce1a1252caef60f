"""The page where learners make, replace and stop their podcast feed."""

import re

import pytest
from django.urls import reverse

from enrollment.models import Enrollment
from lessons import feeds
from lessons.models import Feed
from tests import factories

ADDRESS = re.compile(r"http://[\w.:]+/feeds/([\w-]{43})\.xml")


@pytest.fixture
def place(cast):
    return reverse("study:feed", args=[cast.course.slug])


@pytest.fixture
def enrollment(cast):
    return Enrollment.objects.get(learner=cast.enrolled)


@pytest.fixture(autouse=True)
def _enrolled(client, cast):
    client.force_login(cast.enrolled)


def text(answer):
    return answer.content.decode()


def test_without_a_feed_one_can_make_one(client, place):
    answer = client.get(place)
    assert "You have no feed for this course yet" in text(answer)
    assert not ADDRESS.search(text(answer))


def test_the_address_is_shown_once_and_then_only_its_ending(client, place):
    made = client.post(place, {"replaces": ""})
    (token,) = set(ADDRESS.findall(text(made)))
    assert "no-store" in made["Cache-Control"]
    assert feeds.find(token)
    assert 'src="data:image/svg+xml' in text(made)
    assert f"overcast://x-callback-url/add?url=http%3A%2F%2F127.0.0.1%3A8000%2Ffeeds%2F{token}.xml" in text(made)
    later = text(client.get(place))
    assert token not in later
    assert f"address ending in {token[-6:]}" in later


def test_reloading_the_page_that_showed_it_takes_nothing_away(client, place):
    (token,) = set(ADDRESS.findall(text(client.post(place, {"replaces": ""}))))
    again = client.post(place, {"replaces": ""})
    assert (again.status_code, again["Location"]) == (303, place)
    assert feeds.find(token)
    assert "new address already" in text(client.get(place))


def test_replacing_names_the_old_one_and_ends_it(client, place, enrollment):
    old = feeds.create(enrollment)
    answer = client.post(place, {"replaces": str(feeds.of(enrollment).pk)})
    (new,) = set(ADDRESS.findall(text(answer)))
    assert new != old
    assert client.get(f"/feeds/{old}.xml").status_code == 410
    assert client.get(f"/feeds/{new}.xml").status_code == 200


def test_two_tabs_do_not_replace_each_others_address(client, place, enrollment):
    feeds.create(enrollment)
    seen_by_both = str(feeds.of(enrollment).pk)
    (token,) = set(ADDRESS.findall(text(client.post(place, {"replaces": seen_by_both}))))
    assert client.post(place, {"replaces": seen_by_both}).status_code == 303
    assert feeds.find(token)


def test_it_can_be_stopped(client, place, enrollment):
    token = feeds.create(enrollment)
    end = reverse("study:feed_end", args=[enrollment.course.slug])
    assert client.get(end).status_code == 405
    assert client.post(end)["Location"] == place
    assert client.get(f"/feeds/{token}.xml").status_code == 410
    assert "no feed for this course" in text(client.get(place))
    assert client.post(end).status_code == 303


def test_it_says_when_and_by_what_it_was_used(client, place, enrollment):
    token = feeds.create(enrollment)
    assert "No app has asked for it yet" in text(client.get(place))
    client.get(f"/feeds/{token}.xml", headers={"user-agent": "AntennaPod/3.4"})
    assert "ago by AntennaPod" in text(client.get(place))


def test_many_networks_are_a_warning(client, place, enrollment):
    feeds.create(enrollment)
    feed = Feed.objects.get()
    for number in range(5):
        feeds.note_use(feed, "", f"198.51.{number}.1")
        feed.refresh_from_db()
    assert "networks asked" not in text(client.get(place))
    feeds.note_use(feed, "", "203.0.113.1")
    assert "6 networks asked for this feed today" in text(client.get(place))


def test_episodes_can_be_saved_here(client, place, cast, tmp_path):
    assert "No audio is ready yet" in text(client.get(place))
    file = tmp_path / "made.m4a"
    file.write_bytes(b"sound")
    factories.ready_audio(cast.lesson, file=file, seconds=540)
    answer = text(client.get(place))
    assert "1 episode, 9 minutes" in answer
    (address,) = re.findall(r'href="(/audio/[^"]+\?save)"', answer)
    saved = client.get(address)
    assert saved.getvalue() == b"sound"
    assert saved["Content-Disposition"].startswith("attachment")


def test_it_costs_the_same_for_many_episodes(client, place, cast, django_assert_max_num_queries):
    factories.ready_audio(cast.lesson)
    client.get(place)
    for _number in range(3):
        factories.ready_audio(factories.full_lesson(course=cast.course))
    with django_assert_max_num_queries(10):
        client.get(place)


@pytest.mark.parametrize(
    ("who", "status"), [("learner", 403), ("instructor", 403), ("staff", 403), ("other", 200), ("superuser", 403)]
)
def test_only_the_enrolled_have_feeds(client, cast, place, who, status):
    client.force_login(cast[who])
    assert client.get(place).status_code == status
    assert client.post(place, {"replaces": ""}).status_code == status
    assert Feed.objects.exclude(enrollment__learner=cast.other).count() == 0


def test_nobody_can_stop_another_ones_feed(client, cast, enrollment):
    token = feeds.create(enrollment)
    client.force_login(cast.other)
    client.post(reverse("study:feed_end", args=[cast.course.slug]))
    client.post(reverse("study:feed", args=[cast.course.slug]), {"replaces": str(feeds.of(enrollment).pk)})
    assert feeds.find(token)
