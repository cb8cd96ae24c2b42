# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the page looks: the reader's own font, light or dark as the reader's system is, one accent, and colours that only
repeat what shapes and words say.
"""

from __future__ import annotations

_LIGHT = """color-scheme:light dark;--bg:#f7f8f9;--panel:#fff;--ink:#1b2026;--muted:#57606b;--line:#dde2e7;--faint:#eef1f4;--accent:#0a5bb0;
--critical:#a8123c;--high:#a8440a;--medium:#765600;--low:#375a86;--info:#57606b;--ok:#1a6e34;--unknown:#6236b0;--none:#57606b;"""
_DARK = """--bg:#0f1317;--panel:#171c22;--ink:#e7eaed;--muted:#a0abb6;--line:#2c353f;--faint:#202831;--accent:#74b7ff;
--critical:#ff8ea3;--high:#ffb27a;--medium:#e3c45a;--low:#9cc0ea;--info:#a0abb6;--ok:#74d98f;--unknown:#c8a8ff;--none:#a0abb6;"""

STYLE = (
    ":root{" + _LIGHT + "}\n@media (prefers-color-scheme:dark){:root{" + _DARK + "}}\n"
    """*{box-sizing:border-box}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:78rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem;padding-bottom:1.25rem}
header p{margin:0}
h1{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:.1rem 0 .3rem}
h2{font-size:1.35rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin:0 0 1rem}
h3{font-size:1rem;font-weight:600;margin:0}
h4{font-size:.95rem;font-weight:600;margin:0 0 .6rem}
main>section{margin:0 0 3.25rem}
main:focus{outline:none}
p{margin:0 0 .6rem}ul,ol{margin:0 0 .6rem;padding-left:1.25rem}
a{color:var(--accent);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;unicode-bidi:isolate}
.m,small{color:var(--muted)}small{font-size:.95em}td small,th small{display:block}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem;background:var(--panel);padding:.75rem 1rem;z-index:3}.skip:focus{left:1rem;top:1rem}
nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);margin-bottom:2rem}
nav ul{display:flex;gap:1.5rem;list-style:none;max-width:78rem;margin:0 auto;padding:0 1.5rem;overflow-x:auto}
nav a{display:block;padding:.8rem 0;white-space:nowrap;text-decoration:none;color:var(--muted);font-size:.925rem}
nav a:hover{color:var(--accent);text-decoration:underline}
b{font-weight:600;font-size:.9em;white-space:nowrap}
b::before{content:"?";display:inline-block;width:1.15em;margin-right:.15em;text-align:center}
"""
    + "".join(
        f".{name}{{--c:var(--{name})}}b.{name}{{color:var(--{name})}}\n"
        for name in ("critical", "high", "medium", "low", "info", "ok", "unknown", "none")
    )
    + """b.critical::before{content:"\\25C6"}b.high::before{content:"\\25B2"}b.medium::before{content:"\\25A0"}b.low::before{content:"\\25CF"}
b.info::before{content:"\\25CB"}b.ok::before{content:"\\2713"}b.none::before{content:"\\2013"}
.b{background:var(--panel);border:1px solid var(--line);border-left:6px solid var(--c);border-radius:8px;padding:1.4rem 1.6rem}
.b h2{font-size:1.5rem;margin-bottom:.6rem}.b p,.b ul{margin-bottom:.25rem}
.c{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem;align-items:start}
.c>div{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:1.1rem 1.25rem;min-width:0}
.c h3{color:var(--muted);font-weight:500;font-size:.925rem}
.c .x{font-size:2.1rem;font-weight:650;letter-spacing:-.02em;line-height:1.25;margin:.15rem 0}.c .x span{font-size:1.1rem;font-weight:500}
.c p{margin-bottom:.3rem}.c details{font-size:.9rem;margin-top:.4rem}.c ul{margin:.4rem 0 0;max-height:16rem;overflow:auto}
summary{cursor:pointer}
.t{display:flex;gap:1rem;align-items:center;flex-wrap:wrap;margin-bottom:.9rem;color:var(--muted)}.t[hidden]{display:none}
input,.t button{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--muted);border-radius:6px;padding:.35rem .7rem}
input::placeholder{color:var(--muted);opacity:1}input{color:var(--ink);width:17rem;max-width:60vw;margin-left:.4rem}
.w{overflow-x:auto;position:relative}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.925rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.45rem .9rem .45rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--muted);font-size:.85rem;white-space:nowrap}
td,th{min-width:5.5rem}tbody th{min-width:8.5rem}
.o td,.o th{padding:.4rem .55rem;white-space:nowrap}
.o tbody th{font-weight:550;white-space:normal;min-width:14rem;max-width:22rem}
.o a{text-decoration:none}.o a:hover{text-decoration:underline}
.o thead button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}.o thead button:hover{color:var(--accent)}
.o [aria-sort] button::after{content:" \\2191"}.o [aria-sort=descending] button::after{content:" \\2193"}
.o tbody tr:hover{background:var(--faint)}.o :is(td,th):nth-child(n+3):nth-child(-n+7){text-align:right;min-width:0}
.o tbody th,.o thead th:first-child{position:sticky;left:0;background:var(--bg);z-index:1}
svg{display:inline-block;vertical-align:middle;overflow:visible}
.u{width:5rem;height:.5rem;background:var(--line);border-radius:2px;overflow:hidden}.u rect{height:100%;fill:var(--accent)}.u .bad{fill:var(--high)}
.p{fill:var(--accent);opacity:.45}
.i{display:block;font-size:12px;fill:var(--ink)}.i .m{fill:var(--muted)}.i .g{fill:var(--faint)}
.i .own{fill:var(--muted);opacity:.55}.i .fine{fill:none;stroke:var(--accent);stroke-width:2}.i .bad{fill:none;stroke:var(--critical);stroke-width:3}
.k{margin-top:.9rem;color:var(--muted);font-size:.9rem}.k span{margin-right:1.4rem;display:inline-block}.k svg{display:inline-block}
.l{width:320px;height:26px;background:linear-gradient(var(--line),var(--line)) 0 50%/100% 1px no-repeat}.ci{width:160px;height:18px}
.l rect{y:8px;height:10px;fill:var(--accent);opacity:.45}.ci rect{y:5px;height:8px}
.l path{fill:none;stroke:var(--ink);stroke-width:1.5}.l circle{fill:var(--ink)}
.f{list-style:none;padding:0;margin:0}.f>li{margin:0 0 1.1rem}.f>li:last-child{margin-bottom:0}
.f p{margin:0 0 .15rem}.f ul{padding-left:1rem;margin:.4rem 0;border-left:2px solid var(--line);list-style:none}.f ul li{margin:0 0 .5rem}
.n code{background:var(--faint);border-radius:4px;padding:.1rem .35rem;-webkit-box-decoration-break:clone;box-decoration-break:clone}
.after{margin:1rem 0 .5rem!important}.first>li{border-top:1px solid var(--line);padding-top:.9rem}
.tenant{border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 3rem}
.tenant>summary{padding:.75rem 0;display:flex;flex-wrap:wrap;gap:.15rem 1rem;align-items:baseline}
.tenant>summary::before{content:"\\25B8";color:var(--muted);width:.8rem}.tenant[open]>summary::before{content:"\\25BE"}
.tenant>summary::-webkit-details-marker{display:none}.tenant>summary:hover h3{color:var(--accent)}
.tenant[hidden]{display:none}
.parts{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:0 1.5rem;padding:.25rem 0 2rem 1.8rem;scroll-margin-top:8rem}
.parts>*{border-top:1px solid var(--line);padding:1rem 0;margin:0}.parts>h4{border:0;border-top:1px solid var(--line)}
.parts>.w{padding-top:.55rem}.parts>.e{grid-column:1/-1}
.path{display:flex;flex-wrap:wrap;gap:.5rem 2.2rem;list-style:none;padding:0;margin:.5rem 0}
.path li{position:relative;border:1px solid var(--line);border-radius:6px;padding:.35rem .75rem;background:var(--panel);max-width:20rem}
.path li{display:flex;flex-direction:column;font-size:.9rem}
.path li+li::before{content:"\\2192";position:absolute;left:-1.7rem;top:.9rem;color:var(--muted)}
.path .hit{border:2px solid var(--ok)}
footer{padding-bottom:3rem;color:var(--muted);font-size:.9rem}
@media (max-width:44rem){
header,main,footer{padding-left:1rem;padding-right:1rem}nav ul{padding:0 1rem;gap:1.1rem}header{padding-top:1.5rem}
h1{font-size:1.6rem}.b{padding:1rem 1.1rem}.b h2{font-size:1.25rem}
.parts{display:block;padding-left:0}.parts>h4{padding-bottom:.3rem}.parts>h4+*{border:0;padding-top:0}.o tbody th{min-width:8rem;max-width:10rem}
table:not(.o) :is(thead th,b){white-space:normal}.parts .u{display:block;margin:.45rem 0 .1rem}.parts>.w{padding-top:0}
}
@media (min-width:80rem){.w:has(>.o){overflow:visible}.o thead th{position:sticky;top:3.05rem;background:var(--bg);z-index:1}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
:root{color-scheme:light;"""
    + _LIGHT.removeprefix("color-scheme:light dark;")
    + """--bg:#fff}
nav,.skip,.t{display:none!important}body{font-size:10pt}main>section{margin-bottom:1.5rem}
details::details-content{content-visibility:visible;height:auto}.tenant{content-visibility:visible}
.parts{display:block}.parts>h4{padding-bottom:.3rem}.parts>h4+*{border:0;padding-top:0}
.w,.c ul{overflow:visible;max-height:none}.f>li,tr,.b,.c>div{break-inside:avoid}h2,h3,h4{break-after:avoid}
.b{border:2px solid #000}
}
"""
)
