from django.conf import settings
from django.http import HttpRequest

from .people import person as signed_in


def person(request: HttpRequest) -> dict[str, object]:
    """`person`: who is signed in, or None. `demo`: whether the sign-ins are everybody's."""
    return {"person": signed_in(request), "demo": settings.DEMO}
