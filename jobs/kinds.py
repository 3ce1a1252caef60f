"""What kinds of background work there are. An app names its own in a module `work`, found like `admin` modules are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.module_loading import autodiscover_modules

from .models import Job, Queue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .running import Work

# Does the work outside any transaction, calling `work.beat` every few seconds, and may return what is to be written:
# that runs in one transaction with the end of the job, and only for the worker that still owns it. Where somebody else
# holds the same rows it is rolled back and called again.
Handler = Callable[["Work"], Callable[[], None] | None]


@dataclass(frozen=True)
class Kind:
    name: str
    handler: Handler
    queue: Queue
    deadline: timedelta  # for one attempt
    attempts: int
    # Called once, in the transaction that ends the job, when it failed for good (with the sentence) or was cancelled
    # (with an empty one): the place to give the subject its state.
    when_lost: Callable[["Work", str], None] | None
    title: "StrOrPromise"  # what it does, for people: a few words


kinds: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    queue: Queue,
    deadline: timedelta,
    attempts: int = 3,
    when_lost: Callable[["Work", str], None] | None = None,
    title: "StrOrPromise" = "",
) -> Callable[[Handler], Handler]:
    """Decorator: `handler` does the jobs of this kind."""

    def remember(handler: Handler) -> Handler:
        kinds[name] = Kind(name, handler, queue, deadline, attempts, when_lost, title or name)
        return handler

    return remember


def find(name: str) -> Kind:
    """Raises KeyError for a kind that no app knows (any more)."""
    if name not in kinds:
        load()
    return kinds[name]


def find_or_unknown(job: Job) -> Kind:
    """For a job that no app knows: perhaps of a newer version that is being installed, so others may know it."""
    try:
        return find(job.kind)
    except KeyError:
        return Kind(
            job.kind, _cannot, Queue(job.queue), timedelta(minutes=1), attempts=3, when_lost=None, title=job.kind
        )


def _cannot(work: "Work") -> None:
    raise KeyError(f"No app has work of the kind {work.job.kind}")


def load() -> Mapping[str, Kind]:
    autodiscover_modules("work")
    return kinds
