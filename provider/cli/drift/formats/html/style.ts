/** The style of the page: light and dark as the reader's system is, and for paper, on which every finding is shown, with its remedy once. */
export const style = `
:root {
  --page: #ffffff; --panel: #f6f7f8; --line: #dfe3e6; --ink: #1b1f23; --muted: #59636e; --link: #0a5fa8;
  --error: #b3261e; --error-panel: #fdf0ef; --warning: #7d5200; --warning-panel: #fdf5e6;
  --good: #17693b; --good-panel: #edf7f0; --removed: #fbdcd9; --added: #d3f0dc;
  --text: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  --code: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
  color-scheme: light dark;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #15181b; --panel: #1d2125; --line: #343a41; --ink: #e4e7ea; --muted: #9ea8b3; --link: #7cb8f2;
    --error: #ff9a90; --error-panel: #33201f; --warning: #e3b55c; --warning-panel: #2e2718;
    --good: #74d19a; --good-panel: #192b21; --removed: #5b2723; --added: #1e4a2e;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { background: var(--page); color: var(--ink); font: 0.9375rem/1.45 var(--text); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 78rem; padding: 1.25rem 2rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3, p, dl, dd, ol, table { margin: 0; padding: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; font-weight: 650; }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; margin: 3rem 0 1rem; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 600; }
ol { list-style: none; }
b { font-weight: 600; }
code { font: 0.875em/1.5 var(--code); white-space: pre-wrap; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
[hidden] { display: none !important; }
.unseen, #findings { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

body > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1rem; }
.verdict { padding: 0.1875rem 0.75rem; border-radius: 0.375rem; font-weight: 600; }
.verdict.failed { color: var(--error); background: var(--error-panel); }
.verdict.passed { color: var(--good); background: var(--good-panel); }
.facts { flex: 1 0 100%; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.25rem 0; font-size: 0.875rem; }
.facts > div { min-width: 0; }
.facts dt { color: var(--muted); font-size: 0.8125rem; }
header .note { flex: 1 0 100%; font-size: 0.875rem; }
.note { color: var(--muted); }

table { border-collapse: collapse; width: 100%; line-height: 1.4; }
table + table { margin-top: 2rem; }
caption { text-align: left; font-weight: 600; padding: 0 0 0.25rem; }
th, td { text-align: left; vertical-align: baseline; padding: 0.5rem 1.5rem 0.5rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 500; overflow-wrap: normal; white-space: nowrap; }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
td > .remedy { color: var(--muted); }
.severity { font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
.severity.error { color: var(--error); }
.severity.warning { color: var(--warning); }

#filter { background: var(--page); margin: 1rem 0 0; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
.fields { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: end; }
.fields > div { flex: 1 1 8rem; min-width: 0; }
.fields > .search { flex: 2 1 12rem; }
.fields > .end { flex: 0 1 auto; }
label, #shown { display: block; color: var(--muted); font-size: 0.8125rem; line-height: 1.25rem; }
#shown { font-variant-numeric: tabular-nums; white-space: nowrap; }
input, select, button { font: inherit; font-size: 0.875rem; color: var(--ink); background: var(--page); border: 1px solid var(--muted); border-radius: 0.375rem; padding: 0.25rem 0.5rem; min-height: 2.125rem; width: 100%; }
button { width: auto; padding: 0.25rem 0.75rem; cursor: pointer; }
button:hover:enabled { background: var(--panel); }
button:disabled { color: var(--muted); border-color: var(--line); cursor: default; }
#none { padding: 2rem 0; color: var(--muted); }

.group { margin: 1rem 0 0; }
.group > h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.75rem; background: var(--page); border-bottom: 2px solid var(--line); padding: 0.375rem 0; }
.group > .note { padding: 0.5rem 0 0; max-width: 60rem; }
h3 code { color: var(--muted); font-weight: 400; }
.count, .tenant { color: var(--muted); font-weight: 400; font-size: 0.875rem; }
.count { margin-left: auto; }
.finding { border-bottom: 1px solid var(--line); break-inside: avoid; }
summary { display: grid; grid-template-columns: 0.75rem minmax(0, 15rem) minmax(0, 1fr); gap: 0 0.75rem; align-items: baseline; padding: 0.4375rem 0; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "\\25b8"; content: "\\25b8" / ""; color: var(--muted); }
[open] > summary::before { content: "\\25be"; content: "\\25be" / ""; }
summary:hover { background: var(--panel); }
summary:focus-visible { outline-offset: -2px; }
.field { display: block; }
.id { color: var(--muted); }
[data-by="connector"] > .group .who, [data-by="class"] > .group .kind { display: none; }
.what { display: grid; gap: 0.125rem; min-width: 0; }
.side { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0 0.5rem; align-items: baseline; }
.cut { word-break: break-all; }
.term { color: var(--muted); font-size: 0.8125rem; }
.message { white-space: pre-wrap; }
details:not([open]) .message { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.more { padding: 0.125rem 0 1rem 1.5rem; display: grid; gap: 0.5rem; justify-items: start; scroll-margin-top: 5rem; }
.action { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.5rem 1rem; }
.action > p { max-width: 52rem; }
.more > p { max-width: 60rem; }
.more > .whole { max-width: none; width: 100%; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem; }
.whole .side { grid-template-columns: minmax(0, 1fr); align-content: start; background: var(--panel); border-radius: 0.375rem; padding: 0.375rem 0.75rem 0.5rem; }
.where { font-size: 0.875rem; color: var(--muted); display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.meaning { color: var(--muted); }
.new { font-size: 0.75rem; color: var(--page); background: var(--link); border-radius: 0.25rem; padding: 0.0625rem 0.375rem; }
.absent, .secret { color: var(--muted); }
.absent { font-style: italic; }
.unchecked { color: var(--warning); }
del, ins { text-decoration: none; border-radius: 0.125rem; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
del { background: var(--removed); }
ins { background: var(--added); }
footer { margin: 4rem 0 0; color: var(--muted); font-size: 0.8125rem; }

@media screen and (min-height: 30rem) {
  .group > h3 { position: sticky; top: 0; z-index: 1; }
  html { scroll-padding-top: 3rem; }
}
@media screen and (min-width: 64rem) and (min-height: 30rem) {
  .fields { flex-wrap: nowrap; }
  #filter { position: sticky; top: 0; z-index: 2; height: 4.5rem; }
  #filter:not([hidden]) ~ #groups h3 { top: 4.5rem; }
  html { scroll-padding-top: 7.5rem; }
}
@media (min-width: 22rem) {
  tbody th a { overflow-wrap: normal; }
}
@media (min-width: 44.01rem) {
  tbody th a, td .absent, td .unchecked { white-space: nowrap; }
}
@media (max-width: 44rem) {
  body { padding: 1rem 1rem 3rem; }
  .facts { gap: 0 1rem; }
  .facts > div { display: flex; gap: 0 0.375rem; align-items: baseline; }
  .facts dt { flex: none; }
  .fields > div { flex-basis: 7rem; }
  .fields > .search, .fields > .end { flex-basis: 100%; }
  .end { display: flex; align-items: baseline; justify-content: space-between; }
  summary { grid-template-columns: 0.75rem minmax(0, 1fr); gap: 0.125rem 0.5rem; }
  summary > .what { grid-column: 2; }
  .field { display: inline; }
  .count { margin-left: 0; }
  .more { padding-left: 1.25rem; }
  .more > .whole { grid-template-columns: minmax(0, 1fr); }
  th, td { padding-right: 0.75rem; }
  .minor { display: none; }
}
@media (max-width: 26rem) {
  .what .side { grid-template-columns: minmax(0, 1fr); }
}
@media print {
  html { font-size: 9pt; }
  body { max-width: none; padding: 0; }
  #filter, #none, .copy, .anchor, .whole, .meaning, .action > .remedy:not(.own), [data-by="connector"] .where > .tenant { display: none !important; }
  .group[hidden]:has(.finding) { display: block !important; }
  .finding[hidden] { display: list-item !important; }
  .group { margin: 0.75rem 0 0; }
  h2 { margin: 1.5rem 0 0.5rem; }
  h2, h3, caption, thead { break-after: avoid; }
  tr { break-inside: avoid; }
  summary { padding: 0.1875rem 0; grid-template-columns: minmax(0, 16rem) minmax(0, 1fr); }
  summary::before { display: none; }
  .message { display: block !important; }
  details::details-content { content-visibility: visible; }
  .more { padding: 0 0 0.25rem 16.75rem; gap: 0; }
  th, td { padding-top: 0.1875rem; padding-bottom: 0.1875rem; }
  a { color: inherit; text-decoration: none; }
  .verdict, .whole .side { border: 1px solid var(--line); }
  del { text-decoration: line-through; }
  ins { text-decoration: underline; }
}
@media (forced-colors: active) {
  del { text-decoration: line-through; }
  ins { text-decoration: underline; }
}
`;
