import gzip
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Lesson
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = ("lesson", "listen", "recall")


def address(cast, name="lesson"):
    args = [cast.course.slug] if name in ("course", "glossary") else [cast.course.slug, cast.lesson.slug]
    return reverse(f"study:{name}", args=args)


@pytest.mark.parametrize("name", [*PAGES, "course", "glossary"])
@pytest.mark.parametrize("who", ["visitor", "learner", "enrolled", "instructor", "outsider", "staff", "superuser"])
def test_everybody_reads_what_is_published(cast, client, who, name):
    if cast[who]:
        client.force_login(cast[who])
    response = client.get(address(cast, name))
    assert response.status_code == 200
    assert cast.course.title in response.content.decode()


@pytest.mark.parametrize("name", [*PAGES, "course", "glossary"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("visitor", 404),
        ("learner", 404),
        ("enrolled", 404),
        ("outsider", 404),
        ("staff", 404),
        ("instructor", 200),
        ("superuser", 200),
    ],
)
def test_a_draft_is_shown_to_those_who_write_it_only(cast, client, who, status, name):
    cast.course.published_at = None
    cast.course.save()
    if cast[who]:
        client.force_login(cast[who])
    assert client.get(address(cast, name)).status_code == status


def test_the_read_page_holds_every_part(cast, client):
    text = client.get(address(cast)).content.decode()
    for words in ("The medium text says", "Lock", "Example", "If it waits", "What only one holder has."):
        assert words in text


def test_the_listen_page_holds_both_transcripts(cast, client):
    text = client.get(address(cast, "listen")).content.decode()
    for words in ("It got slower.", "Ben", "Only one thread at a time.", "A kitchen with one knife."):
        assert words in text


def test_recall_covers_the_answers(cast, client):
    text = client.get(address(cast, "recall")).content.decode()
    assert text.count('<details class="reveal"') == 5
    assert "Threads overlap [gap]." in text
    assert "<strong>waiting</strong>" in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "medium"),
        ("?tier=basic", "basic"),
        ("?tier=detailed", "detailed"),
        ("?tier=nonsense", "medium"),
        ("?tier=", "medium"),
    ],
)
def test_the_tier_is_in_the_address(cast, client, query, shown):
    text = client.get(address(cast) + query).content.decode()
    assert f"The {shown} text says" in text
    assert text.count("text says") == 1


def test_a_visitor_s_tier_is_remembered_by_a_cookie(cast, client):
    first = client.get(address(cast) + "?tier=basic")
    assert first.cookies["tier"].value == "basic"
    assert "no-store" in first["Cache-Control"]
    second = client.get(address(cast))
    assert "The basic text says" in second.content.decode()
    assert not second.cookies


def test_a_learner_s_tier_comes_from_the_account(cast, client):
    cast.enrolled.tier = "detailed"
    cast.enrolled.save()
    client.force_login(cast.enrolled)
    assert "The detailed text says" in client.get(address(cast)).content.decode()


def test_the_nearest_tier_stands_in_for_a_missing_one(cast, client):
    cast.lesson.summaries.exclude(tier="detailed").delete()
    Lesson.revise(cast.lesson.pk)
    text = client.get(address(cast) + "?tier=basic").content.decode()
    assert "The detailed text says" in text
    assert "segments__one" not in text


def test_the_switch_swaps_the_summary_alone(cast, client):
    response = client.get(address(cast) + "?tier=basic", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert text.strip().startswith("<section")
    assert "<html" not in text
    assert "HX-Request" in response["Vary"]


def test_a_term_opens_its_definition_once_a_page(cast, client):
    text = client.get(address(cast)).content.decode()
    assert text.count("popovertarget=") == 1
    card = cast.lesson.cards.get(front="Lock")
    assert f'popovertarget="def-{card.pk}"' in text
    assert f'id="def-{card.pk}"' in text


def test_an_edit_shows_at_once(cast, client):
    client.get(address(cast))
    summary = cast.lesson.summaries.get(tier="medium")
    summary.body = "Brand new words."
    summary.save()
    assert "Brand new words." in client.get(address(cast)).content.decode()


@pytest.mark.parametrize("name", [*PAGES, "course", "glossary"])
def test_visitors_get_no_cookie_no_token_and_a_page_that_knows_when_it_is_unchanged(cast, client, name):
    response = client.get(address(cast, name))
    assert not response.cookies
    assert "csrf" not in response.content.decode().lower()
    again = client.get(address(cast, name), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Cookie" in again["Vary"]
    zipped = client.get(address(cast, name), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.content) == response.content


def test_a_page_for_one_person_is_stored_by_nobody(cast, client):
    client.force_login(cast.enrolled)
    assert "no-store" in client.get(address(cast))["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_query_budget_of_a_visitor(cast, client, django_assert_max_num_queries, name):
    client.get(address(cast, name))  # names the paragraphs, once for ever
    caches["pages"].clear()
    with django_assert_max_num_queries(12):
        client.get(address(cast, name))
    with django_assert_max_num_queries(3):
        client.get(address(cast, name))


@pytest.mark.parametrize("name", PAGES)
def test_query_budget_of_a_learner(cast, client, django_assert_max_num_queries, name):
    client.force_login(cast.enrolled)
    client.get(address(cast, name))
    with django_assert_max_num_queries(10):
        client.get(address(cast, name))


def test_queries_do_not_grow_with_the_lesson(cast, client):
    def count() -> int:
        client.get(address(cast))
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(address(cast))
        return len(captured)

    few = count()
    factories.CardFactory.create_batch(30, lesson=cast.lesson)
    for _ in range(10):
        factories.full_lesson(course=cast.course)
    assert count() == few


def test_an_old_address_leads_to_the_new_one(cast, client):
    old = address(cast, "listen")
    lesson = Lesson.objects.get(pk=cast.lesson.pk)
    lesson.slug = "renamed"
    lesson.save()
    response = client.get(old + "?tier=basic")
    assert response.status_code == 301
    assert response["Location"].endswith(f"/courses/{cast.course.slug}/renamed/listen/?tier=basic")


@pytest.mark.parametrize("path", ["/courses/nowhere/", "/courses/nowhere/none/", "/courses/nowhere/glossary/"])
def test_an_unknown_address_is_404(db, client, path):
    assert client.get(path).status_code == 404


def test_a_scheduled_lesson_is_announced_but_closed(cast, client):
    soon = factories.full_lesson(course=cast.course, title="Coming", published_at=timezone.now() + timedelta(days=3))
    text = client.get(address(cast, "course")).content.decode()
    assert "Coming" in text
    assert "Opens on" in text
    assert soon.get_absolute_url() not in text
    assert client.get(soon.get_absolute_url()).status_code == 404


def test_the_glossary_finds_and_misses(cast, client):
    assert "What only one holder has." in client.get(address(cast, "glossary") + "?q=LOCK").content.decode()
    missing = client.get(address(cast, "glossary") + "?q=zebra").content.decode()
    assert "What only one holder has." not in missing
    assert "Show all terms" in missing
