"""Habits that a reviewer would have to remember, kept by a test. Each rule is tried on texts that break it."""

import ast
import re

import pytest

from tests.guards import rules
from tests.guards.rules import Rule, matching, nodes

# Put together, so that this file does not break its own rules.
UNFINISHED = "TO" + "DO"
HOME = "/" + "home/ada/fivefold"
INDEX = "https://" + "pypi" + ".org/simple"

RULES = [
    Rule(
        "only lib/ says that a text is safe HTML",
        rules.apps(without=("lib",)),
        nodes(rules.trusts_text),
        bad=(
            "mark_safe(body)",
            "safestring.mark_safe(body)",
            "SafeString(body)",
            "from django.utils.safestring import mark_safe as plain",
            "format_html(f'<b>{name}</b>')",
            "format_html('<b>' + name)",
        ),
        good=("format_html('<b>{}</b>', name)", "def text() -> SafeString: ...", "markup.render(body)"),
    ),
    Rule(
        "forms and serializers name their fields",
        rules.apps(),
        nodes(rules.takes_all_fields),
        bad=("class Meta:\n    fields = '__all__'", "modelform_factory(Course, fields='__all__')"),
        good=("class Meta:\n    fields = ['title']", "__all__ = ['seats']"),
    ),
    Rule(
        "no view is exempt from CSRF",
        rules.apps(),
        matching(r"\bcsrf_exempt\b"),
        bad=("@csrf_exempt\ndef hook(request): ...",),
    ),
    Rule(
        "a view finds things among what the person may see",
        rules.views,
        nodes(rules.fetches_anybodys),
        bad=("Note.objects.get(pk=pk)", "get_object_or_404(Note, pk=pk)", "Note.objects.get(id=request.POST['id'])"),
        good=(
            "Note.objects.visible_to(user).get(pk=pk)",
            "get_object_or_404(Note.objects.visible_to(user), pk=pk)",
            "get_object_or_404(UserSession, pk=pk, user=request.user.pk)",
        ),
    ),
    Rule(
        "SQL takes values as parameters",
        rules.apps(),
        nodes(rules.joins_sql),
        bad=("cursor.execute(f'SELECT {name}')", "Course.objects.raw('SELECT ' + name)"),
        good=("cursor.execute('SELECT %s', [name])",),
    ),
    Rule(
        "no app fetches from other machines",
        rules.apps(without=("jobs",)),  # the supervisor asks the server it started
        nodes(rules.goes_out),
        bad=("import requests", "from urllib.request import urlopen", "import httpx as web"),
        good=("from urllib.parse import urlsplit",),
    ),
    Rule(
        "nothing runs text",
        rules.apps(),
        nodes(rules.runs_text),
        bad=("eval(text)", "exec(text)", "import pickle", "subprocess.run(line, shell=True)", "yaml.load(text)"),
        good=("yaml.safe_load(text)", "ast.literal_eval(text)"),
    ),
    Rule(
        "templates escape everything",
        rules.pages,
        matching(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off"),
        bad=("{{ body|safe }}", "{% autoescape off %}{{ body }}{% endautoescape %}", "{{ parts | safeseq }}"),
        good=("{{ body|safely }}",),
    ),
    Rule(
        "templates hold no script",
        rules.pages,
        matching(r"<script\b(?![^>]*\bsrc=)"),
        bad=("<script>go()</script>", '<script type="module">\nimport "x"\n</script>'),
        good=("<script src=\"{% static 'js/site.js' %}\"></script>",),
    ),
    Rule(
        "templates hold no style",
        rules.pages,
        matching(r"<[^>]*\sstyle\s*=|<style\b"),
        bad=('<p style="color: red">', "<style>p { color: red }</style>"),
    ),
    Rule(
        "templates hold no handlers",
        rules.pages,
        matching(r"<[^>]*\son[a-z]+\s*=|\bhx-on\b|javascript:|\bhx-vals=[\"']js:|\bhx-headers=[\"']js:", re.IGNORECASE),
        bad=('<p onclick="go()">', '<p hx-on:click="go()">', '<a href="javascript:go()">', "<p hx-vals='js:{a: b()}'>"),
        good=('{% include "_x.html" with one="1" %}', "<p>one = two</p>"),
    ),
    Rule(
        "a form that posts carries its token",
        rules.pages,
        rules.forms_without_token,
        bad=('<form method="post" action="/x/">\n<button>Go</button></form>',),
        good=('<form method="post">{% csrf_token %}</form>', '<form action="/search/"></form>'),
    ),
    Rule(
        "scripts write text, not HTML, and run none",
        rules.scripts,
        matching(
            r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|\bnew Function\b|srcdoc"
            r"|createContextualFragment|set(?:Timeout|Interval)\(\s*[\"'`]|javascript:"
        ),
        bad=("box.innerHTML = text;", "eval(text)", "new Function(text)", 'setTimeout("go()", 1)', "document.write(x)"),
        good=("box.textContent = text;", "setTimeout(() => go(), 1)"),
    ),
    Rule(
        "nothing is left unfinished",
        rules.everywhere,
        matching(r"\b(?:TO" + r"DO|FIX" + r"ME)\b|lorem" + r" ipsum", 0),
        bad=(f"# {UNFINISHED}: later",),
        good=("todos",),
    ),
    Rule(
        "no file knows the machine it was written on",
        rules.everywhere,
        matching(r"(?<![\w.>~}])/(?:home|root|work|Users)/[\w.]"),
        bad=(f'DATA = "{HOME}"',),
        good=('path("courses/home/")', "{home}/root/x"),
    ),
    Rule(
        "no file names an index of packages",
        rules.everywhere,
        matching(r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io|proxy\.golang\.org)\b"),
        bad=(INDEX,),
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_is_kept(rule):
    assert rule.broken() == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_bites(rule):
    for text in rule.bad:
        assert list(rule.find(text)), f"not found: {text}"
    for text in rule.good:
        assert not list(rule.find(text)), f"found without reason: {text}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_looks_at_something(rule):
    assert any(rule.where(path) for path, _text in rules.sources())


def test_all_apps_are_looked_at():
    folders = {path.parent.name for path in rules.ROOT.glob("*/apps.py")}
    assert folders <= set(rules.APPS)


def test_every_python_file_can_be_read():
    for path, text in rules.sources():
        if path.endswith(".py"):
            ast.parse(text)
