"""The square cover of a feed: the drawn one in the site's own colours, or the uploaded one, cut."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from courses import covers
from lessons import feed_cover
from tests import factories

CSS = Path(settings.ROOT, "static", "css")


def light(name):
    """The value of a colour in the light theme."""
    return re.search(rf"--{name}: light-dark\((#\w{{6}}),", (CSS / "tokens.css").read_text())[1]


def test_its_colours_are_those_of_the_site():
    css = (CSS / "tokens.css").read_text()
    for track, (strong, soft) in feed_cover.TRACKS.items():
        name = re.search(rf"\.track--{track} {{ --color-track: var\(--(\w+)\)", css)[1]
        assert (strong, soft) == (light(name), light(f"{name}-soft"))
    shares = re.findall(
        r"\.cover__(\d) { fill: color-mix\(in oklab, var\(--color-track\) (\d+)%", (CSS / "cover.css").read_text()
    )
    assert {number: int(share) / 100 for number, share in shares} | {"5": 1.0} == feed_cover.SHARES


@pytest.mark.parametrize(
    ("one", "other", "share", "mixed"),
    [
        # As Chromium computes color-mix(in oklab, …).
        ((255, 0, 0), (0, 0, 255), 0.5, (140, 83, 162)),
        ((0, 0, 0), (255, 255, 255), 0.5, (99, 99, 99)),
        ((61, 75, 216), (233, 235, 252), 1.0, (61, 75, 216)),
        ((61, 75, 216), (233, 235, 252), 0.0, (233, 235, 252)),
    ],
)
def test_colours_mix_as_in_a_browser(one, other, share, mixed):
    found = feed_cover.mixed(one, other, share)
    assert all(abs(a - b) <= 1 for a, b in zip(found, mixed, strict=True)), found


def test_a_slug_has_its_own_picture_and_always_the_same():
    first, again, other = (feed_cover.drawn(slug, "design").tobytes() for slug in ("one", "one", "two"))
    assert first == again != other


@pytest.mark.parametrize("slug", [f"slug-{number}" for number in range(12)])
def test_every_motif_can_be_painted(slug):
    picture = feed_cover.drawn(slug, "business")
    assert picture.size == (1400, 1400)
    assert len(picture.getcolors(2_000_000)) > 3


@pytest.mark.django_db
def test_an_uploaded_cover_is_cut_square_and_changes_the_address():
    course = factories.CourseFactory()
    before = feed_cover.digest(course)
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(picture, "PNG")
    course.cover = covers.keep(ContentFile(picture.getvalue()))
    assert feed_cover.digest(course) != before
    with Image.open(io.BytesIO(feed_cover.png(course))) as found:
        assert (found.format, found.size) == ("PNG", (1400, 1400))
        assert found.convert("RGB").getpixel((700, 700)) == (0, 128, 128)
