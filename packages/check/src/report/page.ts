import { markup, verbatim } from './markup.ts'
import type { Markup } from './markup.ts'
import { pageStyle } from './style.ts'

/** What every report says at its top. */
export interface PageHead {
  /** The history's name. */
  readonly title: string
  readonly verdict: string
  /** What it was judged by. */
  readonly model: string
  /** The first line that is also printed: the verdict, and how much was judged. */
  readonly summary: string | undefined
  /** The explanation that is also printed, without its first line. */
  readonly explanation: readonly string[]
}

/** The page may load nothing and run nothing, wherever it is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/**
 * One page that needs nothing else: no network and no scripts. What shows on hover and focus is done by its style
 * sheet.
 */
export function page(
  { title, verdict, model, summary, explanation }: PageHead,
  rules: string,
  body: Markup,
): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${title}: ${verdict}</title>
        <link rel="icon" href="data:," />
        <style>
          ${verbatim(pageStyle)}
          ${verbatim(rules)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="verdict ${toneOf(verdict)}">
            <span aria-hidden="true">${signOf(verdict)}</span> ${verdict}
          </p>
          <p class="lead">${summary?.slice(verdict.length + 2)}; model: ${model}</p>
          ${explanation.length > 0 && markup`<pre tabindex="0" aria-label="explanation">${explanation.join('\n')}</pre>`}
        </header>
        <main>${body}</main>
        <footer>
          <p>Made by Quorate: <code>quorate check --report</code></p>
        </footer>
      </body>
    </html> `.text
}

/** A verdict's look: good, bad or open. */
export function toneOf(verdict: string): 'good' | 'bad' | 'open' {
  if (verdict === 'unknown') return 'open'
  return verdict.startsWith('not ') ? 'bad' : 'good'
}

/** A verdict is told by a sign as well as by its colour. */
export function signOf(verdict: string): string {
  return { good: '✓', bad: '✕', open: '?' }[toneOf(verdict)]
}
