"""The courses and people that a first visit finds."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import REPORTING_GROUP, User
from courses.models import Course, Teaching
from lessons import speaking
from lessons.models import LessonAudio

from . import apply, folder, plan, stored, tree
from .tree import Tree

FOLDER = settings.ROOT / "demo"
SIGN_INS = "demo-signins.json"
LOADED = "demo-loaded.json"
PEOPLE = {
    "learner": "Lena Learner",
    "instructor": "Ira Instructor",
    "staff": "Sam Staff",
    "superuser": "Ada Admin",
}


def load() -> Iterator[tuple[str, str]]:
    """(slug, what was done) for each demo course: "loaded", "unchanged" or "edited".

    A course that somebody has edited since it was loaded is left alone; a start must not undo anybody's work.
    Raises CourseFolderError.
    """
    record = _read(LOADED, {})
    for path in _folders():
        files = tree.read_disk(path)
        known = record.get(path.name, {})
        is_there = Course.objects.filter(slug=path.name).exists()
        if is_there and known.get("folder") == digest(files):
            yield path.name, "unchanged"
            continue
        course = plan.checked(files, path.name)
        if is_there and not plan.plan(course).is_empty and known.get("course") != _digest_of(path.name):
            yield path.name, "edited"
            continue
        apply.apply(course, speaks=False)
        record[path.name] = {"folder": digest(files), "course": _digest_of(path.name)}
        _write(LOADED, record)
        yield path.name, "loaded"


def speak() -> int:
    """Have the demo's lessons spoken in the background where they are not: each course's first lesson first.

    Returns how many lessons had nothing to hear yet.
    """
    heard = set(LessonAudio.objects.values_list("lesson", flat=True))
    courses = Course.objects.filter(slug__in=[path.name for path in _folders()]).order_by("slug")
    queues = [[lesson for lesson in speaking.listed(course) if lesson.pk not in heard] for course in courses]
    silent = [lesson for turn in zip_longest(*queues) for lesson in turn if lesson]
    speaking.follow(silent)
    return len(silent)


def digest(files: Tree) -> str:
    found = hashlib.sha256()
    for name in sorted(files):
        data = files[name]
        if isinstance(data, bytes):
            found.update(f"{name}\0{len(data)}\0".encode() + data)
        else:
            found.update(f"{name}\0{data.size}\0{data.digest}".encode())
    return found.hexdigest()


def _digest_of(slug: str) -> str:
    text = stored.read(Course.objects.select_related("track").get(slug=slug)).text
    # Who teaches is no part of the demo's text: the demo itself names an instructor.
    return hashlib.sha256(repr(vars(text) | {"instructors": None, "lines": None}).encode()).hexdigest()


@transaction.atomic
def people() -> list[dict[str, str]]:
    """Make the demo's people where they are missing; returns their sign-ins, also kept in the data folder.

    Somebody whose password is not written there gets a new one.
    """
    kept = {entry["email"]: entry for entry in _read(SIGN_INS, [])}
    known = {user.email: user for user in User.objects.filter(email__in=map(address, PEOPLE))}
    entries = []
    for role, name in PEOPLE.items():
        email = address(role)
        if email not in known or email not in kept:
            kept[email] = {"role": role, "email": email, "password": secrets.token_urlsafe(9)}
            known[email] = _person(known.get(email), role, name, kept[email]["password"])
        entries.append(kept[email])
    _give_courses(known[address("instructor")])
    _write(SIGN_INS, entries)
    return entries


def address(role: str) -> str:
    return f"{'admin' if role == 'superuser' else role}@fivefold.example"


def _person(user: User | None, role: str, name: str, password: str) -> User:
    user = user or User(email=address(role), display_name=name)
    user.is_superuser = role == "superuser"
    user.is_staff = user.is_staff or role in ("staff", "superuser")
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    if role == "staff":
        user.groups.add(Group.objects.get_or_create(name=REPORTING_GROUP)[0])
    return user


def _give_courses(instructor: User) -> None:
    """The instructor teaches the demo courses, except those that somebody teaches by now."""
    slugs = [path.name for path in _folders()]
    for course in Course.objects.filter(slug__in=slugs, teachings=None):
        Teaching.objects.create(course=course, user=instructor)


def _folders() -> list[Path]:
    return sorted(path.parent for path in FOLDER.glob(f"*/{folder.COURSE_FILE}"))


def _read(name: str, default: Any) -> Any:
    try:
        return json.loads((settings.DATA / name).read_text())
    except (OSError, ValueError):
        return default


def _write(name: str, content: Mapping | list) -> None:
    """Whole or not at all, and for our eyes only: it may hold passwords."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    path = settings.DATA / name
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    part.replace(path)
