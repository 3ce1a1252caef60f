"""Uploaded covers: only pixels get in, only pictures get out."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from courses import covers
from courses.models import Course
from tests import factories


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind="PNG", size=(320, 200), mode="RGB", **options):
    image = Image.linear_gradient("L").resize(size).convert(mode)
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def upload(data, name="cover.png"):
    return SimpleUploadedFile(name, data)


def bomb(width, height):
    """A PNG that says it is huge: its few bytes would unfold to width × height pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_saved_cover_is_redrawn_and_served_in_two_widths(client, db, kind):
    course = factories.CourseFactory(cover=upload(picture(kind, (2000, 1000)), "evil.html"))
    course.refresh_from_db()
    assert covers.NAME.fullmatch(course.cover.name.removeprefix("covers/"))
    for width, size, media in [
        (0, (1600, 800), "image/png"),
        (192, (192, 96), "image/webp"),
        (800, (800, 400), "image/webp"),
    ]:
        response = client.get(covers.address(course.cover.name, width))
        assert response["Content-Type"] == media
        assert Image.open(io.BytesIO(response.getvalue())).size == size
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert not response.cookies


def test_a_stored_cover_comes_back_as_the_same_file(db, tmp_path):
    first = covers.keep(ContentFile(picture(mode="RGBA")))
    stored = (tmp_path / first).read_bytes()
    assert covers.keep(ContentFile(stored)) == first
    assert (tmp_path / first).read_bytes() == stored
    assert len(list((tmp_path / "covers").iterdir())) == 3


def test_nothing_but_pixels_is_kept(tmp_path):
    notes = PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    data = picture(pnginfo=notes) + b"<script>alert(2)</script>"
    for file in (tmp_path / covers.keep(ContentFile(data))).parent.iterdir():
        assert b"script" not in file.read_bytes()


def test_a_photo_is_stored_upright(tmp_path):
    turned = Image.new("RGB", (40, 20))
    exif = turned.getexif()
    exif[0x0112] = 6
    target = io.BytesIO()
    turned.save(target, "JPEG", exif=exif)
    stored = (tmp_path / covers.keep(ContentFile(target.getvalue()))).read_bytes()
    assert Image.open(io.BytesIO(stored)).size == (20, 40)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SVG, "no_picture"),
        (b"<html><script>alert(1)</script>", "no_picture"),
        (b"GIF89a<script>alert(1)</script>", "no_picture"),
        (picture("GIF", mode="P"), "no_picture"),
        (picture("TIFF"), "no_picture"),
        (picture()[:200], "no_picture"),
        (b"", "no_picture"),
        (bomb(20_000, 20_000), "bomb"),
        (bomb(10_000, 9_500), "bomb"),
        (bomb(8_000, 6_000), "bomb"),
        (bomb(65_535, 65_535), "bomb"),
        (b"x" * (covers.LARGEST_FILE + 1), "too_large"),
    ],
    ids=[
        "svg",
        "html",
        "gif-polyglot",
        "gif",
        "tiff",
        "cut-off",
        "empty",
        "400-mpx",
        "95-mpx",
        "48-mpx",
        "4-gpx",
        "11-mb",
    ],
)
def test_everything_else_is_refused_with_a_sentence(tmp_path, data, code):
    with pytest.raises(ValidationError) as refused:
        covers.keep(ContentFile(data, "cover.png"))
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert not (tmp_path / "covers").exists()


def test_a_form_says_what_is_wrong_beside_the_field(db):
    form = modelform_factory(Course, fields=["cover"])
    course = factories.CourseFactory()
    refused = form({}, {"cover": upload(SVG, "cover.png")}, instance=course)
    assert refused.errors == {"cover": ["This is no PNG, JPEG or WebP picture, or it is damaged."]}
    accepted = form({}, {"cover": upload(picture("JPEG"), "cover.jpg")}, instance=course)
    assert accepted.is_valid(), accepted.errors
    accepted.save()
    assert Course.objects.get().cover.name.endswith(".png")


def test_saving_a_course_again_leaves_its_cover_alone(db):
    course = factories.CourseFactory(cover=upload(picture()))
    name = Course.objects.get().cover.name
    course = Course.objects.get(pk=course.pk)
    course.title = "Another title"
    course.save()
    assert Course.objects.get().cover.name == name


@pytest.mark.parametrize(
    "name", ["x.png", "../db.sqlite3", "..%2fdb.sqlite3", "a" * 32 + ".svg", "a" * 32 + ".png", ""]
)
def test_other_names_are_not_found(client, db, name):
    assert client.get(f"/covers/{name}").status_code == 404


def test_pages_show_the_uploaded_cover_or_draw_one(client, db):
    factories.CourseFactory(slug="drawn")
    assert '<svg class="cover' in client.get("/").content.decode()
    course = factories.CourseFactory(slug="uploaded", cover=upload(picture()))
    course.refresh_from_db()
    assert f'src="{covers.address(course.cover.name, 192)}"' in client.get("/").content.decode()
