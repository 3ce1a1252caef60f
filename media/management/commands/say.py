from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media import speech
from media.scripts import Line, Script, Section


class Command(BaseCommand):
    help = "Say a text into a WAV file, to hear how a voice sounds; or, without a text, list the voices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", nargs="?", default="", help="what to say")
        parser.add_argument("file", nargs="?", default="say.wav", help="where to, say.wav if nothing is named")
        parser.add_argument("--voice", default="", help="id of a voice, from the list")
        parser.add_argument("--engine", default="", help="id of an engine, from the list")
        parser.add_argument("--language", default="en", help="such as en, fr, pt-BR")

    def handle(self, *args: Any, **options: Any) -> None:
        voices = speech.voices(options["language"], options["engine"])
        if not options["text"]:
            for voice in voices:
                self.stdout.write(f"{voice.id:24} {voice.engine:8} {voice.label} {' '.join(voice.roles)}".rstrip())
            return
        if options["voice"] and options["voice"] not in {voice.id for voice in voices}:
            raise CommandError(f"There is no voice “{options['voice']}” for this language. `say` alone lists them.")
        line = Line(options["text"], voice=options["voice"])
        script = Script(options["language"], (Section("", (line,)),), options["engine"])
        try:
            spoken = speech.render(script, Path(options["file"]), lambda share: None)
        except speech.CannotSpeak as refusal:
            raise CommandError(str(refusal))
        for loss in spoken.unspoken:
            self.stderr.write(f"{loss['text']}: {loss['words']}")
        self.stdout.write(f"{spoken.seconds:.1f} seconds in {options['file']}.")
