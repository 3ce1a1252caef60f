from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from courses.models import Course
from lib.rest import AddressField

from .models import Enrollment


class EnrollmentSerializer(serializers.ModelSerializer):
    course = serializers.SlugField(source="course.slug")
    title = serializers.CharField(source="course.title")
    url = AddressField(source="course.get_absolute_url")

    class Meta:
        model = Enrollment
        fields = ("id", "course", "title", "enrolled_at", "left_at", "url")
        read_only_fields = fields


class EnrollingSerializer(serializers.Serializer):
    course = serializers.SlugField(max_length=80, help_text=_("the course's slug"))

    def validate_course(self, slug: str) -> Course:
        """The course, also by a slug it had before. One that must not be seen is as unknown as any other."""
        seen = Course.objects.visible_to(self.context["request"].user)
        course = seen.filter(Q(slug=slug) | Q(past_addresses__slug=slug)).order_by().first()
        if course is None:
            raise serializers.ValidationError(_("No course has this address. GET /api/v1/courses/ lists them."))
        return course
