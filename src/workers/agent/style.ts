/** The whole style of the pages. They contain no script, font or picture. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#14181f;--soft:#566070;--line:#dfe3e9;--accent:#1d4ed8;--on:#fff;
--good:#13703c;--goodbg:#e3f5ea;--bad:#b3261e;--badbg:#fdeceb;--warn:#855400;--warnbg:#fdf1d8;--idlebg:#eceff3}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--card:#161b22;--ink:#e8ecf2;--soft:#9aa5b4;--line:#2b333e;--accent:#8ab4ff;
--on:#0b1220;--good:#6fdc9b;--goodbg:#10301f;--bad:#ff9b93;--badbg:#3b1715;--warn:#f2c26b;--warnbg:#35270c;--idlebg:#222a34}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
-webkit-text-size-adjust:100%}
header,main,footer{max-width:70rem;margin:0 auto;padding:0 1.25rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;padding-top:1.5rem;padding-bottom:.5rem}
h1{font-size:1.35rem;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:1.15rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
h3{font-size:.8rem;margin:1.75rem 0 .5rem;color:var(--soft);text-transform:uppercase;letter-spacing:.06em}
p{margin:.5rem 0}
.soft{color:var(--soft)}
.small{font-size:.875rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:1.25rem 1.4rem 1.4rem;margin:1rem 0 1.5rem}
.head{display:flex;flex-wrap:wrap;gap:.75rem 1rem;align-items:center;justify-content:space-between}
.title{display:flex;flex-wrap:wrap;gap:.3rem .7rem;align-items:center}
.pill{display:inline-block;font-size:.8125rem;font-weight:600;line-height:1.2;padding:.25rem .6rem;border-radius:1rem;white-space:nowrap;
background:var(--idlebg);color:var(--soft)}
.pill.good{background:var(--goodbg);color:var(--good)}
.pill.bad{background:var(--badbg);color:var(--bad)}
.pill.warn{background:var(--warnbg);color:var(--warn)}
.note{border-radius:.6rem;padding:.65rem .9rem;margin:1rem 0 0;background:var(--warnbg);color:var(--warn);overflow-wrap:anywhere}
.note.bad{background:var(--badbg);color:var(--bad)}
.note.good{background:var(--goodbg);color:var(--good)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1rem 1.25rem;margin:1.25rem 0 0}
.facts div{min-width:0}
dt{font-size:.8125rem;color:var(--soft)}
dd{margin:0;font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em;overflow-wrap:anywhere}
dd small{display:block;font-size:.8125rem;font-weight:400;color:var(--soft);letter-spacing:0}
.up{color:var(--good)}.down{color:var(--bad)}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-size:.8125rem;font-weight:600;color:var(--soft);white-space:nowrap}
tr:last-child td{border-bottom:0}
th:last-child,td:last-child{padding-right:0}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.why{overflow-wrap:anywhere}
.why>*,.tick>*,.took>*{display:block}
.why{width:70%}
.why strong{font-weight:600;font-variant-numeric:tabular-nums}
code{font-size:.85em;padding:.1em .35em;border-radius:.3rem;background:var(--idlebg)}
time{white-space:nowrap;font-variant-numeric:tabular-nums}
form{margin:0}
.actions{display:flex;flex-wrap:wrap;gap:.5rem}
button{font:inherit;font-size:.9375rem;font-weight:600;min-height:2.75rem;padding:.4rem 1rem;border-radius:.6rem;cursor:pointer;
border:1px solid var(--line);background:var(--card);color:var(--ink)}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on)}
button.danger{color:var(--bad);border-color:currentColor}
button:hover{filter:brightness(.95)}
@media(prefers-color-scheme:dark){button:hover{filter:brightness(1.2)}}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
label{display:block;font-weight:600;margin-bottom:.35rem}
input{font:inherit;width:100%;min-height:2.75rem;padding:.4rem .75rem;border-radius:.6rem;border:1px solid var(--soft);
background:var(--bg);color:var(--ink)}
.note p:first-child{margin-top:0}.note p:last-child{margin-bottom:0}
summary{cursor:pointer;font-weight:600;padding:.5rem 0}
.settle{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}
.settle label{flex:1 1 18rem;margin:0}
.login{max-width:27rem;margin:12vh auto 0}
.login .card{padding:1.75rem}
.login button{width:100%;margin-top:1rem}
.hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
footer{padding-top:.25rem;padding-bottom:2.5rem}
@media(max-width:44rem){
header,main,footer{padding-left:.9rem;padding-right:.9rem}
.card{padding:1rem 1rem 1.1rem}
.facts{grid-template-columns:1fr 1fr}
.actions,.actions form{flex:1 1 auto}.actions button{width:100%}
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
table,tbody,tr,td{display:block}
tr{padding:.7rem 0;border-bottom:1px solid var(--line)}
tr:last-child{border-bottom:0}
td{display:flex;gap:1rem;justify-content:space-between;border:0;padding:.12rem 0;text-align:right}
td::before{content:attr(data-label);color:var(--soft);font-size:.875rem;text-align:left;white-space:nowrap}
.runs tr{display:grid;grid-template-columns:1fr auto;gap:.15rem .75rem}
.runs td{display:block;text-align:left}
.runs td::before{content:none}
.runs .outcome{grid-column:2;grid-row:1;text-align:right}
.runs .why,.runs .took{grid-column:1/3;width:auto}
.tick>*,.took>*{display:inline;margin-right:.6rem}
.runs .took{color:var(--soft);font-size:.875rem}
}
@media(prefers-reduced-motion:no-preference){button{transition:filter .12s}}
`;
