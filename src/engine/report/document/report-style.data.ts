/** The one style sheet of a report: screen and paper, light, nothing fetched; fonts are those of the machine. */
export const reportStyle = `
:root{--ink:#1b2430;--dim:#5b6675;--faint:#8a94a3;--line:#e2e6eb;--soft:#f5f7f9;--acc:#1f4e79;--bar:#3b7dbb;--bar-back:#e3e9f0;--user:#8a5a00;--user-soft:#fdf8ee}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#fff;color:var(--ink);font:15px/1.55 "Inter","Segoe UI","Helvetica Neue",Arial,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main,header.cover,nav.toc,.legend,footer{max-width:60rem;margin:0 auto;padding:0 2rem}
header.cover{padding-top:4rem;padding-bottom:1.4rem}
.cover .over{color:var(--acc);font-size:.8rem;font-weight:600;letter-spacing:.12em;text-transform:uppercase;margin:0 0 .6rem}
h1{font-size:2.1rem;line-height:1.2;font-weight:650;margin:0 0 .5rem;letter-spacing:-.01em}
.cover .sub{color:var(--dim);font-size:1.05rem;margin:0}
.cover dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:1.4rem 0 0;padding-top:1rem;border-top:2px solid var(--acc);font-size:.9rem}
.cover dt{color:var(--dim)}.cover dd{margin:0}
nav.toc ol{display:grid;grid-auto-flow:column;grid-template-rows:repeat(5,auto);grid-template-columns:1fr 1fr;column-gap:2.5rem;margin:.4rem 0 0;padding:0;list-style:none;font-size:.93rem}
nav.toc li{padding:.22rem 0;border-bottom:1px solid var(--line)}
nav.toc .no{display:inline-block;width:1.9rem;color:var(--faint)}
.legend{color:var(--dim);font-size:.8rem;padding-top:.9rem}
a{color:inherit;text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}
section{padding-top:2.4rem}
h2{font-size:1.38rem;font-weight:650;margin:0 0 .9rem;padding-bottom:.35rem;border-bottom:2px solid var(--acc);break-after:avoid}
h2 .no{color:var(--acc);margin-right:.7rem}
h3{font-size:1.03rem;font-weight:650;margin:1.7rem 0 .5rem;break-after:avoid}
p{margin:.5rem 0 .8rem}
ul{margin:.5rem 0 .9rem;padding-left:1.2rem}li{margin:.28rem 0}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:.7rem;margin:.9rem 0 1.2rem}
.tile{border:1px solid var(--line);border-top:3px solid var(--acc);border-radius:3px;padding:.7rem .9rem .75rem;break-inside:avoid}
.tiles.of-1,.tiles.of-2,.tiles.of-3,.tiles.of-6{grid-template-columns:repeat(3,1fr)}
.tiles.of-5{grid-template-columns:repeat(5,1fr)}
.tile .label{color:var(--dim);font-size:.83rem}
.tile .big{font-size:1.55rem;font-weight:650;line-height:1.3}
.tile .fine{display:block}
.tile .note{color:var(--dim);font-size:.78rem;line-height:1.4;margin-top:.25rem}
.fine{color:var(--dim);font-size:.78rem;white-space:nowrap}
.ref{color:var(--acc);font-size:.72rem;margin-left:.3rem;white-space:nowrap;vertical-align:.12em}
table{border-collapse:collapse;width:100%;font-size:.86rem;margin:.2rem 0 .4rem}
thead{display:table-header-group}
tr{break-inside:avoid}
th{color:var(--dim);font-size:.78rem;font-weight:600;text-align:left;vertical-align:bottom;padding:.35rem .9rem .35rem 0;border-bottom:1.5px solid var(--ink)}
td{padding:.34rem .9rem .34rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
th.num,td.num{text-align:right}
.fig{display:inline-grid;grid-template-columns:3.9rem 7rem 11.6rem 2.4rem;align-items:center;gap:.6rem;text-align:right}
.fig.stack{grid-template-columns:auto 4.6rem 2.3rem;gap:.1rem .45rem}
.fig.stack .fine{grid-column:1/-1}
.fig.plain{grid-template-columns:auto auto;gap:.3rem}
.fig .ref{margin:0;text-align:left}
.fig svg{display:block;width:100%;height:7px}
.long,.place,.evidence pre,.evidence li{overflow-wrap:anywhere}
.note{color:var(--dim);font-size:.8rem;margin:.2rem 0 1rem}
.example{border-left:3px solid var(--line);margin:.7rem 0 .9rem;padding:.1rem 0 .1rem .9rem;break-inside:avoid}
.speech{margin:.35rem 0;display:grid;grid-template-columns:5.6rem 1fr;gap:.7rem;font-size:.88rem}
.speech .who{color:var(--dim);font-size:.76rem;padding-top:.12rem}
.speech .said{white-space:pre-wrap;margin:0}
.speech.user .said{background:var(--user-soft);border-radius:3px;padding:.15rem .5rem;margin:-.15rem -.5rem}
.speech.user .who{color:var(--user);font-weight:600}
.place{color:var(--dim);font:.74rem/1.5 ui-monospace,"SFMono-Regular",Consolas,"DejaVu Sans Mono",monospace;margin:.3rem 0 0}
figure{margin:.9rem 0 1.2rem;break-inside:avoid}
figcaption{font-size:.92rem;font-weight:600;margin-bottom:.3rem}
svg{max-width:100%;height:auto}
svg text{font-size:11px;fill:#5b6675}
.evidence{border-top:1px solid var(--line);padding:.45rem 0;font-size:.84rem;break-inside:avoid-page}
.evidence summary{cursor:pointer;list-style-position:outside}
.evidence .id{color:var(--acc);font-weight:650;display:inline-block;min-width:2.9rem}
.evidence pre{background:var(--soft);border-radius:3px;padding:.5rem .7rem;margin:.45rem 0;white-space:pre-wrap;font:.76rem/1.5 ui-monospace,"SFMono-Regular",Consolas,"DejaVu Sans Mono",monospace}
.evidence ol{font:.75rem/1.55 ui-monospace,"SFMono-Regular",Consolas,"DejaVu Sans Mono",monospace;margin:.3rem 0 .3rem;padding-left:2rem;color:var(--dim)}
.evidence ol b{color:var(--ink);font-weight:500}
.evidence:target,.example:target{background:#fff8e1}
footer{color:var(--dim);font-size:.8rem;padding-top:2rem;padding-bottom:3rem}
@page{size:A4;margin:17mm 16mm 18mm}
@media print{
body{font-size:10pt}
main,header.cover,nav.toc,.legend,footer{max-width:none;padding-left:0;padding-right:0}
header.cover{padding-top:1.5rem}
section{padding-top:1.4rem}
section.starts-page{break-before:page}
section#evidence .list{columns:2;column-gap:6mm}
.evidence{font-size:7.5pt;padding:.25rem 0;break-inside:auto}
.evidence pre,.evidence ol{font-size:6.3pt;margin:.15rem 0}
.evidence pre{padding:.25rem .4rem}
.evidence .fine,.evidence .note{font-size:6.5pt;margin:.1rem 0}
.evidence ol li:nth-child(n+4){display:none}
.fig{grid-template-columns:3.2rem 5.5rem 10rem 2rem}
details.evidence::details-content{display:block;content-visibility:visible;height:auto}
.evidence summary{list-style:none}
a:hover{text-decoration:none}
}
`.trim();
