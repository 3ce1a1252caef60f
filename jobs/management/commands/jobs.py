from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs import queue, running, sweeping
from jobs.models import Job, Queue, State

MOST_LISTED = 50


class Command(BaseCommand):
    help = "Look after background work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="list|retry|cancel|sweep|run")
        listing = acts.add_parser("list", help="newest first")
        listing.add_argument("--state", choices=State.values, help="only these (default: waiting, running and failed)")
        listing.add_argument("--queue", choices=Queue.values)
        listing.add_argument("--all", action="store_true", help=f"not only the newest {MOST_LISTED}")
        for name, words in (("retry", "try failed or cancelled jobs again"), ("cancel", "stop jobs")):
            act = acts.add_parser(name, help=words)
            act.add_argument("ids", type=UUID, nargs="*", metavar="ID")
            if name == "retry":
                act.add_argument("--failed", action="store_true", help="all that failed and were not done since")
        acts.add_parser("sweep", help="offer again what got lost, as beat does every few seconds")
        run = acts.add_parser("run", help="do what is due in this process, without workers, then end")
        run.add_argument("--queue", choices=Queue.values)

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, f"do_{act}")(**options)

    def do_list(self, *, state: str | None, queue: str | None, all: bool, **options: Any) -> None:
        rows = Job.objects.select_related("asked_by")
        rows = rows.filter(state=state) if state else rows.filter(state__in=["waiting", "running", "failed"])
        rows = rows.filter(queue=queue) if queue else rows
        shown = rows if all else rows[:MOST_LISTED]
        for job in shown:
            how = f"{job.progress} %" if job.state == State.RUNNING else ""
            self.stdout.write(f"{job.pk}  {job.state:<9} {how:>5}  {job.kind:<20} {job.subject}")
            if words := job.error or job.message:
                self.stdout.write(f"    {words}")
        if not shown:
            self.stdout.write(_("There is none.") if state else _("Nothing waits, runs or has failed."))

    def do_retry(self, *, ids: list[UUID], failed: bool, **options: Any) -> None:
        jobs = self.named(ids)
        if failed:
            jobs += self.last_failed()
        for job in jobs:
            tried = queue.retry(job)
            self.stdout.write(f"{tried.pk}  {tried.state:<9}        {tried.kind:<20} {tried.subject}")
        self.stdout.write(ngettext("%d job is asked for.", "%d jobs are asked for.", len(jobs)) % len(jobs))

    def do_cancel(self, *, ids: list[UUID], **options: Any) -> None:
        stopped = sum(queue.cancel(job) for job in self.named(ids))
        self.stdout.write(ngettext("%d job is stopped.", "%d jobs are stopped.", stopped) % stopped)

    def do_sweep(self, **options: Any) -> None:
        changed = sweeping.sweep()
        self.stdout.write(ngettext("%d job was looked after.", "%d jobs were looked after.", changed) % changed)

    def do_run(self, *, queue: str | None, **options: Any) -> None:
        sweeping.sweep()
        count = running.drain(queue)
        self.stdout.write(ngettext("%d job was run.", "%d jobs were run.", count) % count)

    def named(self, ids: list[UUID]) -> list[Job]:
        found = {job.pk: job for job in Job.objects.filter(pk__in=ids)}
        if missing := [str(pk) for pk in ids if pk not in found]:
            raise CommandError(_("There is no job %(ids)s. Nothing was changed.") % {"ids": ", ".join(missing)})
        return [found[pk] for pk in ids]

    def last_failed(self) -> list[Job]:
        """Of each kind and subject the last job, if that failed."""
        last: dict[tuple[str, str], Job] = {}
        for job in Job.objects.order_by("created_at").iterator():
            last[job.kind, job.subject] = job
        return [job for job in last.values() if job.state == State.FAILED]
