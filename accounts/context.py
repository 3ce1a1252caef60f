from django.conf import settings
from django.http import HttpRequest

from .people import person as signed_in


def person(request: HttpRequest) -> dict[str, object]:
    """`person`: who is signed in, or None. `demo`: whether the sign-ins are everybody's. `place`: which mark the
    navigation wears, where a view does not say otherwise."""
    place = "account" if request.path.startswith("/account/") else ""
    return {"person": signed_in(request), "demo": settings.DEMO, "place": place}
