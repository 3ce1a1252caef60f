"""How style sheets and modules reach the reader: written as many files, sent as one.

An entry file (`css/site.css`, `js/site.js`) only lists its parts: `@import "button.css";` or `import "./toast.js";`.
A browser can load it as it stands, which is what happens in debug and in tests. `collectstatic` puts the parts in
place of the list, in its order, so a page costs one request instead of thirty.

There is no import map. A map has to stand inline in the page, browsers load none from a file, and our policy is
`script-src 'self'` without inline script. So modules import each other by relative path, and this storage writes the
hashed names into those lines. Django can do that too (`support_js_module_import_aggregation`), but its pattern also
matches inside comments and strings of vendored files; ours wants a line of its own, and only below `js/`.

A part of a joined module stands in a block of its own, so its names stay its own; it must not import or export.
Parts talk by events. A module that others import is not a part but a file of its own.

A module named in MODULES is bundled: it comes with everything it imports, as one file instead of a chain of requests.
There the modules share their names, so no two may declare the same one at their top level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRIES = ("css/site.css", "css/admin.css", "css/attempt.css", "js/site.js")
MODULES = ("js/attempt.js", "js/attempt-rest.js", "js/player.js", "js/practice.js", "js/study.js")

CSS_PART = re.compile(r'^@import "(?P<part>[\w./-]+)";$', re.MULTILINE)
JS_PART = re.compile(r'^import "\./(?P<part>[\w./-]+)";$', re.MULTILINE)
JS_COUPLED = re.compile(r"^(import|export)\b", re.MULTILINE)
JS_IMPORT = re.compile(r'^import \{[^}\n]*\} from "\./(?P<part>[\w./-]+)";\n', re.MULTILINE)
JS_ALIAS = re.compile(r"(\w+) as (\w+)")
JS_EXPORT = re.compile(r"^export (?=async |class |const |function |let )", re.MULTILINE)
JS_DECLARED = re.compile(r"^(?:export )?(?:async )?(?:class|const|function|let) (\w+)", re.MULTILINE)
JS_COMMENT_LINE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CSS_SPACE = re.compile(r"\s*([{};,>]|\n)\s*|(?<=:)\s+")

# One statement on one line, as our formatter writes it: from "./clock.js"; or a bare import "./clock.js";
RELATIVE_IMPORT = (
    r"""(?m)^(?P<matched>(?P<head>(?:import|export)\b[^"';\n]*)"(?P<url>\.{1,2}/[\w./-]+\.js)";)$""",
    """%(head)s"%(url)s";""",
)


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's hashed and compressed files, with entries joined first."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (RELATIVE_IMPORT,)))

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            joined = InMemoryStorage()
            for entry in [name for name in (*ENTRIES, *MODULES) if name in paths]:
                text = bundle(entry, paths) if entry in MODULES else join(entry, paths)
                joined.save(entry, ContentFile(text.encode()))
                paths[entry] = (joined, entry)
        yield from super().post_process(paths, dry_run=dry_run, **options)


def join(entry: str, paths: dict[str, Any]) -> str:
    """The text of `entry` with its parts in place.

    paths: name → (storage, path in it), as `collectstatic` hands it over.
    Raises ImproperlyConfigured when a part is missing or cannot stand inside another file.
    """

    folder = PurePosixPath(entry).parent

    def part(match: re.Match[str]) -> str:
        return read(str(folder / match["part"]), paths, entry)

    if entry.endswith(".css"):
        return squeeze_css(CSS_PART.sub(part, read(entry, paths, entry)))
    text = JS_PART.sub(lambda match: as_block(match["part"], part(match)), read(entry, paths, entry))
    return JS_COMMENT_LINE.sub("", text)


def read(name: str, paths: dict[str, Any], entry: str) -> str:
    if name not in paths:
        raise ImproperlyConfigured(f"{entry} lists {name}, which does not exist.")
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
        return text


def bundle(entry: str, paths: dict[str, Any]) -> str:
    """The module `entry` behind all that it imports, each once, those that others need first.

    Raises ImproperlyConfigured when a module is missing, imports in a way that cannot be put in place, or declares a
    name that another one has.
    """
    folder = PurePosixPath(entry).parent
    texts: dict[str, str] = {}
    owners: dict[str, str] = {}

    def add(name: str) -> None:
        if name in texts:
            return
        text = read(name, paths, entry)
        texts[name] = ""  # two that import each other do not go round in circles
        aliases = [pair for match in JS_IMPORT.finditer(text) for pair in JS_ALIAS.findall(match[0])]
        for match in JS_IMPORT.finditer(text):
            add(str(folder / match["part"]))
        for declared in [*JS_DECLARED.findall(text), *(alias for _name, alias in aliases)]:
            if owners.setdefault(declared, name) != name:
                raise ImproperlyConfigured(f"{name} and {owners[declared]} both declare {declared}.")
        del texts[name]
        texts[name] = "".join(f"const {alias} = {of};\n" for of, alias in aliases)
        texts[name] += JS_EXPORT.sub("", JS_IMPORT.sub("", text))
        if JS_COUPLED.search(texts[name]):
            raise ImproperlyConfigured(f"{name} imports or exports in a way that cannot be bundled.")

    add(entry)
    return JS_COMMENT_LINE.sub("", "".join(texts.values()))


def as_block(name: str, text: str) -> str:
    if JS_COUPLED.search(text):
        raise ImproperlyConfigured(f"{name} imports or exports, so it cannot be a part of a joined module.")
    return f"{{\n{text.rstrip()}\n}}"


def squeeze_css(text: str) -> str:
    """Drop comments and space that means nothing.

    Only for our own sheets: none has a string with a comment or with punctuation followed by space.
    """
    return CSS_SPACE.sub(lambda match: (match[1] or "").strip(), CSS_COMMENT.sub("", text)).replace(";}", "}") + "\n"
