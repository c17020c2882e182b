import type { Comparison } from '../../compare/comparison.ts'
import { describeEnvironment, describeWorkload } from '../describe-settings.ts'
import { countOf, formatNumber } from '../format-number.ts'
import { markup, type Markup } from './markup.ts'

/** All that one needs to do the same again. */
export function repeatSection({ settings, runs }: Comparison): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ['engines', settings.engines.join(', ')],
    ['state machine', settings.machine],
    [
      'replicas',
      `${countOf(settings.replicas, 'process', 'processes')} on this machine, each with its own disk log`,
    ],
    ['clients', `${countOf(settings.clients, 'client')}, each with one operation under way at a time`],
    ['load', `${settings.seconds} s for each engine`],
    ['workload', describeWorkload(settings)],
    ['keys', `${countOf(settings.keys, 'key')}, values of ${countOf(settings.valueBytes, 'byte')}`],
    ['seed', String(settings.seed)],
    ['machine', describeEnvironment(settings)],
    ['started', settings.startedAt],
    ...runs.map(({ engine, details }) => [`operations, ${engine}`, kinds(details.operations)] as const),
  ]
  return markup`
<section id="repeat">
<h2>How to repeat this</h2>
<pre class="command">${settings.command}</pre>
<dl>
${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}
</dl>
<p class="aside">Every engine ran by itself, one after the other, with the same operations from the same seed. It is one
run on one machine: take ratios from it rather than absolute figures, and differences of a few per cent as none.</p>
</section>`
}

function kinds(operations: Readonly<Record<string, number>>): string {
  return Object.entries(operations)
    .map(([kind, count]) => `${formatNumber(count, 0)} ${kind}`)
    .join(', ')
}
