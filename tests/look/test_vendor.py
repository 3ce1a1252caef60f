"""What we vendor is what we tried."""

import hashlib
import re
from pathlib import Path

from lib.templatetags import look

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
HTMX_4_0_1 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


def test_htmx_is_the_file_that_was_tried():
    assert hashlib.sha256((STATIC / "vendor" / "htmx.js").read_bytes()).hexdigest() == HTMX_4_0_1


def test_every_font_has_its_licence_beside_it():
    licences = "".join(file.stem for file in (STATIC / "fonts" / "licences").glob("*.txt"))
    for font in (STATIC / "fonts").glob("*.woff2"):
        assert font.stem.removesuffix("-ext").removesuffix("-italic") in licences


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text()))
    named = {*look.MODE_ICONS.values(), *look.AID_ICONS.values(), *look.TRACK_ICONS.values()}
    for template in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r'{% icon "([^"]+)"', template.read_text()))
    assert named - sprite == set()
