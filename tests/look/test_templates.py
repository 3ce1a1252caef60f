"""Habits that hold for every template: nothing inline, errors that need nothing, visitors' pages that touch nothing."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

TEMPLATES = Path(__file__).parents[2] / "templates"
ERRORS = ["400", "403", "403_csrf", "404", "410", "429", "500", "503"]
INLINE = {
    "style attribute": re.compile(r"\sstyle\s*="),
    "style element": re.compile(r"<style\b"),
    "event handler": re.compile(r"\son(?!e=)[a-z]+\s*="),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*application/ld\+json)"),
    "eval in htmx": re.compile(r"\bhx-on\b|\bjs:"),
}


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_has_anything_inline(kind):
    pages = TEMPLATES.rglob("*.html")
    found = [str(file.relative_to(TEMPLATES)) for file in pages if INLINE[kind].search(file.read_text())]
    assert found == []


def test_a_comment_that_spans_lines_would_be_shown_to_readers():
    open_comment = re.compile(r"{#(?:(?!#}).)*$", re.MULTILINE)
    assert [file.name for file in TEMPLATES.rglob("*.html") if open_comment.search(file.read_text())] == []


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_neither_request_nor_data(name):
    html = render_to_string(f"errors/{name}.html")
    assert html.count("<h1>") == 1
    assert 'lang="en"' in html
    assert "<script" not in html


def test_the_page_for_a_failure_shows_its_reference():
    assert "a1b2c3" in render_to_string("errors/500.html", {"reference": "a1b2c3"})


def test_the_page_for_too_much_haste_says_how_long_to_wait():
    assert "40 seconds" in render_to_string("errors/429.html", {"wait_seconds": 40})


class Untouchable:
    """A request of which nothing may be used but its path."""

    path = "/"
    META: dict[str, str] = {}

    @property
    def user(self) -> AnonymousUser:
        raise AssertionError("a page for visitors asked who is signed in")

    @property
    def session(self) -> None:
        raise AssertionError("a page for visitors opened the session")


def test_the_frame_of_a_visitors_page_touches_no_session_and_no_token():
    html = render_to_string("base.html", {"person": None, "request": Untouchable()})
    assert "csrf" not in html
    assert "data-person" not in html
    assert "Skip to the content" in html
