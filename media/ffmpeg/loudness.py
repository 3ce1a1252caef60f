"""Which filters bring speech to one loudness. Measured against ffmpeg's own `loudnorm`, which costs three to five times
as much and leaves peaks above the ceiling."""

from dataclasses import dataclass, replace

TARGET = -16.0  # LUFS, what podcasts for one speaker's voice are made to
CEILING = -1.0  # dB, true peak
TOLERANCE = 0.7  # LU off that are good enough
MOST_GAIN = 20.0  # dB either way; more would only lift the noise
WIDE = 18.0  # dB from loudness to peak: beyond, a limiter alone would cut audibly, so it is compressed first
LEVEL = -20.0  # LUFS before the compressor, whose threshold is made for it
LIMIT = 0.75  # of full scale, -2.5 dB: room for peaks between samples and for what the encoder adds
LEAST_LIMIT = 0.35


@dataclass(frozen=True)
class Plan:
    levelling: float | None = None  # gain in dB before a compressor; None: no compressor
    gain: float = 0.0  # dB
    limit: float = LIMIT

    @property
    def before(self) -> str:
        """Filters up to where the gain is decided."""
        if self.levelling is None:
            return "highpass=f=60"
        compressor = "acompressor=threshold=0.1:ratio=3:attack=5:release=120:knee=4"
        return f"highpass=f=60,volume={self.levelling:.2f}dB,{compressor}"

    @property
    def filters(self) -> str:
        limiter = f"alimiter=limit={self.limit:.3f}:attack=5:release=80:level=false:latency=true"
        return f"{self.before},volume={self.gain:.2f}dB,{limiter}"


def first(loudness: float, peak: float) -> Plan:
    """How to begin, by what was measured. With a compressor the gain is still open: measure behind `before`."""
    if peak - loudness > WIDE:
        return Plan(levelling=clamp(LEVEL - loudness))
    return Plan(gain=clamp(TARGET - loudness))


def levelled(plan: Plan, loudness: float) -> Plan:
    return replace(plan, gain=clamp(TARGET - loudness))


def better(plan: Plan, loudness: float, peak: float) -> Plan | None:
    """What to change after hearing the result; None where it is good, or as good as it gets."""
    gain, limit = plan.gain, plan.limit
    if peak > CEILING:
        limit = max(limit * 10 ** ((CEILING - 0.3 - peak) / 20), LEAST_LIMIT)
    if abs(TARGET - loudness) > TOLERANCE:
        # A limiter gives back less than is put in.
        gain = clamp(gain + 1.3 * (TARGET - loudness))
    changed = replace(plan, gain=gain, limit=limit)
    return None if changed == plan else changed


def clamp(gain: float) -> float:
    return max(-MOST_GAIN, min(gain, MOST_GAIN))
