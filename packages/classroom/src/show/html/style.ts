import { type Markup, markup } from './markup.ts'

const light = `--page: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --panel: #f5f7f9; --arrow: #1f4e9e;
--good: #1a6e37; --bad: #b3261e; --note: #eef4ff;`

const dark = `--page: #14171b; --text: #e8ebee; --soft: #a3adb8; --line: #3b434c; --panel: #1d2227; --arrow: #8ab4f8;
--good: #5fd38a; --bad: #ff8a80; --note: #1c2738;`

/** The page's style sheet: light or dark as the reader's system is, and one for paper. */
export const style: Markup = markup`
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 900px; background: var(--page); color: var(--text);
  font: 17px/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; }
h2 { margin: 3rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.4rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1.1rem; }
.lead, .stage, .idle, footer { color: var(--soft); }
.claim { padding: 0.75rem 1.25rem; background: var(--panel); border-radius: 8px; }
.note { margin: 1.5rem 0 0.75rem; padding: 0.6rem 1rem; background: var(--note); border-left: 4px solid var(--arrow); }
.ask { margin: 1.5rem 0 0.5rem; font-weight: 650; }
.confirmed { color: var(--good); margin: 0.3rem 0; } .broken-claim { color: var(--bad); font-weight: 650; }
details { margin: 0.5rem 0 1rem; } summary { cursor: pointer; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.92rem; }
caption { text-align: left; color: var(--soft); padding: 0.25rem 0; }
th, td { padding: 0.3rem 0.7rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--panel); }
.figures td { white-space: nowrap; }
.logs td.committed { border-bottom: 3px double var(--good); } .logs td.open { border-bottom: 1px dashed var(--soft); }
figure { margin: 1rem 0; }
.diagram { overflow-x: auto; }
.diagram svg { display: block; width: 100%; min-width: 640px; height: auto; font-size: 12.5px; }
svg.defs { position: absolute; }
svg text { fill: var(--text); paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
svg .node { font-weight: 650; } svg .act { font-style: italic; } svg .broken { fill: var(--bad); font-weight: 650; }
.lane { stroke: var(--line); stroke-width: 2; } .gap { stroke: var(--page); stroke-width: 4; stroke-dasharray: 5 5; }
.arrow { stroke: var(--arrow); stroke-width: 1.8; } .arrow.lost { stroke-dasharray: 7 4; } .arrow.sent { stroke-dasharray: 2 4; }
.head { fill: var(--arrow); } .dot { fill: var(--text); } .cross { stroke: var(--bad); stroke-width: 2.5; fill: none; }
pre { overflow-x: auto; padding: 0.75rem 1rem; background: var(--panel); border-radius: 6px; }
code { font-size: 0.92em; }
a { color: var(--arrow); } :focus-visible { outline: 2px solid var(--arrow); outline-offset: 2px; }
.answers { display: none; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  h2 { break-after: avoid; } figure, table, .note { break-inside: avoid; }
  .diagram svg { min-width: 0; }
  details { display: none; } .answers { display: block; break-before: page; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
