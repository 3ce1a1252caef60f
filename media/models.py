"""Audio: what should be heard (Asset), what can be heard (Take), and its files (Rendition)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import timeline
from .scripts import Script


class Source(models.TextChoices):
    SCRIPT = "script", _("Speech from the script")
    UPLOAD = "upload", _("A recording")


class Format(models.TextChoices):
    M4A = "m4a", _("AAC (m4a)")
    MP3 = "mp3", _("MP3")


class State(models.TextChoices):
    EMPTY = "empty", _("Nothing to hear yet")
    WAITING = "waiting", _("Waiting")
    SPEAKING = "speaking", _("Speaking")
    ENCODING = "encoding", _("Converting")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Stopped")


class Asset(models.Model):
    """A piece of audio, from an upload or a script. While a new take is made, the last one still plays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("comes from"), max_length=8, choices=Source, default=Source.SCRIPT)
    # A recording has a script too: it is its transcript, and times are found by it.
    script = models.JSONField(_("script"), default=dict, blank=True)
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.M4A)
    recording = models.CharField(max_length=200, blank=True, editable=False, help_text=_("name of the file in storage"))
    recording_digest = models.CharField(max_length=64, blank=True, editable=False)
    recording_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    recording_name = models.CharField(_("file"), max_length=200, blank=True, help_text=_("as it was called at home"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.EMPTY)
    error = models.TextField(_("error"), blank=True, help_text=_("why the last try failed and what to do"))
    # [{"line": 3, "key": "…", "text": "→", "words": "a sentence for the author"}]
    unspoken = models.JSONField(_("what could not be said"), default=list, blank=True)
    take = models.ForeignKey(
        "media.Take", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("take")
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("audio")
        verbose_name_plural = _("audio")

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> Script:
        return Script.loads(self.script)

    @property
    def is_playable(self) -> bool:
        return self.take_id is not None


class Take(models.Model):
    """One finished making of an asset: times, waveform, files. Never changed, except corrected cues."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="takes", verbose_name=_("audio"))
    # Of source and recipe: the same again is not made again.
    digest = models.CharField(max_length=64, editable=False)
    seconds = models.FloatField(_("length"), help_text=_("in seconds"))
    loudness = models.FloatField(_("loudness"), null=True, help_text=_("of the finished file, in LUFS"))
    peaks = models.BinaryField(default=bytes, help_text=_("the waveform: one byte a step, loudest 255"))
    cues = models.JSONField(_("cues"), default=list)
    chapters = models.JSONField(_("chapters"), default=list)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("take")
        verbose_name_plural = _("takes")

    def __str__(self) -> str:
        return f"{self.asset} · {self.made_at:%Y-%m-%d %H:%M}"

    def sentences(self) -> list[timeline.Cue]:
        return timeline.load_cues(self.cues)

    def sections(self) -> list[timeline.Chapter]:
        return timeline.load_chapters(self.chapters)


class Rendition(models.Model):
    """One encoded file of a take. Its bytes never change."""

    class Purpose(models.TextChoices):
        FULL = "full", _("Whole")
        SAMPLE = "sample", _("Sample")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    take = models.ForeignKey(Take, models.CASCADE, related_name="renditions", verbose_name=_("take"))
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose, default=Purpose.FULL)
    format = models.CharField(_("format"), max_length=4, choices=Format)
    name = models.CharField(max_length=200, help_text=_("of the file in storage"))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of its bytes"))
    bytes = models.PositiveBigIntegerField(_("size"))
    seconds = models.FloatField(_("length"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [models.UniqueConstraint(fields=["take", "purpose", "format"], name="one_file_a_purpose")]

    def __str__(self) -> str:
        return self.name

    @property
    def content_type(self) -> str:
        return "audio/mpeg" if self.format == Format.MP3 else "audio/mp4"


class Upload(models.Model):
    """A recording on its way here, piece by piece; a broken connection goes on where it stopped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
