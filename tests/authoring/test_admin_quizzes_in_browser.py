"""The desk's pages about questions and tests in a real browser: scripts work, nothing is blocked, everything fits."""

import pytest
from django.urls import reverse

from quizzes.models import Question
from tests import factories
from tests.authoring.test_admin_in_browser import enter  # noqa: F401
from tests.authoring.tests_desk import figures, mock_test, options, pair, question, report
from tests.axe import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_question_is_written_with_rows_added_and_its_markdown_seen(enter, cast, live_server):  # noqa: F811
    page = enter("instructor")
    address = reverse("admin:quizzes_question_add", query={"course": cast.course.pk, "kind": "single"})
    page.goto(live_server.url + address)
    page.fill("[name=q-name]", "Locks")
    page.fill("[name=q-stem]", "What does a **lock** do?")
    page.locator(".field-stem").get_by_role("button", name="Show it as it will look").click()
    page.locator(".field-stem .desk-prose strong", has_text="lock").wait_for()
    texts = ["It keeps others out", "It makes things fast", "Nothing", "It prints", "It waits"]
    page.get_by_role("button", name="Add a row").click()
    assert page.evaluate("document.activeElement.name") == "options-4-text"
    for number, text in enumerate(texts):
        page.fill(f"[name=options-{number}-text]", text)
    page.select_option("[name=options-0-fraction]", label="Right")
    page.get_by_role("button", name="Save and preview").click()
    page.wait_for_url("**/preview/")
    made = Question.objects.get(name="Locks")
    assert [option["text"] for option in made.current.body["options"]] == texts
    page.get_by_text("It keeps others out").click()
    page.get_by_role("button", name="What would this earn?").click()
    page.get_by_text("earns 100 % of the points").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_every_page_fits_and_passes_the_audit(enter, cast, live_server, width, scheme):  # noqa: F811
    page = enter("instructor")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    test = mock_test(cast, ("single", "cloze", "matching"))
    asked = question(cast)
    flag = {"code": "bad_key", "z": 5.0, "proposed": options()[1]["id"]}
    shares = [{"id": one["id"], "share": 0.25, "fifths": [0.1, 0.2, 0.3, 0.2, 0.2], "rest": 0.1} for one in options()]
    figures(factories.mock_test(cast.course, [asked]), asked, flags=[flag], options=shares)
    said, two = report(cast), pair(cast)
    for name, *place in (
        ("question_changelist",),
        ("question_add",),
        ("question_change", asked.pk),
        ("question_preview", asked.pk),
        ("question_regrade", asked.pk),
        ("question_import",),
        ("mocktest_changelist",),
        ("mocktest_change", test.pk),
        ("section_change", test.sections.get().pk),
        ("attempt_changelist",),
        ("attempt_change", said.attempt_id),
        ("accommodation_add",),
        ("problemreport_change", said.pk),
        ("pairflag_change", two.pk),
    ):
        look_at(page, live_server.url + reverse(f"admin:quizzes_{name}", args=place), width)
    look_at(page, live_server.url + reverse("admin:quizzes_question_board", query={"course": cast.course.pk}), width)


def look_at(page, address: str, width: int) -> None:
    assert page.goto(address, wait_until="networkidle").status == 200, address
    page.evaluate("document.querySelectorAll('#content details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    # The auditor takes a field that is half beneath the row that saves for a small one.
    page.evaluate("document.querySelector('.submit-row')?.style.setProperty('position', 'static')")
    assert findings(page) == [], address
