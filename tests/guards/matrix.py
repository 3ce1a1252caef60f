"""The permission matrix: who gets what at every address. Read with reliability's roles in mind; test_matrix.py runs it.

One letter for each of `scene.ROLES`, in this order:

    visitor · learner (not enrolled) · enrolled · other (enrolled too) · instructor (of the course) ·
    outsider (instructor of another course) · staff (Reporting) · superuser

    Y  200, the page itself                      F  403, known and closed to this person
    C  201, made                                 N  404, as if it did not exist
    E  204, done, nothing to show                K  409, cannot be done as things stand
    R  a redirect to somewhere else              I  422 (400 in the API), what was sent makes no sense
    L  sent to log in (401 in the API)           B  400                                       G  410, it was here
    M  405, never by this verb

What a row does not name is refused. HEAD is answered like GET, without a body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

OPEN = "YYYYYYYY"
NOWHERE = "NNNNNNNN"
ENTER = "LYYYYYYY"  # anybody who has signed in
EDITORS = "NNNNYNNY"  # who may see a draft
VISITORS = "YRRRRRRR"
STAFF_ONLY = "NNNNNNYY"
ONLY_ENROLLED = "LFYYFFFF"
HEARERS = "FFYYYFFY"
DESK = "LFFFYYYY"
LESSON_DESK = "LFFFYNFY"  # a page of the desk about a lesson: its editors
LESSON_ACT = "LFFFRNFR"


@dataclass(frozen=True)
class Case:
    """One way of asking at a route. `fill` replaces parameters of the address by other names of the scene."""

    get: str = ""
    post: str = ""
    put: str = ""
    patch: str = ""
    delete: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    htmx_post: str = ""  # where a form sent by htmx is answered otherwise

    def expected(self, verb: str, *, htmx: bool = False) -> str:
        if verb == "POST" and htmx and self.htmx_post:
            return self.htmx_post
        return self.get if verb == "HEAD" else getattr(self, verb.lower(), "")


DRAFT = {"course": "draft_course"}
OWN_LESSON = {"object_id": "lesson_id", "part": "part"}
DRAFT_LESSON = DRAFT | {"lesson": "draft_lesson"}
# A draft in a published course is as hidden as one in a draft.
FOREIGN_LESSON = {"course": "course", "lesson": "draft_lesson"}


def public(*drafts: Mapping[str, str]) -> list[Case]:
    """A page of what is published; with each of `drafts` only its editors see it."""
    return [Case(get=OPEN), *(Case(get=EDITORS, fill=names) for names in drafts)]


PAGES = {
    "robots.txt": [Case(get=OPEN)],
    "sitemap.xml": [Case(get=OPEN)],
    "sitemap-<section>.xml": [Case(get=OPEN), Case(get=NOWHERE, fill={"section": "nobody"})],
    "healthz": [Case(get=OPEN)],
    "readyz": [Case(get=OPEN)],
    "metrics": [Case(get=OPEN)],  # to this machine, whoever asks; others need the token: tests/jobs/test_metrics.py
    # --- Catalogue ---
    "": [Case(get=OPEN), Case(get=OPEN, query={"page": "-1", "level": "nonsense", "track": "nowhere"})],
    "tracks/<slug:track>/": [Case(get=OPEN), Case(get=NOWHERE, fill={"track": "nobody"})],
    "search/": [Case(get=OPEN, query={"q": "lock"}), Case(get=OPEN, query={"q": "", "kind": "x", "page": "x"})],
    "covers/<str:name>": [Case(get=OPEN), Case(get=NOWHERE, fill={"name": "nobody"})],
    # --- Enrolment ---
    "courses/<slug:course>/join/": [Case(get="RYRRRYYY"), Case(get="NNNNRNNY", fill=DRAFT)],
    "courses/<slug:course>/enrollment/": [
        Case(get="RRRRRRRR", post="RRRRFRRR"),
        Case(get="NNNNRNNR", post="NNNNFNNK", fill=DRAFT),
    ],
    "courses/<slug:course>/enrollment/departure/": [
        Case(get="LRYYRRRR", post="LRRRRRRR"),
        Case(get="LNNNRNNR", post="LNNNRNNR", fill=DRAFT),
    ],
    # --- Studying ---
    "courses/<slug:course>/": public(DRAFT),
    "courses/<slug:course>/glossary/": public(DRAFT),
    "courses/<slug:course>/<slug:lesson>/": public(DRAFT_LESSON),
    "courses/<slug:course>/<slug:lesson>/listen/": public(DRAFT_LESSON),
    "courses/<slug:course>/<slug:lesson>/recall/": public(DRAFT_LESSON),
    "courses/<slug:course>/<slug:lesson>/place/": [
        Case(post="LFEEFFFF", body={"visit": "visit", "key": "free"}),
        Case(post="LFBBFFFF", body={"visit": "nobody"}),
        Case(post="LNNNFNNF", fill=DRAFT_LESSON, body={"visit": "visit"}),
    ],
    "courses/<slug:course>/<slug:lesson>/completion/": [
        Case(post="LFRRFFFF"),
        Case(post="LNNNFNNF", fill=DRAFT_LESSON),
    ],
    "courses/<slug:course>/<slug:lesson>/notes/<slug:key>/": [
        Case(get=ONLY_ENROLLED, post="LFRRFFFF", htmx_post=ONLY_ENROLLED, body={"body": "note"}),
        Case(get="LNNNNNNN", post="LNNNNNNN", fill={"key": "nobody"}),
        Case(get="LNNNFNNF", post="LNNNFNNF", fill=DRAFT_LESSON | {"key": "draft_key"}),
    ],
    # --- What the player asks and reports; a script is never sent to log in ---
    "courses/<slug:course>/<slug:lesson>/audio/": [Case(get=HEARERS), Case(get=EDITORS, fill=DRAFT_LESSON)],
    "courses/<slug:course>/<slug:lesson>/heard/": [
        Case(post="FFIIFFFF", body={"reports": "=nonsense"}),
        Case(post="NNNNFNNF", fill=DRAFT_LESSON),
    ],
    "courses/<slug:course>/<slug:lesson>/bookmarks/": [
        Case(post="FFCCFFFF", body={"audio": "audio", "seconds": "=1.5"}),
        Case(post="FFNNFFFF", body={"audio": "=0987654321", "seconds": "=1.5"}),
        Case(post="NNNNFNNF", fill=DRAFT_LESSON),
    ],
    # Nobody learns whether a bookmark exists: whoever's it is, it is not among one's own afterwards.
    "courses/<slug:course>/<slug:lesson>/bookmarks/<uuid:pk>/": [Case(delete="FFEEFFFF", fill={"pk": "bookmark"})],
    "courses/<slug:course>/<slug:lesson>/bookmarks/<uuid:pk>/note/": [Case(post="FFYNFFFF", fill={"pk": "bookmark"})],
    "listen/<slug:course>/queue/": [Case(get=HEARERS), Case(get=EDITORS, fill=DRAFT)],
    "listen/<slug:course>/rate/": [
        Case(post="FFYYFFFF", body={"rate": "=1.25"}),
        Case(post="FFIIFFFF", body={"rate": "=9"}),
        Case(post="NNNNFNNF", fill=DRAFT),
    ],
    "listen/": [Case(get=ENTER)],
    "listen/<slug:course>/": [Case(get="LFYYYFFY"), Case(get="LNNNYNNY", fill=DRAFT)],
    "listen/<slug:course>/feed/": [
        # `enrolled` has a feed already: without its name nothing replaces it.
        Case(get=ONLY_ENROLLED, post="LFRYFFFF"),
        Case(get="LNNNFNNF", post="LNNNFNNF", fill=DRAFT),
    ],
    "listen/<slug:course>/feed/end/": [Case(post="LFRRFFFF"), Case(post="LNNNFNNF", fill=DRAFT)],
    # --- Sitting a test ---
    "courses/<slug:course>/tests/<slug:test>/attempts/": [
        Case(post="LFRRRFFR"),
        Case(post="LNNNRNNR", fill={"test": "draft_test"}),
        Case(post="LNNNNNNN", fill={"test": "nobody"}),
    ],
    "courses/<slug:course>/<slug:lesson>/practice/": [Case(post="LFRRRFFR"), Case(post="LNNNRNNR", fill=DRAFT_LESSON)],
    "attempts/<uuid:pk>/": [
        Case(get="LNRNNNNN", fill={"pk": "attempt"}),
        Case(get="LNRNNNNN", fill={"pk": "closed_attempt"}),
        Case(get="LNNNNNNN", fill={"pk": "nobody"}),
    ],
    "attempts/<uuid:pk>/answers/": [Case(post="LIIIIIII", fill={"pk": "attempt"}, body={"answers": "=nonsense"})],
    "attempts/<uuid:pk>/state/": [
        Case(get="LNYNNNNN", fill={"pk": "attempt"}),
        Case(get="LNYNNNNN", fill={"pk": "closed_attempt"}),
    ],
    "attempts/<uuid:pk>/tab/": [Case(post="LNYNNNNN", fill={"pk": "attempt"}, body={"tab": "=first"})],
    "attempts/<uuid:pk>/q/<int:n>/": [
        Case(get="LNYNNNNN", post="LNRNNNNN", fill={"pk": "attempt", "n": "1"}),
        Case(get="LNNNNNNN", post="LNNNNNNN", fill={"pk": "attempt", "n": "9"}),
    ],
    "attempts/<uuid:pk>/paper/": [Case(get="LNYNNNNN", fill={"pk": "attempt"})],
    "attempts/<uuid:pk>/finish/": [Case(get="LNYNNNNN", fill={"pk": "attempt"})],
    "attempts/<uuid:pk>/submission/": [Case(post="LNRNNNNN", fill={"pk": "attempt"})],
    # --- Before a test and after it ---
    "courses/<slug:course>/tests/<slug:test>/": [
        *public({"test": "draft_test"}),
        Case(get=NOWHERE, fill={"test": "nobody"}),
    ],
    "courses/<slug:course>/<slug:lesson>/test/": public(DRAFT_LESSON),
    "attempts/<uuid:pk>/result/": [
        Case(get="LNYNYNNY", fill={"pk": "closed_attempt"}),
        Case(get="LNRNNNNN", fill={"pk": "attempt"}),
        Case(get="LNNNNNNN", fill={"pk": "nobody"}),
    ],
    "attempts/<uuid:pk>/result/score/": [
        Case(get="LNYNYNNY", fill={"pk": "closed_attempt"}),
        Case(get="LNRNNNNN", fill={"pk": "attempt"}),
    ],
    "attempts/<uuid:pk>/q/<int:n>/check/": [
        Case(get="LNRNNNNN", post="LNINNNNN", fill={"pk": "practice_attempt", "n": "1"}),
        Case(get="LNRNNNNN", post="LNRNNNNN", fill={"pk": "closed_attempt", "n": "1"}),
        Case(get="LNNNNNNN", post="LNNNNNNN", fill={"pk": "attempt", "n": "1"}),
        Case(get="LNNNNNNN", post="LNNNNNNN", fill={"pk": "practice_attempt", "n": "9"}),
    ],
    "attempts/<uuid:pk>/q/<int:n>/card/": [
        Case(post="LNRNNNNN", htmx_post="LNYNNNNN", fill={"pk": "closed_attempt", "n": "1"}),
        Case(post="LNNNNNNN", fill={"pk": "attempt", "n": "1"}),
        Case(post="LNNNNNNN", fill={"pk": "practice_attempt", "n": "1"}),
    ],
    "attempts/<uuid:pk>/q/<int:n>/problem/": [
        Case(
            post="LNRNNNNN",
            htmx_post="LNYNNNNN",
            fill={"pk": "closed_attempt", "n": "1"},
            body={"text": "=The key is wrong."},
        ),
        Case(post="LNINNNNN", fill={"pk": "closed_attempt", "n": "1"}),
        Case(post="LNNNNNNN", fill={"pk": "attempt", "n": "1"}, body={"text": "=The key is wrong."}),
    ],
    # Nobody learns whether a card exists: whoever's it is, it is not among one's own afterwards.
    "courses/<slug:course>/<slug:lesson>/cards/<uuid:pk>/removal/": [
        Case(post="LRRRRRRR", fill={"pk": "own_card"}),
        Case(post="LNNNRNNR", fill=DRAFT_LESSON | {"pk": "own_card"}),
    ],
    "learn/": [Case(get=ENTER)],
    "learn/notes/": [Case(get=ENTER)],
    # --- Background work ---
    "jobs/<uuid:pk>/progress/": [
        Case(get="LNYNNNNY", fill={"pk": "job"}),
        Case(get="LNNNNNNN", fill={"pk": "nobody"}),
    ],
    "jobs/<uuid:pk>/cancellation/": [Case(post="LNRNNNNR", htmx_post="LNENNNNE", fill={"pk": "job"})],
    "jobs/<uuid:pk>/attempt/": [Case(post="LNRNNNNR", htmx_post="LNENNNNE", fill={"pk": "job"})],
}

# Files and feeds: the address is the key, whoever is signed in.
FEED, ENDED_FEED, NO_FEED = {"token": "feed_token"}, {"token": "ended_feed_token"}, {"token": "nobody"}
GONE = "GGGGGGGG"


def of_feed() -> list[Case]:
    return [Case(get=OPEN, fill=FEED), Case(get=GONE, fill=ENDED_FEED), Case(get=NOWHERE, fill=NO_FEED)]


FILES = {
    "audio/<str:signed>/<str:name>": [
        Case(get=OPEN),
        Case(get="FFFFFFFF", fill={"signed": "ended_signed"}),
        Case(get=NOWHERE, fill={"signed": "nobody"}),
    ],
    "audio/samples/<uuid:rendition>/<str:name>": [Case(get=OPEN), Case(get=NOWHERE, fill={"rendition": "nobody"})],
    "feeds/covers/<slug:course>/<slug:digest>.png": [
        Case(get=OPEN),
        Case(get=NOWHERE, fill={"digest": "nobody"}),
        Case(get=NOWHERE, fill=DRAFT),
    ],
    "feeds/<str:token>.xml": of_feed(),
    "feeds/<str:token>/<int:audio>.m4a": of_feed(),
    "feeds/<str:token>/<int:audio>.mp3": of_feed(),
    "feeds/<str:token>/<int:audio>.vtt": of_feed(),
    "feeds/<str:token>/<int:audio>.json": of_feed(),
}

ACCOUNT = {
    "account/": [Case(get=ENTER, post="LIIIIIII", body={"time_zone": "nobody"})],
    "account/preference/": [
        Case(post="LIIIIIII"),
        Case(post="LEEEEEEE", body={"time_zone": "=UTC"}),
    ],
    "account/tokens/": [
        Case(get=ENTER, post="LIIIIIII", body={"days": "nobody"}),
        Case(post=ENTER, body={"name": "=Reader", "days": "=30"}),
    ],
    # Nobody learns whether a token exists: whoever's it is, the list comes back (test_others_things.py).
    "account/tokens/<str:key>/revocation/": [Case(post="LRRRRRRR", fill={"key": "token"})],
    "account/sessions/<int:pk>/end/": [Case(post="LNRNNNNN", fill={"pk": "session"})],
    "account/sessions/": [Case(get=ENTER, post="LRRRRRRR")],
    "account/check-mail/": [Case(get=VISITORS)],
    "account/inactive/": [Case(get=OPEN)],
    "account/login/": [Case(get=VISITORS, post="IRRRRRRR", body={"login": "nobody"})],
    "account/logout/": [Case(get="RYYYYYYY", post="RRRRRRRR")],
    "account/signup/": [Case(get=VISITORS, post="IRRRRRRR", body={"email": "nobody"})],
    "account/reauthenticate/": [Case(get=ENTER, post="LIIIIIII", body={"password": "nobody"})],
    "account/email/": [Case(get=ENTER, post="LIIIIIII", body={"action_add": "=1", "email": "nobody"})],
    "account/confirm-email/": [Case(get=OPEN)],
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": [Case(get=OPEN)],
    "account/password/change/": [Case(get=ENTER, post="LIIIIIII", body={"oldpassword": "nobody"})],
    "account/password/set/": [Case(get="LRRRRRRR", post="LRRRRRRR")],
    "account/password/reset/": [Case(get=OPEN, post="IIIIIIII", body={"email": "nobody"})],
    "account/password/reset/done/": [Case(get=OPEN)],
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": [Case(get=OPEN, post="IIIIIIII")],
    "account/password/reset/key/done/": [Case(get=OPEN)],
    "account/login/code/confirm/": [Case(get="RRRRRRRR", post="RRRRRRRR")],
    "account/2fa/": [Case(get=ENTER)],
    "account/2fa/authenticate/": [Case(get="RRRRRRRR", post="RRRRRRRR")],
    "account/2fa/reauthenticate/": [Case(get="LRRRRRRR", post="LRRRRRRR")],
    "account/2fa/totp/activate/": [Case(get=ENTER, post="LIIIIIII", body={"code": "nobody"})],
    "account/2fa/totp/deactivate/": [Case(get="LNNNNNNN", post="LNNNNNNN")],
    "account/2fa/recovery-codes/": [Case(get="LNNNNNNN")],
    "account/2fa/recovery-codes/generate/": [Case(get=ENTER, post="LIIIIIII")],
    "account/2fa/recovery-codes/download/": [Case(get="LNNNNNNN")],
}

ADMIN = {
    # Django answers a POST to pages without a form like a GET.
    "admin/": [Case(get=DESK, post=DESK)],
    "admin/login/": [Case(get="LFFFRRRR", post="LFFFRRRR")],
    "admin/logout/": [Case(post="RFFFRRRR")],
    "admin/password_change/": [Case(get="LFFFRRRR", post="LFFFRRRR")],
    "admin/password_change/done/": [Case(get="LFFFRRRR", post="LFFFRRRR")],
    "admin/autocomplete/": [Case(get="LFFFFFFF")],
    "admin/jsi18n/": [Case(get=DESK)],
    "admin/accounts/user/<path:object_id>/password/": [
        Case(get="LFFFFFFY", post="LFFFFFFI", fill={"object_id": "person"}, body={"password": "=x"}),
    ],
    # --- Audio of a lesson, for who edits it ---
    "admin/courses/lesson/<int:object_id>/audio/": [Case(get=LESSON_DESK, fill=OWN_LESSON)],
    "admin/courses/lesson/<int:object_id>/audio/<slug:part>/": [
        Case(get=LESSON_DESK, post=LESSON_ACT, fill=OWN_LESSON, body={"do": "=stop"}),
        Case(get="LFFFNNFN", post="LFFFNNFN", fill=OWN_LESSON | {"part": "nobody"}),
    ],
    "admin/courses/lesson/<int:object_id>/audio/<slug:part>/recording/": [
        Case(post="LFFFINFI", fill=OWN_LESSON),
    ],
    "admin/courses/lesson/<int:object_id>/audio/<slug:part>/pieces/": [
        Case(post="LFFFINFI", fill=OWN_LESSON),
    ],
    "admin/courses/lesson/<int:object_id>/audio/<slug:part>/pieces/<uuid:upload>/": [
        Case(get=LESSON_DESK, post="LFFFKNFK", fill=OWN_LESSON),
        Case(get="LFFFNNFN", post="LFFFNNFN", fill=OWN_LESSON | {"upload": "nobody"}),
    ],
    "admin/courses/lesson/<int:object_id>/audio/<slug:part>/times/": [
        Case(get=LESSON_DESK, post="LFFFINFI", fill=OWN_LESSON),
        Case(get="LFFFNNFN", post="LFFFNNFN", fill=OWN_LESSON | {"part": "silent_part"}),
    ],
    # --- Questions and tests, for who edits the course ---
    "admin/quizzes/question/<int:object_id>/preview/": [
        Case(get=LESSON_DESK, post=LESSON_DESK, fill={"object_id": "question_id"}),
        Case(get="LFFFNNFN", fill={"object_id": "question_id"}, query={"version": "9"}),
    ],
    "admin/quizzes/question/<int:object_id>/regrade/": [
        Case(get=LESSON_DESK, post="LFFFINFI", fill={"object_id": "question_id"}),
    ],
    "admin/quizzes/regraderun/<uuid:object_id>/progress/": [
        Case(get="LFFFNNFN", fill={"object_id": "attempt"}),  # no correction, so nothing is being done
    ],
    "admin/quizzes/question/markdown/": [Case(post="LFFFYYFY", body={"text": "=**Bold**"})],
    "admin/quizzes/question/board/": [
        Case(get="LFFFYYFY", post="LFFFYYFY"),
        Case(get="LFFFNNFN", post="LFFFNNFN", query={"course": "0"}),
        Case(get="LFFFNNFN", query={"test": "nobody"}),
    ],
    "admin/quizzes/question/import/": [
        Case(get="LFFFYYFY", post="LFFFYYFY"),
        Case(get="LFFFNNFN", post="LFFFNNFN", query={"course": "0"}),
    ],
    "admin/quizzes/attempt/marking/": [
        Case(get="LFFFRYFR", post="LFFFRYFR"),
        Case(get="LFFFNNFN", query={"test": "nobody"}),
    ],
    "admin/quizzes/attempt/marking/<int:answer_id>/": [Case(get=LESSON_DESK, post="LFFFINFI")],
    "admin/quizzes/attempt/<uuid:object_id>/acts/<slug:act>/": [
        Case(post="LFFFINFI", fill={"object_id": "essay_attempt"}),
        Case(post="LFFFNNFN", fill={"object_id": "essay_attempt", "act": "nobody"}),
    ],
    "admin/quizzes/attempt/<uuid:object_id>/late/<int:late_id>/": [
        Case(post="LFFFINFI", fill={"object_id": "essay_attempt"}),
        Case(post="LFFFNNFN", fill={"object_id": "attempt"}),
    ],
    "admin/^(?P<app_label>quizzes|courses|lessons|accounts|enrollment|jobs)/$": [Case(get="LFFFYYNY", post="LFFFYYNY")],
    "admin/(?P<url>.*)$": [Case(get="LFFFNNNN")],
}

MINE = "LNYNNNNN"  # a thing of `enrolled`: to everybody else it does not exist
PLACE = {"key": "free"}
API = {
    "api/v1/tracks/": [Case(get=OPEN)],
    "api/v1/courses/": [Case(get=OPEN)],
    "api/v1/courses/<slug:course>/": public(DRAFT),
    "api/v1/courses/<slug:course>/glossary/": public(DRAFT),
    "api/v1/courses/<slug:course>/lessons/<slug:lesson>/": public(DRAFT_LESSON),
    "api/v1/courses/<slug:course>/lessons/<slug:lesson>/place/": [
        Case(get=ONLY_ENROLLED, put=ONLY_ENROLLED, body=PLACE),
        Case(get="LNNNFNNF", put="LNNNFNNF", fill=DRAFT_LESSON, body=PLACE),
    ],
    "api/v1/courses/<slug:course>/lessons/<slug:lesson>/audio/": public(DRAFT_LESSON),
    "api/v1/courses/<slug:course>/lessons/<slug:lesson>/listening/": [
        Case(get=ONLY_ENROLLED, put="LFIIFFFF", body={"reports": "=nonsense"}),
        Case(get="LNNNFNNF", put="LNNNFNNF", fill=DRAFT_LESSON),
    ],
    "api/v1/courses/<slug:course>/playback/": [
        Case(get=ONLY_ENROLLED, put=ONLY_ENROLLED, body={"rate": "=1.25"}),
        Case(get="LNNNFNNF", put="LNNNFNNF", fill=DRAFT),
    ],
    "api/v1/courses/<slug:course>/feed/": [
        Case(get="LFYNFFFF", post="LFCCFFFF", delete="LFEEFFFF"),
        Case(get="LNNNFNNF", post="LNNNFNNF", delete="LNNNFNNF", fill=DRAFT),
    ],
    "api/v1/courses/<slug:course>/lessons/<slug:lesson>/practice/": [
        Case(post="LFYCCFFC"),
        Case(post="LNNNKNNK", fill=DRAFT_LESSON),  # it has no questions
    ],
    "api/v1/courses/<slug:course>/tests/": [Case(get=ENTER), Case(get="LNNNYNNY", fill=DRAFT)],
    "api/v1/courses/<slug:course>/tests/<slug:test>/": [
        Case(get=ENTER),
        Case(get="LNNNYNNY", fill={"test": "draft_test"}),
    ],
    "api/v1/courses/<slug:course>/tests/<slug:test>/attempts/": [
        Case(post="LFYCCFFC"),
        Case(post="LNNNCNNC", fill={"test": "draft_test"}),
    ],
    "api/v1/attempts/<uuid:pk>/": [
        Case(get=MINE, fill={"pk": "attempt"}),
        Case(get=MINE, fill={"pk": "closed_attempt"}),
    ],
    "api/v1/attempts/<uuid:pk>/answers/": [Case(put="LIIIIIII", fill={"pk": "attempt"}, body={"answers": "=nonsense"})],
    "api/v1/attempts/<uuid:pk>/flags/<int:slot>/": [
        Case(put=MINE, fill={"pk": "attempt", "slot": "1"}, body={"flagged": "=true"}),
        Case(put="LNNNNNNN", fill={"pk": "attempt", "slot": "9"}, body={"flagged": "=true"}),
        Case(put="LNKNNNNN", fill={"pk": "closed_attempt", "slot": "1"}, body={"flagged": "=true"}),
    ],
    "api/v1/attempts/<uuid:pk>/next/": [
        Case(post=MINE, fill={"pk": "adaptive_attempt"}, body={"after": "=1"}),
        Case(post="LNKNNNNN", fill={"pk": "attempt"}, body={"after": "=1"}),
    ],
    "api/v1/attempts/<uuid:pk>/submission/": [Case(post=MINE, fill={"pk": "attempt"})],
    "api/v1/attempts/<uuid:pk>/result/": [
        Case(get="LNYNYNNY", fill={"pk": "closed_attempt"}),
        Case(get="LNKNNNNN", fill={"pk": "attempt"}),
    ],
    "api/v1/attempts/<uuid:pk>/checks/<int:slot>/": [
        Case(post=MINE, fill={"pk": "practice_attempt", "slot": "1"}),
        Case(post="LNKNNNNN", fill={"pk": "attempt", "slot": "1"}),
    ],
    "api/v1/bookmarks/": [
        Case(get=ENTER, post="LFCCFFFF", body={"audio": "audio", "seconds": "=1.5"}),
        Case(post="LNNNNNNN", body={"audio": "=0987654321", "seconds": "=1.5"}),
    ],
    "api/v1/bookmarks/<uuid:pk>/": [Case(get=MINE, delete="LNENNNNN", fill={"pk": "bookmark"})],
    "api/v1/search/": [Case(get=OPEN, query={"q": "lock"})],
    "api/v1/enrolments/": [
        Case(get=ENTER, post="LCYYFCCC", body={"course": "course"}),
        Case(post="LIIIFIIK", body={"course": "draft_course"}),
    ],
    "api/v1/enrolments/<uuid:pk>/": [Case(get=MINE, delete="LNENNNNN", fill={"pk": "enrollment"})],
    "api/v1/notes/": [
        Case(get=ENTER, post="LFCCFFFF", body={"key": "free", "body": "=Mine."}),
        Case(post="LIIIIIII", body={"key": "nobody", "body": "=Mine."}),
    ],
    "api/v1/notes/<uuid:pk>/": [
        Case(get=MINE, patch=MINE, delete="LNENNNNN", fill={"pk": "note"}, body={"body": "=Mine."})
    ],
    "api/v1/me/": [Case(get=ENTER, patch=ENTER, body={"tier": "=basic"})],
    "api/schema/": [Case(get=STAFF_ONLY)],
    "api/docs/": [Case(get=STAFF_ONLY)],
}

MATRIX: dict[str, list[Case]] = PAGES | FILES | ACCOUNT | ADMIN | API
# Routes of regular expressions: the address to ask at.
ADDRESSES = {
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": "/account/confirm-email/forged/",
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "/account/password/reset/key/1-forged/",
    "admin/^(?P<app_label>quizzes|courses|lessons|accounts|enrollment|jobs)/$": "/admin/courses/",
    "admin/(?P<url>.*)$": "/admin/nowhere/",
}
