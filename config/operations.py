"""What load balancers, supervisors and monitoring ask."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily

from jobs import broker, figures

BROKER_WITHIN = 0.5  # seconds to wait for the broker's answer
SCRAPED_AS = "text/plain; version=0.0.4; charset=utf-8"
LOOPBACK = {"127.0.0.1", "::1"}
# Set by proxies: such a request comes from somewhere else, whatever the connection says.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can do its work: the database answers. Without a broker only background work begins later."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    answers = broker.answers(settings.BROKER_URL, settings.MESSAGES_ROOT, within=BROKER_WITHIN)
    note = "broker answers" if answers else "broker does not answer: background work begins later"
    return HttpResponse(f"ok\n{note}\n", content_type="text/plain")


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: from this machine, or with the token. To everybody else there is nothing here."""
    if not may_scrape(request):
        raise Http404
    return _metrics(request)


@require_safe
def _metrics(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry()
    registry.register(Jobs())
    return HttpResponse(generate_latest(registry), content_type=SCRAPED_AS)


def may_scrape(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        told = request.headers.get("Authorization", "")
        return constant_time_compare(told, f"Bearer {settings.METRICS_TOKEN}")
    is_near = request.META.get("REMOTE_ADDR") in LOOPBACK
    return is_near and not any(name in request.META for name in FORWARDED)


class Jobs:
    """The figures of background work, counted when they are asked for, so that any web process can answer for all."""

    def collect(self) -> Iterator[Metric]:
        now = figures.take()
        jobs = GaugeMetricFamily("fivefold_jobs", "Jobs in the table, by queue and state", labels=["queue", "state"])
        for (queue, state), count in now.jobs.items():
            jobs.add_metric([queue, state], count)
        yield jobs
        oldest = GaugeMetricFamily(
            "fivefold_jobs_oldest_waiting_seconds", "Seconds since the oldest waiting job fell due", labels=["queue"]
        )
        for queue, seconds in now.oldest_waiting.items():
            oldest.add_metric([queue], seconds)
        yield oldest
        yield GaugeMetricFamily(
            "fivefold_jobs_overdue_leases", "Running jobs whose worker has been silent for long", value=now.overdue
        )
