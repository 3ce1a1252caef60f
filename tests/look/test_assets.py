"""Sheets and modules: many files for authors, one for readers."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from lib import assets

STATIC = Path(__file__).parents[2] / "static"


def stored(**files):
    storage = InMemoryStorage()
    paths = {}
    for name, text in files.items():
        name = name.replace("__", "/").replace("_", ".")
        paths[storage.save(name, ContentFile(text.encode()))] = (storage, name)
    return paths


def test_parts_of_a_sheet_stand_in_the_order_of_the_list():
    paths = stored(
        css__site_css='@layer a, b;\n@import "two.css";\n@import "one.css";\n',
        css__one_css="/* why */\n.one > a { color: red; }\n",
        css__two_css=".two {\n  inset: 0 auto;\n}\n",
    )
    assert assets.join("css/site.css", paths) == "@layer a,b;.two{inset:0 auto}.one>a{color:red}\n"


def test_parts_of_a_module_keep_their_names_to_themselves():
    paths = stored(
        js__site_js='// list\nimport "./one.js";\nimport "./two.js";\n',
        js__one_js="// header\nconst x = 1;\n",
        js__two_js='const x = "//";\n',
    )
    assert assets.join("js/site.js", paths) == '{\nconst x = 1;\n}\n{\nconst x = "//";\n}\n'


def test_a_part_that_imports_is_refused():
    paths = stored(js__site_js='import "./one.js";\n', js__one_js='import { x } from "./x.js";\n')
    with pytest.raises(ImproperlyConfigured, match=r"one\.js imports or exports"):
        assets.join("js/site.js", paths)


def test_a_part_that_does_not_exist_is_named():
    with pytest.raises(ImproperlyConfigured, match=r"css/gone\.css, which does not exist"):
        assets.join("css/site.css", stored(css__site_css='@import "gone.css";\n'))


def test_a_bundled_module_comes_with_what_it_imports_once_and_in_order():
    paths = stored(
        js__player_js='import { a as first } from "./one.js";\nimport { b } from "./two.js";\nfirst(b);\n',
        js__one_js='import { b } from "./two.js";\nexport function a() { return b; }\n',
        js__two_js="// why\nexport const b = 1;\n",
    )
    text = assets.bundle("js/player.js", paths)
    assert text == "const b = 1;\nfunction a() { return b; }\nconst first = a;\nfirst(b);\n"


def test_bundled_modules_that_declare_the_same_name_are_refused():
    paths = stored(
        js__player_js='import { a } from "./one.js";\nconst limit = a;\n',
        js__one_js="const limit = 1;\nexport const a = 2;\n",
    )
    with pytest.raises(ImproperlyConfigured, match=r"both declare limit"):
        assets.bundle("js/player.js", paths)


def test_collected_entries_are_whole(collected):
    (sheet,) = collected.glob("css/site.*.css")
    (module,) = collected.glob("js/site.*.js")
    assert "@import" not in sheet.read_text()
    assert not re.search(r"^import\b", module.read_text(), re.MULTILINE)
    for font in re.findall(r'url\("\.\./(fonts/[^"]+)"\)', sheet.read_text()):
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", font)
        assert (collected / font).exists()


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ('import { clock } from "./clock.js";', 'import { clock } from "./clock.HASH.js";'),
        ('import "./clock.js";', 'import "./clock.HASH.js";'),
        ('export { clock } from "../js/clock.js";', 'export { clock } from "../js/clock.HASH.js";'),
        ('// import { clock } from "./clock.js";', None),
        ("const text = 'import \"./clock.js\";';", None),
        (' * import { clock } from "./clock.js";', None),
    ],
)
def test_only_real_imports_get_a_hashed_name(line, becomes):
    pattern, template = assets.RELATIVE_IMPORT
    result = re.sub(pattern, lambda m: template % (m.groupdict() | {"url": m["url"][:-3] + ".HASH.js"}), line)
    assert result == (becomes or line)


def test_every_sheet_of_ours_is_linked_or_listed():
    templates = "".join(file.read_text() for file in (STATIC.parent / "templates").rglob("*.html"))
    used = set(re.findall(r"""static ["']css/([\w-]+\.css)""", templates))
    for entry in ("site.css", "admin.css", "attempt.css"):
        used |= set(assets.CSS_PART.findall((STATIC / "css" / entry).read_text()))
    assert {sheet.name for sheet in (STATIC / "css").glob("*.css")} == used
