"""What every answer has to carry, whatever it is."""

from django.http import HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
STRICTER = {"default-src": "'none'", "sandbox": ""}  # for files that people uploaded
PLAIN = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# An address that is a key is told to nobody, not even to us.
STRICTER_PLAIN = {"Referrer-Policy": "no-referrer"}


def faults(answer: HttpResponse, *, personal: bool = False) -> list[str]:
    """What is wrong with the headers of `answer`. personal: it was made for who is signed in."""
    found = [
        f"{name}: {answer.get(name)}"
        for name, value in PLAIN.items()
        if answer.get(name) not in (value, STRICTER_PLAIN.get(name, value))
    ]
    policy = policy_of(answer)
    if policy not in (POLICY, STRICTER):
        found.append(f"policy: {policy}")
    kept = answer.get("Cache-Control", "")
    # Where the address is a key, the answer is the same whoever is signed in.
    personal = personal and answer.get("Referrer-Policy") != "no-referrer"
    if personal and "no-store" not in kept and "immutable" not in kept:
        found.append(f"personal, and may be stored: {kept!r}")
    if answer.cookies and "no-store" not in kept:
        found.append(f"sets {', '.join(answer.cookies)} and may be stored: {kept!r}")
    return found


def policy_of(answer: HttpResponse) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer.get("Content-Security-Policy", "").split(";")]
    return {name: sources for name, _space, sources in parts if name}
