import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import markup
from lib.markup.clean import clean


def html(text: str) -> str:
    return "".join(block.html for block in markup.render(text))


def test_a_text_becomes_one_block_per_top_level_element():
    blocks = markup.render("### More\n\nOne *two*.\n\n- a\n- b\n\n```python\nx = 1\n```")
    assert [block.text for block in blocks] == ["More", "One two.", "a b", "x = 1"]
    assert markup.texts("### More\n\nOne *two*.") == ["More", "One two."]


def test_code_is_coloured_and_unknown_languages_stay_plain():
    assert '<span class="k">def</span>' in html("```python\ndef f(): pass\n```")
    assert "<span" not in html("```nosuchlanguage\ndef f(): pass\n```")


def test_formulas_become_mathml_and_prices_stay_prices():
    assert "<msup><mi>a</mi><mn>2</mn></msup>" in html("So $a^2$ it is.")
    assert '<math display="block">' in html("$$\n\\frac{1}{2}\n$$")
    assert "<math" not in html("It costs $40 or $50.")


def test_a_broken_formula_shows_its_source():
    assert "<math" not in html(r"$\frac{$") or "frac" in html(r"$\frac{$")


def test_a_table_scrolls_in_a_region_the_keyboard_reaches():
    table = html("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Table: a, b">' in table
    assert 'align="right"' in table
    assert "style=" not in table


def test_the_empty_corner_of_a_table_is_no_heading():
    table = html("| | b |\n|---|---|\n| 1 | 2 |")
    assert '<tr><td></td><th scope="col">b</th></tr>' in table.replace("\n", "")


def test_each_term_is_linked_at_its_first_use_only():
    terms = markup.Terms([markup.Term("thread", "t1"), markup.Term("thread pool", "t2")])
    first = markup.render("### Threads\n\nA *thread pool* holds Threads. `thread` and thread.", terms=terms)
    second = markup.render("One more thread.", terms=terms)
    page = "".join(block.html for block in first + second)
    assert page.count('popovertarget="t1"') == 1
    assert page.count('popovertarget="t2"') == 1
    assert 'class="term" popovertarget="t2"' in first[1].html
    assert "<h3>Threads</h3>" in first[0].html


def test_a_term_inside_a_link_or_a_word_is_left_alone():
    terms = markup.Terms([markup.Term("lock", "t1")])
    assert "popovertarget" not in markup.render("[a lock](/x) blocked", terms=terms)[0].html


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://example.org/beacon.png)",
    '<div hx-get="/logout" hx-trigger="load">x</div>',
    '<div data-hx-get="/logout">x</div>',
    "<svg onload=alert(1)>",
    '<math><mtext><style><img src=x onerror="alert(1)"></style></mtext></math>',
    "<iframe src=//example.org></iframe>",
    "<form action=//example.org><input name=q></form>",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    '| <b onclick="x">a</b> |\n|--|\n| b |',
    "<<script>script>alert(1)<</script>/script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<p style="position:fixed">x</p>',
    "<style>*{display:none}</style>",
    "<base href=//example.org>",
    '<button formaction="//example.org" type="submit" onclick="x()">x</button>',
    '<a href="/ok" ping="//example.org" target="_blank" id="main">x</a>',
]
FORBIDDEN = ("<script", "<img", "<svg", "<iframe", "<form", "<style", "<base", "<input")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_an_author_writes_becomes_active(payload):
    for result in (html(payload), str(markup.inline(payload)), str(markup.joined(payload)), str(clean(payload))):
        lowered = result.lower()
        assert not any(tag in lowered for tag in FORBIDDEN)
        tags = "".join(part.partition(">")[0] for part in result.split("<")[1:])
        for poison in (
            "onerror=",
            "onload=",
            "onclick=",
            "javascript:",
            "hx-",
            "style=",
            "ping=",
            "target=",
            " id=",
            "src=",
            "formaction",
            "submit",
        ):
            assert poison not in tags.lower()


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text(alphabet="ab *_`#>-|[]()$\\{}<>&!\n~1.", max_size=200))
def test_any_text_renders_as_many_blocks_as_it_has_texts(text):
    assert len(markup.render(text)) == len(markup.texts(text))


def test_deep_nesting_and_long_lines_are_quick():
    started = time.process_time()
    html(">" * 5_000 + "x")
    html("*a " * 5_000)
    html("[" * 5_000)
    assert time.process_time() - started < 10
