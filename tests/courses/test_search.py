"""Search, by its page and by its one operation. Runs on whichever database the tests have; see test_search_engines."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from courses import search
from courses.models import Course, Lesson, SearchWord
from tests import factories


@pytest.fixture
def library(db):
    """Two courses. The first has a full lesson: its key concepts are Lock and Waiting, its term is Lock."""
    python = factories.CourseFactory(title="Concurrency in Python", promise="Make slow programs fast.")
    factories.full_lesson(python, slug="threads", title="Threads or processes?")
    factories.LessonFactory(
        chapter=python.chapters.get(), title="Multiprocessing", objective="Start a café of workers."
    )
    factories.CourseFactory(title="Pricing that pays", promise="Python appears here too, in passing.")
    for course in Course.objects.all():
        search.reindex(course)
    return python


def found(query, **options):
    return [(entry.kind, entry.title) for entry in search.find(query, **options).entries]


def test_courses_lessons_concepts_and_terms_are_found(library):
    assert found("concurrency") == [("course", "Concurrency in Python")]
    assert found("threads processes")[0] == ("lesson", "Threads or processes?")
    assert {kind for kind, title in found("lock") if title == "Lock"} == {"concept", "term"}


def test_a_word_in_the_title_counts_more_than_one_in_the_text(library):
    assert [title for _, title in found("python")] == ["Concurrency in Python", "Pricing that pays"]


def test_all_texts_of_a_lesson_are_searched(library):
    texts = ("downloads second", "thread great", "kitchen knife", "gives the lock away", "it got slower", "do it well")
    for text in texts:
        assert ("lesson", "Threads or processes?") in found(text), text


@pytest.mark.parametrize(
    "query", ["multiprocessing", "MULTIPROCESSING", "multiproc", "multi-processing multiprocessing"]
)
def test_case_and_beginnings_of_words_do_not_matter(library, query):
    assert ("lesson", "Multiprocessing") in found(query)


@pytest.mark.parametrize("query", ["café", "cafe", "CAFÉ", "cafe\u0301"])
def test_accents_do_not_matter(library, query):
    assert ("lesson", "Multiprocessing") in found(query)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("multiprocesing", "multiprocessing"),
        ("mulitprocessing", "multiprocessing"),
        ("pyhton", "python"),
        ("concurency pyhton", "concurrency python"),
        ("kichen", "kitchen"),
        ("hitchen", "kitchen"),
    ],
)
def test_a_typo_is_put_right_and_said(client, library, typed, meant):
    html = client.get("/search/", {"q": typed}).content.decode()
    assert f"Showing results for <strong>{meant}</strong>" in html
    assert 'class="result ' in html


def test_words_that_never_meet_find_what_holds_some_of_them(client, library):
    html = client.get("/search/", {"q": "kitchen pricing"}).content.decode()
    assert "Nothing holds all of these words" in html
    assert "Pricing that pays" in re.sub("</?mark>", "", html)


def test_results_can_be_narrowed_to_a_kind(client, library):
    html = client.get("/search/", {"q": "lock", "kind": "term"}).content.decode()
    assert html.count('class="result ') == 1
    assert "/glossary/#term-lock" in html
    assert client.get("/search/", {"q": "lock", "kind": "spaceship"}).content.decode().count('class="result ') == 3


def test_the_words_are_marked_and_the_rest_is_escaped(client, library):
    course = factories.CourseFactory(title="Tags & <script>alert(1)</script> locks", promise="<b>Locked</b> in.")
    search.reindex(course)
    html = client.get("/search/", {"q": "lock", "kind": "course"}).content.decode()
    assert "Tags &amp; &lt;script&gt;alert(1)&lt;/script&gt; <mark>locks</mark>" in html
    assert "&lt;b&gt;<mark>Locked</mark>&lt;/b&gt; in." in html


HOSTILE = [
    "'",
    '"',
    '""',
    "'; DROP TABLE courses_course; --",
    "a\x00b lock",
    "\x00",
    "lock AND",
    "NEAR(lock)",
    "lock*",
    "*",
    "lock:",
    "title:lock",
    "-lock",
    "lock & | ! <-> ( )",
    "^lock",
    "{lock}",
    "\\",
    "%",
    "_",
    "🙂",
    "🙂 lock",
    "x" * 10_000,
    "lock " * 3_000,
    "\u202elock",
    "ｌｏｃｋ",
    "\ud7ff",
    "a" * 300,
    "𝕝𝕠𝕔𝕜",
    "the",
    "or",
    "ß",
    "İstanbul",
    "١٢٣",
    "'lock':*",
    "ﷺ" * 50,
]


def test_no_query_breaks_the_page(client, library):
    for query in HOSTILE:
        for page in ("1", "x"):
            response = client.get("/search/", {"q": query, "page": page, "kind": query[:50]})
            assert response.status_code == 200, query[:50]


def test_bytes_that_are_no_text_do_not_break_the_page(client, library):
    assert client.get("/search/?q=%ff%fe%00lock").status_code == 200


@pytest.mark.parametrize("query", ["", " ", "x", "!!", "\x00", "🙂"])
def test_too_little_to_look_for_asks_for_more(client, library, query):
    html = client.get("/search/", {"q": query}).content.decode()
    assert ("Type at least two letters." in html) == bool(query.strip(" \x00"))
    assert "/tracks/technology/" in html


def test_nothing_found_offers_ways_on(client, library):
    html = client.get("/search/", {"q": "zymurgy"}).content.decode()
    assert "Nothing found for “zymurgy”." in html
    assert "/tracks/design/" in html


def test_only_what_is_published_now_is_found(library):
    now = timezone.now()
    lessons, courses = Lesson.objects.filter(slug="threads"), Course.objects.filter(pk=library.pk)
    assert found("kitchen")
    for hidden in ({"archived_at": now}, {"published_at": None}, {"published_at": now + timedelta(hours=1)}):
        for rows in (lessons, courses):
            rows.update(**hidden)
            assert not found("kitchen"), ("remembered", rows.model, hidden)
            caches["searches"].clear()
            assert not search.find("kitchen").counts, ("searched anew", rows.model, hidden)
            rows.update(archived_at=None, published_at=factories.LONG_AGO)
            caches["searches"].clear()
            assert found("kitchen")


def test_results_come_twenty_a_page(client, db):
    for number in range(45):
        search.reindex(factories.CourseFactory(title=f"Ledgers {number}"))
    pages = [client.get("/search/", {"q": "ledgers", "page": page}).content.decode() for page in (1, 2, 3)]
    assert [page.count('class="result ') for page in pages] == [20, 20, 5]
    shown = [re.findall(r'result__title"><a href="([^"]+)', page) for page in pages]
    assert len({address for page in shown for address in page}) == 45


@pytest.mark.parametrize("query", ["lock", "multiprocesing", "kitchen pricing", "kichen pricing", "zymurgy"])
def test_a_search_takes_six_queries_at_most(client, library, django_assert_max_num_queries, query):
    with django_assert_max_num_queries(6):
        client.get("/search/", {"q": query})


def test_the_number_of_queries_does_not_grow_with_results(client, db, django_assert_num_queries):
    for number in range(50):
        course = factories.CourseFactory(title=f"Ledgers {number}")
        factories.LessonFactory(chapter__course=course, title="Ledgers again")
        search.reindex(course)
        if number in (0, 49):
            with django_assert_num_queries(2):
                client.get("/search/", {"q": "ledgers"})


def test_search_engines_are_told_not_to_keep_result_pages(client, db):
    assert '<meta name="robots" content="noindex' in client.get("/search/?q=lock").content.decode()


def test_the_vocabulary_holds_words_worth_suggesting(library):
    words = set(SearchWord.objects.values_list("word", flat=True))
    assert {"kitchen", "cafe", "multiprocessing"} <= words
    assert not {"café", "it", ""} & words
