"""Strings that break things, of our own: what people, robots and broken programs send.

``STRINGS``: text; ``RAW``: bytes as they stand in a request, for what is no text at all.
"""

from collections.abc import Iterator

MARK = "naughty"
"""Whatever would become an element, an attribute or a script carries this word."""

TAGS = (
    f"<{MARK}>", f"</{MARK}>", f"<{MARK}/>", f"<{MARK} ", f"< {MARK}>", f"<script>{MARK}()</script>",
    f"</script><script>{MARK}()</script>", f"<ScRiPt src=//{MARK}.example></sCrIpT>",
    f"<img src=x onerror={MARK}()>", f"<svg/onload={MARK}()>", f"<svg><script>{MARK}()</script></svg>",
    f"<body onload={MARK}()>", f"<iframe srcdoc='<b>{MARK}</b>'>", f"<math><mi xlink:href='javascript:{MARK}()'>",
    f"<style>@import '//{MARK}.example';</style>", f"<link rel=stylesheet href=//{MARK}.example>",
    f"<base href=//{MARK}.example/>", f"<meta http-equiv=refresh content='0;//{MARK}.example'>",
    f"<form action=//{MARK}.example><input name=x>", f"<textarea>{MARK}</textarea>", f"</textarea><{MARK}>",
    f"</title><{MARK}>", f"</style><{MARK}>", f"</option></select><{MARK}>", f"<!--{MARK}", f"--><{MARK}>",
    f"<![CDATA[<{MARK}>]]>", f"<?{MARK} ?>", f"<!DOCTYPE {MARK}>", f"<template><{MARK}></template>",
    f"<object data=javascript:{MARK}()>", f"<a href=javascript:{MARK}()>x</a>", f"<details open ontoggle={MARK}()>",
    f"<input autofocus onfocus={MARK}()>", f"<marquee onstart={MARK}()>", f"<video><source onerror={MARK}()>",
    f"<plaintext>{MARK}", f"<noscript><p title='</noscript><img src=x onerror={MARK}()>'>",
    f"<x:{MARK} xmlns:x='http://www.w3.org/1999/xhtml'>", f"&lt;{MARK}&gt;", f"&#60;{MARK}&#62;", f"&#x3c;{MARK}&#x3e;",
    f"\x00<{MARK}>", f"<\x00{MARK}>", f"<{MARK}\x00>", f"＜{MARK}＞", f"‹{MARK}›", f"<{MARK}\u2028>", f"%3C{MARK}%3E",
    f"\\x3c{MARK}\\x3e", f"\\u003c{MARK}\\u003e", f"<<{MARK}>>", f"<{MARK}<{MARK}>",
)  # fmt: skip
ATTRIBUTES = tuple(
    f"{quote}{close}{rest}"
    for quote in ('"', "'", "`", "&quot;", "&#39;", "\\\"", "”", "")
    for close, rest in (
        ("", f" {MARK}=1 "), ("", f" onmouseover={MARK}() x="), (">", f"<{MARK}>"), ("", f" autofocus onfocus='{MARK}()"),
        ("", f"/{MARK}=1/"), ("\t", f"{MARK}=1"), ("\n", f"{MARK}=1"),
    )
)  # fmt: skip
LINKS = (
    f"javascript:{MARK}()", f"JaVaScRiPt:{MARK}()", f" javascript:{MARK}()", f"java\nscript:{MARK}()",
    f"data:text/html,<script>{MARK}()</script>", f"vbscript:{MARK}()", f"//{MARK}.example", f"https://{MARK}.example",
    f"/\\{MARK}.example", f"\\\\{MARK}.example", f"///{MARK}.example/x", f"/%2F{MARK}.example", f"http:{MARK}.example",
    f"https://user:pw@{MARK}.example", f"/en/../../{MARK}", f"[{MARK}](javascript:{MARK}())",
    f"![{MARK}](https://{MARK}.example/x.png)", f"<javascript:{MARK}()>", f"[x]: javascript:{MARK}()", "#", "?", "/", ".", "..",
)  # fmt: skip
TEMPLATES = (
    "{{7*7}}", "{{ config }}", "{% raw %}", "{% endblock %}", "{# x #}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{''.__class__}}",
    "{{request.application}}", "{%if 1%}x{%endif%}", "*{7*7}", "@(7*7)", "[[7*7]]", "{{constructor.constructor('x')()}}", "{}",
    "{0}", "{name}", "{0.__class__}", "%s", "%d", "%n%n%n%n", "%(name)s", "%(missing)s", "%", "%%", "%s%s%s%s%s%s", "%x%p%08x",
    "$name", "$(id)", "`id`", "${HOME}", "!{x}", "\\", "\\\\", "\\n", "\\0", "\\", "$&", "$1", "(?:", "(a+)+$", "[", "*", "+",
)  # fmt: skip
SQL = (
    "'", "''", "';--", "' OR '1'='1", "\" OR \"\"=\"", "1; DROP TABLE answer", "' UNION SELECT 1,2,3--", "admin'--", "') OR ('1'='1",
    "1' AND SLEEP(5)--", "'||(SELECT 1)||'", "\\'; --", "%27 OR 1=1", "_", "%_%", "NULL", "null", "' || pg_sleep(5) --",
    "x'; VACUUM; --", "MATCH '*'", "\"NEAR(a b)\"", "a AND", "OR", "NOT", "col:value", "a* OR b*", "-a", "^a", "\"unclosed",
)  # fmt: skip
PATHS = (
    "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "file:///etc/passwd", "....//....//etc", "%2e%2e%2f",
    "%00", "a%00b", "a\x00b", "con", "NUL", "aux.txt", "C:\\", "~root", ".git/config", "a/b", "a\\b", "//", "./.", "*.*", "|ls", "; ls",
    "& dir", "\n/bin/ls", "-rf", "--help", "$IFS", "a" * 255, "a/" * 200,
)  # fmt: skip
HEADERS = (
    f"x\r\nSet-Cookie: {MARK}=1", f"x\nLocation: //{MARK}.example", f"x\r\n\r\n<{MARK}>", f"x%0d%0aX-{MARK}: 1",
    f"x\u560d\u560aX-{MARK}: 1", "a@b.example\r\nBcc: c@d.example", "a@b.example\nTo: c@d.example", "x\r", "\r\n", "\n", "\t", "\x0b", "\x0c",
    "Content-Type: text/html", "=?utf-8?q?=0d=0a?=", "a@b.example, c@d.example", "a@b.example;c@d.example", "<a@b.example>",
    "\"a b\"@b.example", "a@b@c", "@", "a@", "@b", "a@[127.0.0.1]", "a@localhost", "a@" + "b" * 300 + ".example",
    "a" * 300 + "@b.example", "a@b..example", "a@-b.example", "مثال@مثال.إختبار", "用户@例子.广告", "ü@ü.example", "a@xn--0.example", "a@b.example.",
)  # fmt: skip
NUMBERS = (
    "0", "-0", "-1", "1", "00", "1e309", "-1e309", "1e-400", "NaN", "nan", "Infinity", "-inf", "0x10", "0b1", "1_000", "1,5", "1.5", "1.", ".5",
    "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
    "9" * 40, "9" * 400, "9" * 5000, "1/0", "1+1", "١٢٣", "१२३", "１２３", "三", "²", "½", "Ⅷ", "૮", "+1", " 1 ", "1 2", "1\u00a0000", "1e1e1",
    "999999999999999999999e999999999", "0." + "1" * 300, "1e99999999", "$1", "1%", "--1", "\u22121",
)  # fmt: skip
LOGIC = (
    "true", "false", "True", "None", "none", "undefined", "nil", "[]", "{}", "[object Object]", "[null]", '{"a":1}', "\"", "on", "off", "yes", "no",
    "0,1", "[0]", "__proto__", "constructor", "__class__", "self", "eval(1)", "import os", "lambda: 0", "exit()", "undefined method",
)  # fmt: skip
SCRIPTS = (
    "العربية", "עברית", "中文字符", "日本語テキスト", "한국어", "Русский", "Ελληνικά", "ไทย", "हिन्दी", "தமிழ்", "ქართული", "Հայերեն", "አማርኛ", "မြန်မာ",
    "ខ្មែរ", "বাংলা", "ਪੰਜਾਬੀ", "ગુજરાતી", "ଓଡ଼ିଆ", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "සිංහල", "ລາວ", "བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ", "ᏣᎳᎩ", "ᐃᓄᒃᑎᑐᑦ", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ߒߞߏ",
    "ꦗꦮ", "ދިވެހި", "ܣܘܪܝܝܐ", "𐤀𐤁", "𒀀𒁀", "𓀀𓁐", "𝒜𝓃𝓃𝒶", "ⓐⓝⓝⓐ", "Ａｎｎａ", "ﷺ", "﷽", "İstanbul", "ıI", "ß", "ẞ", "ﬁ", "Ǆ", "ŉ", "Åå", "A\u030a", "ſ",
    "Tiếng Việt", "Ẑ̶̛͝", "ʇxǝʇ", "ᴛᴇxᴛ", "①②③", "℡", "㎏", "𐌰", "Zoë", "O'Brien", "D’Arcy", "Jean–Luc", "Ñandú", "Æ", "Þór", "Łukasz",
)  # fmt: skip
INVISIBLE = (
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "a\u200bb", "a\u200db", "\u202ea\u202c", "\u202dabc", "\u2066x\u2069",
    "\u2067x", "\u2068", "\u2069\u2069", f"\u202e>{MARK}<", "\u061c", "\u200e\u200f", "\u034f", "\ufe0f", "\U000e0041\U000e007f", "\ufff9a\ufffab\ufffb",
    "\u2028", "\u2029", "\u0085", "\u00a0", "\u3000", "\u1680", " ", "   ", "\u2800", "\u3164", "\u115f", "\ufdd0", "\uffff", "\U0010ffff", "\ue000", "\ue0000\ue001",
    "\U000f0000", "\ufffd", "\u0000", "\x01\x02\x03", "\x1b[31mred\x1b[0m", "\x7f", "\x80\x9f", "\x08\x08", "\x07", "a\x00", "\x00a", "\x1a", "\x04",
)  # fmt: skip
EMOJI = (
    "😀", "👨‍👩‍👧‍👦", "👩🏿‍🚀", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇵🇸🇮🇱", "1️⃣", "🇦", "🫠", "👍🏽", "❤️", "☺︎", "🧑‍🦰", "🤷‍♂️", "😀" * 300, "👨‍👩‍👧‍👦" * 100,
)  # fmt: skip
FLOODS = (
    "a" + "\u0300" * 500, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "ก็็็็็็็็็็็็็็็็็็็็", "ﷺ" * 300, "א\u05b0" * 300, "a" * 10_000, "<" * 5_000, "&" * 5_000, "\"" * 5_000,
    "(" * 3_000, "[" * 3_000, "> " * 2_000, "* " * 2_000, "`" * 3_000, "_a" * 3_000, "\n" * 3_000, " " * 9_000 + "x", "a\n" * 3_000, "\u202e" * 200,
    "x" * 65_536, "-" * 3_000, "#" * 3_000, "|" * 3_000, "!["* 1_500,
)  # fmt: skip
STRINGS: tuple[str, ...] = tuple(
    dict.fromkeys(
        ("", *TAGS, *ATTRIBUTES, *LINKS, *TEMPLATES, *SQL, *PATHS, *HEADERS, *NUMBERS, *LOGIC, *SCRIPTS, *INVISIBLE, *EMOJI, *FLOODS)
    )
)  # fmt: skip
HUGE = "naughty " * (10 * 2**20 // 8)
"""Ten million signs."""
RAW = (
    b"\xff\xfe", b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xc0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x28\xa1", b"%ED%A0%80", b"%C0%AE", b"%FF",
    b"%", b"%zz", b"%u0041", b"\xf0\x9f\x98", b"\x80", b"a\x00b", b"+", b"%00", b"%0d%0a", b"=", b"&&&&", b";", b"a=b=c",
)  # fmt: skip
CORE = (
    f"<script>{MARK}()</script>", f"\"><img src=x onerror={MARK}()>", f"' {MARK}='1", "{{7*7}}", "%(name)s", "' OR '1'='1", "a\x00b",
    f"x\r\nSet-Cookie: {MARK}=1", "9" * 40, "9223372036854775808", "²", "-1", "\u202ea", "\U0010ffff", "a" + "\u0300" * 500, "a" * 10_000,
    "", " ", "../../../../etc/passwd", f"</textarea><{MARK}>",
)  # fmt: skip
"""Some of each kind."""


def some_of(part: int, of: int) -> Iterator[str]:
    """Every third of the core, and every ``of``-th of the others, beginning with ``part``."""
    yield from CORE[part % 3 :: 3]
    yield from STRINGS[part % of :: of]
