"""A mock test as a course would have it: one question of every kind, and how to find one's way in it."""

import re
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from playwright.sync_api import Locator, Page, expect

from courses.models import Course
from quizzes.grading import ids
from quizzes.models import Answer, Attempt, MockTest
from tests import factories
from tests.journeys.site import Site

SITTER = "sitter@example.org"
# What a browser itself says when nobody is reached, and when a reply is not 200.
NOT_OURS = re.compile(r"ERR_INTERNET_DISCONNECTED|status of (401|403|404|409|422)")
# Names of the answers that this browser keeps.
KEPT = """async () => {
  const database = await new Promise(resolve => {
    const asked = indexedDB.open("sit");
    asked.onsuccess = () => resolve(asked.result);
  });
  if (!database.objectStoreNames.contains("kept")) return [];
  const keys = await new Promise(resolve => {
    const rows = database.transaction("kept").objectStore("kept").getAllKeys();
    rows.onsuccess = () => resolve(rows.result);
  });
  database.close();
  return keys;
}"""
RACE = """Two threads run this function at the same time. What is the **least** value that `total` can have afterwards?

```python
total = 0

def work():
    global total
    for _ in range(1000):
        total += 1
```"""

RULE = """Threads overlap [[1]]; processes overlap [[2]].

```python
with [[3]]:
    total += 1
```"""


def options(*texts: str) -> list[dict[str, str]]:
    return [{"id": one, "text": text} for one, text in zip(ids.new(texts), texts, strict=True)]


def questions() -> list[dict[str, Any]]:
    """Arguments of `factories.question`, in the order of the test."""
    choices = options("2000, always", "1000", "2", "0")
    waits = options("A lock", "A queue", "`time.sleep`", "A *for* loop over a list")
    steps = options("The thread asks for the lock", "It waits", "It holds the lock", "It gives the lock back")
    left, right = options("Thread", "Process"), options("shares memory", "has its own memory", "runs on the GPU only")
    pair = {one["id"]: other["id"] for one, other in zip(left, right, strict=False)}
    gap = options("waiting", "computing")
    return [
        {"kind": "single", "stem": RACE, "body": {"options": choices}, "key": {"options": {choices[2]["id"]: 1}}},
        {
            "kind": "multiple",
            "stem": "Which of these may make a thread **wait** for another thread?",
            "body": {"options": waits},
            "key": {"right": [waits[0]["id"], waits[1]["id"]], "rule": "no_wrong"},
        },
        {
            "kind": "truefalse",
            "stem": "Two threads of one Python process can run Python code on two cores at the same moment.",
            "body": {},
            "key": {"options": {"false": 1}},
        },
        {
            "kind": "numeric",
            "stem": "Twenty downloads wait one second each and share one core. How many seconds do they take "
            "with twenty threads?",
            "body": {"decimal": ".", "asks_unit": False},
            "key": {"unit": "", "answers": [{"value": "1", "kind": "abs", "tol": "0.2", "fraction": 1}]},
        },
        {
            "kind": "short",
            "stem": "What is it called when two threads wait for each other for ever?",
            "body": {},
            "key": {"answers": [{"text": "deadlock", "fraction": 1}], "reject": []},
        },
        {
            "kind": "cloze",
            "stem": "Complete the rule of thumb.",
            "body": {
                "text": RULE,
                "gaps": {
                    "1": {"kind": "single", "options": gap},
                    "2": {"kind": "single", "options": gap},
                    "3": {"kind": "short", "width": 8},
                },
            },
            "key": {
                "gaps": {
                    "1": {"options": {gap[0]["id"]: 1}, "weight": 1},
                    "2": {"options": {gap[1]["id"]: 1}, "weight": 1},
                    "3": {"answers": [{"text": "lock", "fraction": 1}], "weight": 1},
                }
            },
        },
        {
            "kind": "matching",
            "stem": "What does each have?",
            "body": {"left": left, "right": right},
            "key": {"pairs": pair, "rule": "part"},
        },
        {
            "kind": "ordering",
            "stem": "A thread wants to change something that others change, too. What happens, in order?",
            "body": {"items": [steps[2], steps[0], steps[3], steps[1]]},
            "key": {"order": [one["id"] for one in steps], "rule": "kendall"},
        },
        {
            "kind": "formula",
            "stem": "A share $p$ of the work can run in parallel on $n$ cores. By which factor does it get faster?",
            "body": {"vars": ["p", "n"], "domain": "positive"},
            "key": {"answers": [{"expr": "1/(1-p+p/n)", "fraction": 1}]},
        },
        {
            "kind": "essay",
            "stem": "A web shop is slow when many orders come in. How would you find out whether threads would help?",
            "body": {"words": 150},
            "key": {"rubric": [{"id": "c1", "title": "Measures first", "levels": [0, 1, 2], "weight": 1}]},
        },
    ]


