import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from jobs import pools
from jobs.models import Queue


class Command(BaseCommand):
    help = "Run a worker for one queue, or beat, until asked to stop. script/server does so by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queue", choices=[*Queue.values, "beat"], help="what to work on; beat: run periodic work")
        parser.add_argument("--concurrency", type=int, metavar="N", help="how many jobs at a time")

    def handle(self, *args: Any, queue: str, concurrency: int | None, **options: Any) -> None:
        argv = pools.beat() if queue == "beat" else pools.worker(queue, concurrency)
        # One process from here on: who stops this stops the worker.
        os.execv(argv[0], argv)
