"""`{% load job_tags %}`: what `jobs/_progress.html` needs besides the job."""

from typing import Any

from django import template

from jobs import kinds, views
from jobs.models import Job

register = template.Library()


@register.filter
def title(job: Job) -> str:
    """What the job does, in a few words."""
    return str(kinds.find_or_unknown(job).title)


@register.simple_tag(takes_context=True)
def waits(context: dict[str, Any]) -> dict[str, int]:
    """Seconds until the part asks again, `now` and the time after that."""
    pause = views.pause(context["request"])
    return {"now": pause, "then": min(pause * 2, views.LONGEST_PAUSE)}


@register.simple_tag(takes_context=True)
def may_change(context: dict[str, Any], job: Job) -> bool:
    user = context["request"].user
    return user.is_authenticated and job.can_be_changed_by(user)


@register.simple_tag(takes_context=True)
def this_page(context: dict[str, Any]) -> str:
    """The address in the browser's bar, also while only a part of that page is made."""
    request = context["request"]
    htmx = getattr(request, "htmx", None)
    return (htmx and htmx.current_url_abs_path) or request.get_full_path()