def mock_test(course: Course, *, count: int = 10, **fields: Any) -> MockTest:
    made = [factories.question(course, **one) for one in questions()[:count]]
    default = {"title": "Threads and processes", "minutes": 30, "shuffle_questions": False, "shuffle_options": False}
    return factories.mock_test(course, made, **default | fields)


# --- In a running copy ----------------------------------------------------------------------------------------------

BEGIN = """
from accounts.models import User
from courses.models import Lesson
from quizzes import sitting
from tests import factories
from tests.journeys import papers
learner = User.objects.get(email="{email}")
lesson = Lesson.objects.filter(course__slug="python-concurrency").in_order()[0]
if {practises}:
    factories.question(lesson.course, lesson=lesson, **papers.questions()[0])
    print(papers.address(sitting.practise(learner, lesson)))
else:
    print(papers.address(sitting.start(learner, papers.mock_test(lesson.course))))
"""


def begin_test(site: Site) -> str:
    """Address of the first question of a test that the demo's learner has begun."""
    return site.run(BEGIN.format(email=site.sign_in("learner")[0], practises=False))


def begin_practice(site: Site) -> str:
    return site.run(BEGIN.format(email=site.sign_in("learner")[0], practises=True))


# --- In the browser -------------------------------------------------------------------------------------------------


def address(attempt: Attempt, number: int = 1) -> str:
    return f"/attempts/{attempt.pk}/q/{number}/"


def ready(page: Page) -> None:
    """The script has begun."""
    expect(page.locator("#sitting[data-ready]")).to_be_attached()


def has_paper(page: Page) -> None:
    """All questions are in the browser."""
    ready(page)
    page.wait_for_load_state("networkidle")


def save_line(page: Page) -> Locator:
    return page.locator("#save [data-text]")


def saved(page: Page) -> None:
    expect(save_line(page)).to_have_text("Saved")


def heading(page: Page, number: int, total: int = 10) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of {total}")


def go_on(page: Page) -> None:
    before = page.url
    page.get_by_role("button", name="Next").click()
    page.wait_for_url(lambda url: url != before)


def choose(page: Page, position: int) -> None:
    page.locator(f"[data-choice='{position}']").check()


def left(page: Page) -> float:
    """Seconds that the clock shows."""
    minutes, seconds = page.locator("[data-time]").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def elsewhere(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text="Open in another tab")


def only_ours(page: Page) -> None:
    """Complaints of the browser about replies and connections are what the test is about."""
    page.complaints[:] = [one for one in page.complaints if not NOT_OURS.search(one)]


# --- In the database -------------------------------------------------------------------------------------------------


def kept(attempt: Attempt, number: int) -> Answer | None:
    return Answer.objects.filter(attempt=attempt, slot=number).first()


def text_of(attempt: Attempt, number: int, position: int) -> str:
    """Id of the option that stands at `position`, from 1."""
    return attempt.form["slots"][number - 1]["order"][position - 1]


def end_soon(attempt: Attempt, seconds: float) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(deadline=now() + timedelta(seconds=seconds))
