from datetime import timedelta

from django.apps import AppConfig


class ChoresConfig(AppConfig):
    name = "tests.jobs.chores"

    def ready(self) -> None:
        """Real workers, only less patient: a test cannot wait a minute until a vanished one is missed."""
        from jobs import leases, running, sweeping

        leases.LEASE = timedelta(seconds=3)
        running.BACK_OFF = timedelta(milliseconds=200)
        sweeping.OFFER_AGAIN = timedelta(seconds=2)
