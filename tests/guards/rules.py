"""Rules about how our code may look, each able to say where a text breaks it."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "config",
    "lib",
    "jobs",
    "accounts",
    "media",
    "courses",
    "enrollment",
    "lessons",
    "flashcards",
    "quizzes",
    "study",
    "authoring",
)
NOT_OURS = ("static/vendor/", "script/vendor/")

Finder = Callable[[str], Iterable[int]]


@dataclass(frozen=True)
class Rule:
    """find: the numbers of the lines that break the rule. bad: texts that must be found; good: texts that must not."""

    name: str
    where: Callable[[str], bool]  # by the path from the project's folder
    find: Finder
    bad: tuple[str, ...]
    good: tuple[str, ...] = ()

    def broken(self) -> list[str]:
        return [f"{path}:{line}" for path, text in sources() if self.where(path) for line in self.find(text)]


@cache
def sources() -> tuple[tuple[str, str], ...]:
    """Path and text of every file that is, or is about to be, part of the project."""
    found = []
    for path in paths():
        try:
            found.append((path, (ROOT / path).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return tuple(found)


def paths() -> list[str]:
    known = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if known.returncode == 0:
        return sorted(path for path in known.stdout.splitlines() if not path.startswith(NOT_OURS))
    # Unpacked from an archive: everything that does not hide.
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in files
        if not any(part.startswith(".") or part in {"var", "node_modules", "__pycache__"} for part in path.parts)
    )


# --- Where ----------------------------------------------------------------------------------------------------------


def apps(*, without: tuple[str, ...] = ()) -> Callable[[str], bool]:
    kept = tuple(f"{app}/" for app in APPS if app not in without)
    return lambda path: path.startswith(kept) and path.endswith(".py")


def views(path: str) -> bool:
    return apps()(path) and ("/views" in path or path.endswith(("/api.py", "/entrance.py")))


def pages(path: str) -> bool:
    return path.startswith("templates/") and path.endswith(".html")


def scripts(path: str) -> bool:
    return path.startswith("static/js/") and path.endswith(".js")


def everywhere(path: str) -> bool:
    return True


# --- How ------------------------------------------------------------------------------------------------------------


def matching(pattern: str, flags: int = 0) -> Finder:
    compiled = re.compile(pattern, flags | re.MULTILINE)
    return lambda text: [text.count("\n", 0, match.start()) + 1 for match in compiled.finditer(text)]


def nodes(fits: Callable[[ast.AST], bool]) -> Finder:
    return lambda text: [getattr(node, "lineno", 0) for node in ast.walk(ast.parse(text)) if fits(node)]


def name_of(node: ast.AST) -> str:
    """The last word of a name: `mark_safe` of `safestring.mark_safe`."""
    return getattr(node, "id", "") or getattr(node, "attr", "")


def calls(*names: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Call) and name_of(node.func) in names


def trusts_text(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in {"mark_safe", "html_safe"} for alias in node.names)
    if calls("format_html", "format_html_join")(node):
        assert isinstance(node, ast.Call)
        pattern = node.args[1 if name_of(node.func) == "format_html_join" else 0]
        return not isinstance(pattern, ast.Constant) and not calls("_", "gettext", "ngettext")(pattern)
    return calls("mark_safe", "html_safe", "SafeString", "SafeText")(node)


def takes_all_fields(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg == "fields" and _is_all(node.value)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(name_of(target) == "fields" for target in targets) and _is_all(node.value)
    return False


def _is_all(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == "__all__"


def fetches_anybodys(node: ast.AST) -> bool:
    """`Model.objects.get(pk=…)` and `get_object_or_404(Model, pk=…)`: found whoever asks."""
    if not isinstance(node, ast.Call) or not any(word.arg in {"pk", "id", "uuid", "key"} for word in node.keywords):
        return False
    if name_of(node.func) == "get":
        return isinstance(node.func, ast.Attribute) and name_of(node.func.value) == "objects"
    if name_of(node.func) == "get_object_or_404" and isinstance(node.args[0], ast.Name):
        return node.args[0].id[:1].isupper() and not _asks_for_oneself(node)
    return False


def _asks_for_oneself(node: ast.Call) -> bool:
    return any("request.user" in ast.unparse(word.value) for word in node.keywords)


def joins_sql(node: ast.AST) -> bool:
    """SQL put together from pieces, where parameters belong."""
    if not calls("execute", "executemany", "RawSQL", "raw", "extra")(node):
        return False
    assert isinstance(node, ast.Call)
    return bool(node.args) and isinstance(node.args[0], (ast.JoinedStr, ast.BinOp))


def goes_out(node: ast.AST) -> bool:
    outward = ("requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "ftplib", "telnetlib")
    if isinstance(node, ast.Import):
        return any(alias.name.startswith(outward) for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(outward)


def runs_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name in {"pickle", "marshal", "shelve"} for alias in node.names)
    if isinstance(node, ast.keyword):
        return node.arg == "shell" and getattr(node.value, "value", None) is True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (name_of(node.func.value), node.func.attr) in {("os", "system"), ("os", "popen"), ("yaml", "load")}
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}


def forms_without_token(text: str) -> Iterator[int]:
    for match in re.finditer(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.DOTALL | re.IGNORECASE):
        if "csrf_token" not in match[0]:
            yield text.count("\n", 0, match.start()) + 1
