"""Assets for the tests of production, and what is done with them."""

from jobs.models import Job
from media import files, production
from media.models import Asset, Source
from media.scripts import Line, Script, Section
from tests.jobs.work import run_all
from tests.media import sounds

WORDS = "Threads wait for each other and nobody knows why."


def script(*lines: str) -> Script:
    return Script(sections=tuple(Section(f"Part {n}", (Line(text, key=f"k{n}"),)) for n, text in enumerate(lines)))


def say(asset: Asset, *lines: str) -> Job | None:
    asset.script = script(*lines).dumps()
    asset.save(update_fields=["script"])
    return production.request(asset)


def make(asset: Asset) -> Asset:
    production.request(asset)
    run_all()
    asset.refresh_from_db()
    return asset


def recorded(asset: Asset, samples) -> Asset:
    local = sounds.write(files.folder("work") / "recording.wav", samples)
    name = files.recording_name(asset.pk, "0" * 64)
    files.keep(local, name)
    asset.source, asset.recording, asset.recording_digest = Source.UPLOAD, name, "0" * 64
    asset.save()
    return asset


def stored() -> list[str]:
    root = files.folder("")
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
