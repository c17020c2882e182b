const light = `--page: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --grid: #e7ebef; --panel: #f5f7f9;
--good: #1a6e37; --bad: #b3261e; --open: #7a5c00; --bar: #dbe7f3; --edge: #0072b2; --path: #a03c78;`

const dark = `--page: #14171b; --text: #e8ebee; --soft: #a3adb8; --line: #3b434c; --grid: #282e35; --panel: #1d2227;
--good: #5fd38a; --bad: #ff8a80; --open: #e3c62f; --bar: #22384a; --edge: #5ab8ee; --path: #e795c6;`

/** The style sheet of every report: light or dark as the reader has it, and fit for print. */
export const pageStyle: string = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 1200px; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
h1 { margin: 0; font-size: 1.8rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.3rem; overflow-wrap: anywhere; }
.verdict { margin: 0.5rem 0 0; font-size: 1.2rem; font-weight: 650; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
.lead, .note, figcaption, summary, footer { color: var(--soft); }
.note, figcaption, summary, footer { font-size: 0.92rem; }
pre { overflow-x: auto; padding: 0.9rem 1.1rem; background: var(--panel); border-radius: 8px;
  font: 0.86rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
figure { margin: 0; }
.plot, .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
.scroll { max-height: 32rem; overflow-y: auto; }
svg { display: block; font-size: 12.5px; font-variant-numeric: tabular-nums; }
svg text { fill: var(--text); }
svg .soft { fill: var(--soft); }
svg .lane { stroke: var(--grid); }
svg .bar { fill: var(--bar); stroke: var(--edge); }
svg .pending { stroke-dasharray: 6 4; }
svg .broken .bar { stroke: var(--bad); stroke-width: 3; stroke-dasharray: 2 2; }
svg .mark { fill: var(--bad); font-weight: 700; }
svg .op { cursor: default; }
svg .op:hover .bar, svg .op:focus .bar { stroke: var(--text); stroke-width: 2.5; }
svg .op:target .bar { stroke: var(--bad); stroke-width: 4; }
svg .order { display: none; pointer-events: none; }
svg .order.first { display: inline; }
svg .path { fill: none; stroke: var(--path); stroke-width: 1.6; }
svg .point { fill: var(--page); stroke: var(--path); stroke-width: 1.6; }
svg .place { fill: var(--path); font-weight: 650; font-size: 11px; paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
svg .arrow { fill: none; stroke: var(--edge); stroke-width: 1.8; }
svg .arrow.back { stroke: var(--bad); stroke-dasharray: 7 4; }
svg .head { fill: var(--edge); } svg .head.back { fill: var(--bad); }
svg .box { fill: var(--panel); stroke: var(--edge); }
svg .strong { font-weight: 650; }
table { border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
caption { padding: 0.5rem 0.75rem; text-align: left; color: var(--soft); }
th, td { padding: 0.25rem 0.75rem; text-align: left; border-bottom: 1px solid var(--grid); vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--page); }
td.number { text-align: right; }
tr.broken { font-weight: 650; }
details { margin: 0.75rem 0; }
summary { cursor: pointer; }
a { color: var(--edge); }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--edge); outline-offset: 2px; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { max-height: none; } }
`
