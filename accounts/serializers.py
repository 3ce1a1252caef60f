from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from .models import User

# What people set about themselves. Rights, address and password are changed elsewhere, by other rules.
OWN_FIELDS = (
    "display_name",
    "time_zone",
    "locale",
    "theme",
    "tier",
    "text_size",
    "reading_font",
    "playback_rate",
    "shortcuts_on",
)


class ProfileSerializer(serializers.ModelSerializer):
    playback_rate = serializers.DecimalField(max_digits=3, decimal_places=2, read_only=True)

    class Meta:
        model = User
        fields = ("email", *OWN_FIELDS, "joined_at")
        read_only_fields = fields


class ProfileChangeSerializer(serializers.ModelSerializer):
    # The model's bounds once more: its floats are not for this field.
    playback_rate = serializers.DecimalField(max_digits=3, decimal_places=2, min_value=Decimal("0.5"), max_value=3)
    locale = serializers.ChoiceField(settings.LANGUAGES)

    class Meta:
        model = User
        fields = OWN_FIELDS

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        """Write only what came: a browser may have changed the rest meanwhile."""
        for name, value in validated_data.items():
            setattr(instance, name, value)
        if validated_data:
            instance.save(update_fields=list(validated_data))
        return instance
