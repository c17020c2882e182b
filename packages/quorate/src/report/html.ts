import type { Comparison, RunResult } from '../compare/comparison.ts'
import { describeSettings } from './describe-settings.ts'
import { latencyFigure } from './html/latency-figure.ts'
import { markup, type Markup } from './html/markup.ts'
import { messagesFigure, stripePatterns } from './html/messages-figure.ts'
import { outageFigure } from './html/outage-figure.ts'
import { repeatSection } from './html/repeat-section.ts'
import { resultsTable } from './html/results-table.ts'
import { wasKilled } from './html/run-time.ts'
import { style } from './html/style.ts'
import { listed, summary } from './html/summary.ts'
import { throughputFigure } from './html/throughput-figure.ts'

/** Forbids the page whatever it does not need: it loads nothing and runs nothing, wherever it is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/**
 * The comparison as one page that needs nothing else: no network, no scripts. It follows the reader's light or dark
 * setting, and prints.
 */
export function formatHtml(comparison: Comparison): string {
  const { settings, runs } = comparison
  const title = markup`${listed(runs.map((run) => run.engine))}${runs.length > 1 && ', side by side'}`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="Quorate ${settings.environment.version}">
<title>Quorate: ${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="lead">${describeSettings(settings)}</p>
${summary(runs)}
</header>
<main>
${stripePatterns(runs.length)}
${resultsTable(runs)}
${runs.length > 0 && figures(runs)}
${repeatSection(comparison)}
</main>
<footer><p>Made by Quorate ${settings.environment.version}: <code>quorate compare</code></p></footer>
</body>
</html>
`.text
}

function figures(runs: readonly RunResult[]): Markup {
  return markup`
${throughputFigure(runs)}
${runs.some(wasKilled) && outageFigure(runs)}
${latencyFigure(runs)}
${messagesFigure(runs)}`
}
