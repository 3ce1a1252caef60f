from tests.look.weights import READ, Weight, files_weigh


def one(folder, pattern):
    (file,) = folder.glob(pattern)
    return file


def test_the_style_sheet_of_the_site_is_light(collected):
    assert files_weigh(one(collected, "css/site.*.css")) <= READ.css


def test_the_scripts_of_every_page_leave_room_for_its_own(collected):
    parts = ("js/site.*.js", "js/theme.*.js", "vendor/htmx.*.js")
    assert files_weigh(*(one(collected, part) for part in parts)) <= READ.js - 1000


def test_a_lesson_needs_few_fonts(collected):
    names = ("figtree", "source-serif-4", "source-serif-4-italic", "geist-mono")
    files = [one(collected, f"fonts/{name}.????????????.woff2") for name in names]
    assert sum(file.stat().st_size for file in files) <= READ.fonts


def test_a_page_that_is_too_heavy_says_in_what():
    assert Weight(css=13_000, requests=9).over(READ) == ["css: 13000 of 12000"]
