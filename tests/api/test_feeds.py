"""Podcast feeds in the API: made, told once, replaced, ended."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from lessons.models import Feed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(cast):
    factories.ready_audio(cast.lesson)
    return f"/api/v1/courses/{cast.course.slug}/feed/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 401), ("learner", 403), ("enrolled", 201), ("instructor", 403), ("outsider", 403), ("staff", 403)],
)
def test_only_the_enrolled_have_a_feed(api, address, who, status):
    assert api(who).get(address).status_code == (404 if status == 201 else status)
    assert api(who).delete(address).status_code == (204 if status == 201 else status)
    assert api(who).post(address).status_code == status
    assert Feed.objects.count() == (who == "enrolled")


def test_the_address_is_told_once(api, address):
    made = api("enrolled").post(address).json()
    known = api("enrolled").get(address).json()
    assert "address" not in known
    assert made == known | {"address": made["address"]}
    assert made["address"].removesuffix(".xml").endswith(known["ending"])
    assert "token" not in str(known)
    assert api("other").get(address).status_code == 404


def test_a_feed_works_until_it_is_replaced_or_ended(api, address):
    def status(made):
        return Client().get(urlsplit(made["address"]).path).status_code

    first = api("enrolled").post(address).json()
    assert status(first) == 200
    second = api("enrolled").post(address).json()
    assert (status(first), status(second)) == (410, 200)
    assert api("enrolled").delete(address).status_code == 204
    assert (status(first), status(second)) == (410, 410)
    assert api("enrolled").get(address).status_code == 404
