import { markup, type Markup } from './markup.ts'
import { colorVariables, darkColors, lightColors } from './palette.ts'

const light = `--page: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --grid: #e7ebef; --panel: #f5f7f9;
--good: #1a6e37; --bad: #b3261e; --open: #7a5c00; --band: #b3261e1c; ${colorVariables(lightColors)}`

const dark = `--page: #14171b; --text: #e8ebee; --soft: #a3adb8; --line: #3b434c; --grid: #282e35; --panel: #1d2227;
--good: #5fd38a; --bad: #ff8a80; --open: #e3c62f; --band: #ff8a8028; ${colorVariables(darkColors)}`

/** The page's style sheet. */
export const style: Markup = markup`
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 1000px; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; letter-spacing: -0.02em; }
h2 { margin: 3rem 0 0.75rem; font-size: 1.35rem; letter-spacing: -0.01em; }
h3 { margin: 0 0 0.5rem; font-size: 1rem; }
.lead { margin: 0.4rem 0 1.5rem; color: var(--soft); }
.summary { margin: 0; padding: 1rem 1.25rem 1rem 2.25rem; background: var(--panel); border-radius: 8px; font-size: 1.05rem; }
.summary li { margin: 0.2rem 0; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; } .open { color: var(--open); }
.scroll, .plot { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.75rem; text-align: right; font-weight: inherit; border-bottom: 1px solid var(--grid); }
tbody th { text-align: left; white-space: nowrap; }
.results { width: 100%; }
.results thead th { white-space: nowrap; font-weight: 650; border-bottom: 3px solid var(--line); }
.results td { white-space: nowrap; }
.results .meaning { padding-left: 1.5rem; text-align: left; white-space: normal; color: var(--soft); font-size: 0.86rem;
  line-height: 1.35; min-width: 16rem; }
.results thead .meaning { font-weight: inherit; }
.results .part th { padding-left: 2rem; color: var(--soft); }
figure { margin: 0; }
svg { display: block; width: 100%; min-width: 680px; height: auto; font-size: 13px; }
svg.patterns { position: absolute; min-width: 0; width: 0; height: 0; }
svg text { fill: var(--soft); font-variant-numeric: tabular-nums; }
svg .label { font-weight: 650; fill: inherit; }
svg .note, svg .strong { fill: var(--text); }
svg .strong { font-weight: 600; }
svg .name { fill: var(--soft); font-size: 12.5px; font-weight: 400; }
svg .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
svg .grid { stroke: var(--grid); }
svg .base { stroke: var(--line); }
svg .kill { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .marker { stroke: var(--page); stroke-width: 1.5; }
svg .band { fill: var(--band); }
svg .bar-type { opacity: 0.62; }
figcaption { max-width: 46rem; margin: 0.75rem 0; color: var(--soft); font-size: 0.95rem; }
summary { cursor: pointer; color: var(--soft); font-size: 0.9rem; }
.data { margin: 0.5rem 0; font-size: 0.86rem; }
.data caption { padding-bottom: 0.4rem; text-align: left; color: var(--soft); }
.data th, .data td { padding: 0.15rem 0.75rem; }
.data thead th { font-weight: 600; }
pre { overflow-x: auto; padding: 0.9rem 1.1rem; background: var(--panel); border-radius: 8px;
  font: 0.86rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.command { white-space: pre-wrap; overflow-wrap: anywhere; }
.objection { margin: 1.5rem 0; padding: 1rem 1.25rem; border-left: 4px solid var(--bad); background: var(--panel); }
.objection pre { margin: 0; padding: 0; background: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 1rem 0; font-size: 0.95rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.aside, footer { color: var(--soft); font-size: 0.9rem; }
:focus-visible { outline: 2px solid var(--engine-0); outline-offset: 2px; }
@media (max-width: 720px) { .results .meaning { display: none; } dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .figure, .summary, tr, dl { break-inside: avoid; }
  h2 { break-after: avoid; margin-top: 1.5rem; }
  th, td { padding: 0.12rem 0.5rem; }
  svg { min-width: 0; }
  details { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
