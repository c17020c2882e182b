import type { RunResult } from '../../compare/comparison.ts'
import { countOf, formatNumber } from '../format-number.ts'
import { markup, type Content, type Markup } from './markup.ts'
import { wasKilled } from './run-time.ts'

/** What came out, in a few sentences. */
export function summary(runs: readonly RunResult[]): Markup {
  const sentences = [throughput(runs), recovery(runs), history(runs), digests(runs)]
  const items = sentences.filter((sentence) => sentence !== undefined)
  return markup`<ul class="summary">
${items.map((sentence) => markup`<li>${sentence}</li>`)}
</ul>`
}

/** `a, b and c` */
export function listed(parts: readonly Content[]): Content {
  return parts.map((part, i) => [i === 0 ? '' : i === parts.length - 1 ? ' and ' : ', ', part])
}

function throughput(runs: readonly RunResult[]): Markup | undefined {
  const fastest = measured(runs, (run) => run.commitsPerSecond).toSorted((a, b) => b.value - a.value)
  const [best, ...others] = fastest
  if (best === undefined) return undefined
  const ratios = others.map(({ run, value }) => {
    const ratio = formatNumber(best.value / value, 2)
    return markup`${ratio} × <b>${run.engine}</b> (${formatNumber(value, 0)})`
  })
  const beside = ratios.length > 0 && markup`: ${listed(ratios)}`
  const rate = `${formatNumber(best.value, 0)} operations a second`
  return markup`<b>${best.run.engine}</b> acknowledged ${rate}${beside}.`
}

function recovery(runs: readonly RunResult[]): Markup | undefined {
  const known = measured(runs, (run) => run.recoveryMs).toSorted((a, b) => a.value - b.value)
  if (known.length === 0) return undefined
  const times = known.map(({ run, value }) => markup`${formatNumber(value, 0)} ms with <b>${run.engine}</b>`)
  return markup`After its leader was killed, the cluster served nobody for ${listed(times)}.`
}

function history(runs: readonly RunResult[]): Markup {
  const wrong = runs.filter((run) => run.linearizable === 'no')
  const open = runs.filter((run) => run.linearizable === 'unknown')
  if (wrong.length > 0) {
    return markup`<span class="bad">✗ Not linearizable:</span> the history of ${listed(wrong.map(bold))}.`
  }
  if (open.length > 0) {
    const names = listed(open.map(bold))
    return markup`<span class="open">? Not known to be linearizable:</span> the history of ${names}.`
  }
  const checked = runs.reduce((sum, run) => sum + run.operationsChecked, 0)
  const kill = runs.some(wasKilled) && ', those under way during the kill included'
  return markup`<span class="good">✓ Linearizable:</span> ${countOf(checked, 'operation')} checked${kill}.`
}

function digests(runs: readonly RunResult[]): Markup {
  const wrong = runs.filter((run) => !run.digestsEqual)
  if (wrong.length > 0) {
    const names = listed(wrong.map(bold))
    return markup`<span class="bad">✗ Replicas differ</span> at the end of the run of ${names}.`
  }
  const kill = runs.some(wasKilled) && ', the killed ones included'
  return markup`<span class="good">✓ Replicas agree:</span> at the end all hold the same data${kill}.`
}

function bold(run: RunResult): Markup {
  return markup`<b>${run.engine}</b>`
}

function measured(
  runs: readonly RunResult[],
  valueOf: (run: RunResult) => number,
): readonly { readonly run: RunResult; readonly value: number }[] {
  return runs.map((run) => ({ run, value: valueOf(run) })).filter(({ value }) => Number.isFinite(value))
}
