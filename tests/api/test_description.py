import re

import pytest
import yaml
from django.core.management import call_command
from django.urls import get_resolver

pytestmark = pytest.mark.django_db
STAFF = {"staff", "superuser"}
EVERYBODY = ("visitor", "learner", "enrolled", "instructor", "outsider", "staff", "superuser")


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
def test_the_description_is_for_staff_and_to_others_nothing(api, address):
    for who in EVERYBODY:
        assert api(who).get(address).status_code == (200 if who in STAFF else 404), who
        assert api(who).post(address, {}).status_code == (405 if who in STAFF else 404), who


def test_the_description_has_no_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))
    schema = yaml.safe_load((tmp_path / "schema.yml").read_text())
    routes = {re.sub(r"<\w+:(\w+)>", r"{\1}", f"/api/{route}").replace("{pk}", "{id}") for route in v1()}
    assert set(schema["paths"]) == routes


def v1():
    (api,) = (found for found in get_resolver().url_patterns if str(found.pattern) == "api/")
    return [str(one.pattern) for one in api.url_patterns if str(one.pattern).startswith("v1/")]


def test_the_page_shows_every_operation_and_needs_no_script_or_style(api):
    answer = api("staff").get("/api/docs/")
    page = answer.content.decode()
    for shown in ("/api/v1/courses/{course}/lessons/{lesson}/", "PATCH", "curl", "Authorization: Bearer"):
        assert shown in page
    assert page.count('<article class="operation"') == 42
    main = page[page.index("<main") : page.index("</main>")]
    assert "<script" not in main
    assert " style=" not in page
    assert "<style" not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
