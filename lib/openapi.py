"""The API's description: problems added to every operation, and the whole of it made ready for a page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from . import problems

Data = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
REF = "#/components/schemas/Problem"
# The middle of what a string of a format looks like.
SAMPLES = {
    "uuid": "6c1b2c1e-7f2d-4c0e-9a55-0d8c9f1f3b7a",
    "date-time": "2026-01-05T08:00:00Z",
    "uri": "https://…",
    "email": "ada@example.org",
}


def add_problems(result: Data, generator: Any, request: Any, public: bool) -> Data:
    """A drf-spectacular postprocessing hook: what each operation answers when something is wrong."""
    result["components"]["schemas"]["Problem"] = _problem_schema()
    for path, operations in result["paths"].items():
        for method in METHODS:
            if operation := operations.get(method):
                for status in _statuses(path, method, operation):
                    operation["responses"].setdefault(str(status), _problem_response(status))
                operation["responses"]["default"] = _problem_response(0)
    return result


def _statuses(path: str, method: str, operation: Data) -> list[int]:
    found = [406, 429]
    if "requestBody" in operation or any(one["in"] == "query" for one in operation.get("parameters", ())):
        found.append(400)
    # A token that does not work is refused everywhere; {} among the ways to sign in means that none is needed.
    found.append(401)
    if {} not in operation.get("security", []) and (method != "get" or "/place/" in path):
        found.append(403)
    if "{" in path:
        found.append(404)
    if "requestBody" in operation:
        found += [413, 415]
    if path.endswith("/enrolments/") and method == "post":
        found.append(409)
    return sorted(found)


def _problem_response(status: int) -> Data:
    words = str(problems.TITLES[status]) if status else _("Anything else that goes wrong")
    return {"description": words, "content": {problems.MEDIA_TYPE: {"schema": {"$ref": REF}}}}


def _problem_schema() -> Data:
    text = {"type": "string"}
    error = {"type": "object", "required": ["field", "message"], "properties": {"field": text, "message": text}}
    return {
        "type": "object",
        "description": _("What went wrong, in one shape for all errors."),
        "required": ["title", "status", "detail", "code", "errors"],
        "properties": {
            "title": text,
            "status": {"type": "integer"},
            "detail": text | {"description": _("What happened and what to do, as a sentence.")},
            "code": text | {"description": _("The same as a word, for programs.")},
            "errors": {"type": "array", "items": error},
        },
    }


# --- For the page ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A parameter, or a member of a body: `name` has dots where bodies nest, and [] where they list."""

    name: str
    kind: str
    words: str
    is_required: bool = False


@dataclass(frozen=True)
class Answer:
    status: str
    words: str
    members: Sequence[Member]
    sample: str
    is_problem: bool


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    anchor: str
    summary: str
    words: str
    is_open: bool
    parameters: Sequence[Member]
    body: Sequence[Member]
    answers: Sequence[Answer]
    curl: str


@dataclass(frozen=True)
class Group:
    name: str
    words: str
    operations: Sequence[Operation]


@dataclass(frozen=True)
class Reference:
    title: str
    words: str
    version: str
    groups: Sequence[Group]
    problem: Sequence[Member]


