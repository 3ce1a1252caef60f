import re
from xml.etree import ElementTree

from lib.cover import MOTIFS, Draws, cover_svg


def test_a_slug_always_gives_the_same_picture():
    assert cover_svg("pricing-that-pays", "business") == cover_svg("pricing-that-pays", "business")


def test_no_two_courses_look_alike():
    pictures = {cover_svg(f"course-{number}", "design") for number in range(5000)}
    assert len(pictures) == 5000


def test_the_picture_follows_the_theme_and_the_policy():
    for number in range(60):
        picture = cover_svg(f"course-{number}", "technology", "small")
        ElementTree.fromstring(picture)
        assert "style=" not in picture
        assert not re.search(r"#[0-9a-fA-F]{3}", picture)
        assert len(picture) < 2000


def test_a_track_from_a_form_cannot_break_out():
    assert "<script" not in cover_svg("x", '"><script>')


def test_every_motif_comes_up():
    for motif in MOTIFS:
        assert list(motif(Draws("a")))
    first = {next(iter(motif(Draws("a")))) for motif in MOTIFS}
    assert len(first) == len(MOTIFS)
