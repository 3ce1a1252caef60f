"""Covers that people upload: checked, redrawn, kept under a name that is their content.

Whatever arrives is decoded and written anew as PNG, so nothing but pixels reaches a reader. PNG is lossless: a cover
that leaves with a course folder and comes back is the same file. Readers get WebP copies in two widths.
"""

import hashlib
import io
import re
import warnings
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FOLDER = "covers"
FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000  # what decoding may unfold to: 160 MB
LARGEST_SIDE = 1600  # pixels; more is scaled down
WIDTHS = (192, 800)  # of the copies: rows at twice their size on screen, and the course page
NAME = re.compile(r"[0-9a-f]{32}(-\d+\.webp|\.png)")


class CoverField(models.ImageField):
    """A cover. Whoever saves one, form or import, it goes through `redraw`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"upload_to": FOLDER} | kwargs)

    def deconstruct(self) -> Any:
        # To the database it is an image field: old migrations must not need this module.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        cover = getattr(model_instance, self.attname)
        if cover and not cover._committed:
            setattr(model_instance, self.attname, keep(cover.file))
        return super().pre_save(model_instance, add)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": CoverFormField} | kwargs)


class CoverFormField(forms.ImageField):
    widget = forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def to_python(self, data: Any) -> Any:
        # Before Django's own look at it: that one would open formats and sizes that we refuse.
        if data not in self.empty_values:
            redraw(data)
            data.seek(0)
        return super().to_python(data)


def keep(file: File) -> str:
    """Store `file` and its copies; returns the name for `Course.cover`. The same picture is stored once.

    Raises ValidationError, with a sentence to show, when it is no picture that we take.
    """
    picture = redraw(file)
    original = written(picture, "PNG", optimize=False, compress_level=9)
    name = f"{FOLDER}/{hashlib.sha256(original).hexdigest()[:32]}"
    _store(f"{name}.png", original)
    for width in WIDTHS:
        copy = picture.copy()
        copy.thumbnail((width, LARGEST_SIDE))
        _store(f"{name}-{width}.webp", written(copy, "WEBP", quality=82, method=6))
    return f"{name}.png"


def redraw(file: File) -> Image.Image:
    """The pixels of `file`, upright, at most 1600 on a side. Raises ValidationError for anything suspicious."""
    if file.size > LARGEST_FILE:
        raise ValidationError(_("This picture is larger than 10 MB. Save it smaller and try again."), code="too_large")
    try:
        with warnings.catch_warnings():
            # A small file can unfold to gigabytes. Opening reads the size only, and warns where we refuse.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            file.seek(0)
            picture = Image.open(file, formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ValidationError(_("This picture has too many pixels. Save it smaller and try again."), code="bomb")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise ValidationError(_("This is no PNG, JPEG or WebP picture, or it is damaged."), code="no_picture")
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return plain


def written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    # Onto an empty canvas: colour profiles, comments and the like stay behind.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    target = io.BytesIO()
    clean.save(target, kind, **options)
    return target.getvalue()


def address(cover: str | None, width: int = 0) -> str:
    """Where readers get the cover called `cover` (as in `Course.cover.name`): in one of `WIDTHS`, or as stored."""
    name = (cover or "").removeprefix(f"{FOLDER}/")
    return reverse("courses:cover", args=[name.replace(".png", f"-{width}.webp") if width else name])


def _store(name: str, content: bytes) -> None:
    # The name says what is in it, so a file that is there is right.
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
