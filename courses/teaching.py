"""The staff flag follows the courses somebody teaches."""

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete, post_save

from accounts.models import REPORTING_GROUP

from .models import Teaching


def refresh_staff_flag(user_id: int) -> None:
    """Give or take the key to the admin, so that it matches what the person teaches now."""
    users = get_user_model().objects
    keyholder = (
        Q(is_superuser=True) | Q(groups__name=REPORTING_GROUP) | Exists(Teaching.objects.filter(user_id=OuterRef("pk")))
    )
    entitled = users.filter(keyholder, pk=user_id).exists()
    users.filter(pk=user_id).exclude(is_staff=entitled).update(is_staff=entitled)


def connect() -> None:
    # Signals, because rows also come and go through the admin's inlines and cascading deletes.
    post_save.connect(_changed, sender=Teaching, dispatch_uid="staff flag given")
    post_delete.connect(_changed, sender=Teaching, dispatch_uid="staff flag taken")


def _changed(instance: Teaching, **kwargs: object) -> None:
    refresh_staff_flag(instance.user_id)