def read(schema: Data) -> Reference:
    reader = Reader(schema["components"]["schemas"])
    operations = [
        (operation["tags"][0], reader.operation(path, method, operation))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    groups = [
        Group(tag["name"], tag["description"], [one for name, one in operations if name == tag["name"]])
        for tag in schema["tags"]
    ]
    info = schema["info"]
    problem = [replace(one, is_required=False) for one in reader.members({"$ref": REF})]
    return Reference(info["title"], info["description"], info["version"], groups, problem)


class Reader:
    """Reads operations of one description."""

    def __init__(self, components: Mapping[str, Data]) -> None:
        self.components = components

    def operation(self, path: str, method: str, operation: Data) -> Operation:
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        return Operation(
            method=method.upper(),
            path=path,
            anchor=slugify(operation["operationId"]),
            summary=operation.get("summary", ""),
            words=operation.get("description", ""),
            is_open={} in operation.get("security", []),
            parameters=[
                Member(one["name"], self.kind(one["schema"]), _words(one), one.get("required", False))
                for one in operation.get("parameters", ())
            ],
            body=list(self.members(body)) if body else [],
            answers=[self.answer(status, answer) for status, answer in operation["responses"].items()],
            curl=self.curl(path, method, operation, body),
        )

    def answer(self, status: str, answer: Data) -> Answer:
        contents: dict[str, Data] = answer.get("content", {})
        media = next(iter(contents), "")
        schema: Data | None = contents[media].get("schema") if media else None
        is_problem = media == problems.MEDIA_TYPE
        if schema is None or is_problem:
            return Answer(status, _words(answer), [], "", is_problem)
        sample = json.dumps(self.sample(schema), indent=2, ensure_ascii=False)
        # All of an answer's members are always there, so none needs the word.
        members = [replace(one, is_required=False) for one in self.members(schema)]
        return Answer(status, _words(answer), members, sample, is_problem)

    def members(self, schema: Data, prefix: str = "") -> Iterator[Member]:
        schema = self.whole(schema)
        for name, member in schema.get("properties", {}).items():
            required = name in schema.get("required", ())
            yield Member(prefix + name, self.kind(member), _words(member), required)
            inner = self.whole(member)
            if "items" in inner:
                yield from self.members(inner["items"], f"{prefix}{name}[].")
            else:
                yield from self.members(inner, f"{prefix}{name}.")

    def whole(self, schema: Data) -> Data:
        """The schema itself, where it only points to another one or adds a word to it."""
        for name in ("allOf", "oneOf"):
            if name in schema:
                return self.whole(schema[name][0]) | {key: value for key, value in schema.items() if key != name}
        if "$ref" in schema:
            return self.whole(self.components[schema["$ref"].rpartition("/")[2]])
        return schema

    def kind(self, schema: Data) -> str:
        """Such as "integer or null", "list of string", "basic · medium · detailed"."""
        whole = self.whole(schema)
        if "enum" in whole:
            kind = " · ".join(str(value) for value in whole["enum"])
        elif "items" in whole:
            kind = f"list of {self.kind(whole['items'])}"
        else:
            kind = whole.get("format") or whole.get("type", "any")
        return f"{kind} or null" if whole.get("nullable") else kind

    def sample(self, schema: Data) -> Any:
        whole = self.whole(schema)
        if "enum" in whole:
            return whole["enum"][0]
        if "properties" in whole:
            return {name: self.sample(member) for name, member in whole["properties"].items()}
        if "items" in whole:
            return [self.sample(whole["items"])]
        if whole.get("type") == "object":
            return {}
        if whole.get("type") in ("integer", "number"):
            return whole.get("default", 1)
        if whole.get("type") == "boolean":
            return True
        return SAMPLES.get(whole.get("format", ""), "…")

    def curl(self, path: str, method: str, operation: Data, body: Data | None) -> str:
        query = "&".join(
            f"{one['name']}=…"
            for one in operation.get("parameters", ())
            if one["in"] == "query" and one.get("required")
        )
        address = f"{settings.BASE_URL}{path}" + (f"?{query}" if query else "")
        lines = ["curl" + ("" if method == "get" else f" -X {method.upper()}")]
        if {} not in operation.get("security", []):
            lines.append("-H 'Authorization: Bearer ff_…'")
        if body:
            lines += [
                "-H 'Content-Type: application/json'",
                f"-d '{json.dumps(self.sample(body), ensure_ascii=False)}'",
            ]
        return " \\\n  ".join([*lines, f"'{address}'"])


def _words(thing: Data) -> str:
    return str(thing.get("description", "")).strip()
