"""The contrasts of WCAG 2.2, computed from the colours in static/css/tokens.css."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
COLOUR = re.compile(r"--([a-z-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")
THEMES = ("light", "dark")

TEXT, MARK = 4.5, 3.0  # WCAG 1.4.3 for text, 1.4.11 for edges and signs

HUES = ("indigo", "pine", "plum", "leaf", "amber", "brick")
GROUNDS = ("paper", "sheet", "well")
PAIRS = [
    *(("ink", ground, TEXT) for ground in GROUNDS),
    *(("ink-soft", ground, TEXT) for ground in GROUNDS),
    *(("line-strong", ground, MARK) for ground in GROUNDS),
    *((hue, ground, TEXT) for hue in HUES for ground in GROUNDS),
    *((hue, f"{hue}-soft", TEXT) for hue in HUES),
    *(("ink", f"{hue}-soft", TEXT) for hue in HUES),
    *(("ink-soft", f"{hue}-soft", TEXT) for hue in ("indigo", "pine", "plum")),
    # Numbers and initials on the colour of a track, and toasts, are written in the colour of the page.
    *(("paper", hue, TEXT) for hue in (*HUES, "ink")),
    ("on-indigo", "indigo", TEXT),
    ("on-indigo", "indigo-deep", TEXT),
    ("indigo-deep", "paper", TEXT),
    # Links in a warning or an error.
    ("indigo", "brick-soft", TEXT),
    ("indigo", "amber-soft", TEXT),
]


def colours() -> dict[str, dict[str, str]]:
    found = COLOUR.findall(CSS.read_text())
    return {
        "light": {name: light for name, light, _ in found},
        "dark": {name: dark for name, _, dark in found},
    }


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_agrees_with_known_values():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_every_pair_in_use_can_be_read(theme, ink, ground, least):
    palette = colours()[theme]
    assert contrast(palette[ink], palette[ground]) >= least


def test_every_colour_is_declared_once_for_both_themes():
    names = [name for name, _, _ in COLOUR.findall(CSS.read_text())]
    assert len(names) == len(set(names)) == 21


def test_components_name_meanings_and_not_raw_colours():
    allowed = {"tokens.css", "code.css", "cover.css", "print.css", "account.css"}
    for sheet in CSS.parent.glob("*.css"):
        if sheet.name not in allowed:
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", sheet.read_text()), sheet.name
