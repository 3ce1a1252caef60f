"""`/api/v1/`: tracks, the catalogue, search."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lib.rest import OpenView
from lib.snippets import snippet

from . import catalogue, search
from .filters import Filters
from .models import Track
from .models.publishing import published_q
from .serializers import (
    CourseQuerySerializer,
    CourseSerializer,
    FoundSerializer,
    SearchQuerySerializer,
    TrackSerializer,
)


@extend_schema(tags=["catalogue"])
class Tracks(OpenView):
    serializer_class = TrackSerializer

    @extend_schema(operation_id="list_tracks", summary=_("List the tracks"), responses=TrackSerializer(many=True))
    def get(self, request: Request) -> Response:
        published = Count("courses", filter=published_q(prefix="courses__"))
        return self.page_of(Track.objects.annotate(course_count=published).order_by("position", "pk"))


@extend_schema(tags=["catalogue"])
class Courses(OpenView):
    serializer_class = CourseSerializer

    @extend_schema(
        operation_id="list_courses",
        summary=_("List the published courses"),
        parameters=[CourseQuerySerializer],
        responses=CourseSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = CourseQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        order = query.validated_data.pop("ordering")
        found = catalogue.courses(Filters(**query.validated_data))
        return self.page_of(found.order_by(order, "-pk" if order.startswith("-") else "pk"))


@extend_schema(tags=["catalogue"])
class Search(OpenView):
    serializer_class = FoundSerializer
    pagination_class = None

    @extend_schema(
        operation_id="search",
        summary=_("Search courses, lessons, key concepts and terms"),
        parameters=[SearchQuerySerializer],
    )
    def get(self, request: Request) -> Response:
        query = SearchQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = search.find(asked["q"], asked.get("kind", ""), asked["page"])
        shown = {
            "query": found.query,
            "corrected": found.corrected,
            "is_partial": found.is_partial,
            "counts": {kind: found.counts[kind] for kind in search.KIND_LABELS},
            "page": found.page.number,
            "page_count": found.page.paginator.num_pages,
            "results": [{"entry": entry, "snippet_html": snippet(entry.body, found.words)} for entry in found.entries],
        }
        return Response(FoundSerializer(shown).data)
