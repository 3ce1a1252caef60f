"""Private podcast feeds: one address for each learner and course. Whoever has the address can listen.

The address is shown once. Kept are the hash of its token, when and by which app it was last used, and from how many
networks a day: an address that went round shows itself.
"""

import hashlib
import hmac
import ipaddress
import re
import secrets
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.models import Enrollment
from lib.errors import Gone

from .models import Feed

TOKEN_BYTES = 32
ENDING = 6  # letters of the token that stay visible
NOTED_EVERY = timedelta(minutes=5)  # apps ask often: use is written down no more than that
MANY_NETWORKS = 5  # a day; phone, home, work and an app's own servers are fewer
MOST_NETWORKS = 30  # remembered of one day
RATE = 600  # requests of one feed within `PERIOD`, in each process: a download of a whole course is fewer
PERIOD = 60  # seconds
TRIES = 3

# The application's part of a User-Agent: what stands before its first version, or what many of them are known by.
KNOWN_APPS = (
    ("Overcast", "Overcast"),
    ("AntennaPod", "AntennaPod"),
    ("PocketCasts", "Pocket Casts"),
    ("Pocket Casts", "Pocket Casts"),
    ("AppleCoreMedia", "Apple Podcasts"),
    ("Podcasts/", "Apple Podcasts"),
    ("iTunes", "Apple Podcasts"),
    ("Mozilla/", "a web browser"),
)
FAMILY = re.compile(r"[A-Za-z][\w .+-]{1,40}?(?=[/;(]|$)")


# --- The learner's side ---------------------------------------------------------------------------------------------


def of(enrollment: Enrollment) -> Feed | None:
    """The feed that works now."""
    return Feed.objects.active().filter(enrollment=enrollment).first()


def create(enrollment: Enrollment) -> str:
    """A new token; one made before stops at once. This text is the only time it can be read."""
    for last in reversed(range(TRIES)):
        token = secrets.token_urlsafe(TOKEN_BYTES)
        try:
            with transaction.atomic():
                end(enrollment)
                Feed.objects.create(enrollment=enrollment, token_hash=hashed(token), ending=token[-ENDING:])
            return token
        except IntegrityError:
            # Made twice at the same moment: the later one stays.
            if not last:
                raise
    raise AssertionError("not reached")


def end(enrollment: Enrollment) -> bool:
    """False when there was none."""
    return bool(Feed.objects.filter(enrollment=enrollment, ended_at=None).update(ended_at=timezone.now()))


def address(token: str) -> str:
    """Whole, for apps on other machines."""
    return settings.BASE_URL + reverse("lessons:feed", args=[token])


def networks_today(feed: Feed, at: datetime | None = None) -> int:
    today = (at or timezone.now()).date().isoformat()
    return len(feed.networks.get("seen", ())) if feed.networks.get("on") == today else 0


def is_shared(feed: Feed) -> bool:
    """Whether so many networks ask that more than one person seems to have the address."""
    return networks_today(feed) > MANY_NETWORKS


# --- The app's side -------------------------------------------------------------------------------------------------


def find(token: str) -> Feed:
    """The feed of this token, with enrolment, course and track; one query.

    Raises Gone where it has ended or its learner has left: apps then stop asking. Http404 where there never was one,
    or the course is not open at the moment.
    """
    rows = Feed.objects.select_related("enrollment__learner", "enrollment__course__track")
    feed = rows.filter(token_hash=hashed(token)).first()
    if feed is None:
        raise Http404(_("No feed has this address."))
    enrollment = feed.enrollment
    if not feed.is_active:
        raise Gone
    if not (enrollment.course.is_published and enrollment.learner.is_active):
        raise Http404(_("This feed is not open at the moment."))
    return feed


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_too_much(feed: Feed) -> bool:
    """Counts this request too. Each process counts for itself: comfort for the others, not security."""
    cache = caches["throttles"]
    place = f"feed:{feed.pk}:{int(time.time()) // PERIOD}"
    cache.add(place, 0, 2 * PERIOD)
    try:
        return cache.incr(place) > RATE
    except ValueError:  # pushed out between the two
        return False


def note_use(feed: Feed, agent: str, network_address: str, at: datetime | None = None) -> None:
    """Write down that `agent` (a User-Agent) asked, unless that was done just now."""
    at = at or timezone.now()
    networks = _with(feed, network_address, at)
    is_fresh = feed.used_at is not None and at - feed.used_at < NOTED_EVERY
    if is_fresh and networks == feed.networks:
        return
    # Of several requests at the same moment one is enough.
    Feed.objects.filter(pk=feed.pk, used_at=feed.used_at).update(used_at=at, used_by=app_name(agent), networks=networks)


def _with(feed: Feed, network_address: str, at: datetime) -> dict[str, Any]:
    """The networks of today, this one among them. Hashed with the day: nobody can be followed from day to day."""
    today = at.date().isoformat()
    seen = list(feed.networks.get("seen", ())) if feed.networks.get("on") == today else []
    one = hmac.digest(settings.SECRET_KEY.encode(), f"{feed.pk}/{today}/{network(network_address)}".encode(), "sha256")
    if one.hex()[:12] not in seen and len(seen) < MOST_NETWORKS:
        seen.append(one.hex()[:12])
    return {"on": today, "seen": seen}


def network(network_address: str) -> str:
    """A household's or an office's part of an address."""
    try:
        parsed = ipaddress.ip_address(network_address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def app_name(agent: str) -> str:
    """The family of an app, for people: "Overcast" of "Overcast/3.0 (+http://…)"."""
    for mark, name in KNOWN_APPS:
        if mark in agent:
            return name
    match = FAMILY.match(agent.strip())
    return match[0].strip()[:60] if match else ""
