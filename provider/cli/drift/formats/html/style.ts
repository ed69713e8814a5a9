/** The style of the page: light and dark as the reader's system is, and for paper, on which everything is shown. */
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
html { background: var(--page); color: var(--ink); font: 1rem/1.5 var(--text); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 68rem; padding: 2.5rem 2rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3, h4, p, dl, dd, ol, ul, table { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.015em; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; margin: 3rem 0 1rem; }
h3 { font-size: 1.125rem; line-height: 1.3; font-weight: 650; }
h4 { font-size: 1rem; font-weight: 600; }
ol, ul { list-style: none; }
code { font: 0.875em/1.5 var(--code); white-space: pre-wrap; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
[hidden] { display: none !important; }

.verdict { display: inline-block; margin: 1rem 0 0; padding: 0.375rem 0.875rem; border-radius: 0.375rem; font-weight: 600; }
.verdict.failed { color: var(--error); background: var(--error-panel); }
.verdict.passed { color: var(--good); background: var(--good-panel); }
.facts > div { min-width: 0; }
.facts { display: flex; flex-wrap: wrap; gap: 0.75rem 2.5rem; margin: 1.5rem 0 0; }
.facts dt, .change dt { color: var(--muted); font-size: 0.8125rem; }
.history { margin: 1.5rem 0 0; }
.note { color: var(--muted); margin: 1rem 0 0; max-width: 46rem; }

table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; line-height: 1.4; }
table + table { margin-top: 2rem; }
caption { text-align: left; font-weight: 600; padding: 0 0 0.25rem; }
th, td { text-align: left; vertical-align: baseline; padding: 0.5rem 1.5rem 0.5rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 500; overflow-wrap: normal; white-space: nowrap; }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.severity { font-size: 0.8125rem; font-weight: 600; white-space: nowrap; }
.error .severity, .severity.error { color: var(--error); }
.warning .severity, .severity.warning { color: var(--warning); }

#filter { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); padding: 0.75rem 0; }
.fields { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; }
.fields > div { flex: 1 1 9rem; min-width: 0; }
.fields > .search { flex: 3 1 14rem; }
label { display: block; color: var(--muted); font-size: 0.8125rem; }
input, select, button { font: inherit; font-size: 0.9375rem; color: var(--ink); background: var(--page); border: 1px solid var(--muted); border-radius: 0.375rem; padding: 0.375rem 0.625rem; min-height: 2.375rem; width: 100%; }
button { width: auto; cursor: pointer; }
button:hover:enabled { background: var(--panel); }
button:disabled { color: var(--muted); border-color: var(--line); cursor: default; }
#shown { color: var(--muted); font-size: 0.875rem; margin: 0.5rem 0 0; font-variant-numeric: tabular-nums; }
#none { padding: 2rem 0; color: var(--muted); }

.class { margin: 2.5rem 0 0; }
.class > header { border-bottom: 2px solid var(--line); padding: 0 0 0.75rem; }
.class h3 { scroll-margin-top: 9rem; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.75rem; }
.count { color: var(--muted); font-weight: 400; font-size: 0.875rem; }
.class h3 .severity { margin-left: auto; }
.class > header p { max-width: 46rem; margin: 0.25rem 0 0; }
.remedy { color: var(--muted); font-size: 0.9375rem; }
.finding { display: grid; grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); gap: 0.5rem 2rem; padding: 0.875rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.about h4 code { color: var(--muted); font-weight: 400; font-size: 0.8125rem; margin-left: 0.25rem; }
.about p { color: var(--muted); font-size: 0.875rem; line-height: 1.45; }
.what { display: grid; gap: 0.375rem; align-content: start; }
.message { white-space: pre-wrap; }
.field { font-weight: 600; }
.change { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem; }
.change > div { background: var(--panel); border-radius: 0.375rem; padding: 0.375rem 0.75rem 0.5rem; }
.new { font-size: 0.75rem; font-weight: 600; vertical-align: 0.0625rem; margin-left: 0.25rem; color: var(--page); background: var(--link); border-radius: 0.25rem; padding: 0.0625rem 0.4375rem; }
.absent, .secret { color: var(--muted); }
.absent { font-style: italic; }
del, ins { text-decoration: none; border-radius: 0.125rem; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
del { background: var(--removed); }
ins { background: var(--added); }
footer { margin: 4rem 0 0; color: var(--muted); font-size: 0.8125rem; }

@media (min-width: 44.01rem) {
  tbody th a { white-space: nowrap; }
}
@media (max-width: 44rem) {
  body { padding: 1.5rem 1rem 3rem; }
  #filter { position: static; }
  .class h3 { scroll-margin-top: 1rem; }
  .finding { grid-template-columns: minmax(0, 1fr); }
  th, td { padding-right: 0.75rem; }
  .minor { display: none; }
}
@media (max-width: 26rem) {
  .change { grid-template-columns: minmax(0, 1fr); }
}
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  #filter, #none { display: none !important; }
  .class[hidden] { display: block !important; }
  .finding[hidden] { display: grid !important; }
  .class > header { break-after: avoid; }
  .verdict, .change > div { border: 1px solid var(--line); }
  del { text-decoration: line-through; }
  ins { text-decoration: underline; }
}
@media (forced-colors: active) {
  del { text-decoration: line-through; }
  ins { text-decoration: underline; }
}
`;
