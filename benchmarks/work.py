"""The smallest jobs there can be: what they take is what the machinery takes."""

from datetime import timedelta

from jobs.kinds import kind
from jobs.models import Queue
from jobs.running import Work


@kind("bench.small", queue=Queue.MEDIA, deadline=timedelta(minutes=1))
def small(work: Work) -> None:
    pass
