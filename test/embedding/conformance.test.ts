import { machineSuite } from '@quorate/conformance'
import { defineMachine } from 'quorate'
import { describe, it } from 'vitest'

type Command = { readonly add: number; readonly to: string }

/** Totals by name, in the few lines that it takes. */
const tally = defineMachine({
  name: 'tally',
  initial: {} as Readonly<Record<string, number>>,
  apply(totals, { add, to }: Command, { time }) {
    const isAllowed = Number.isSafeInteger(add) && Math.abs(add) < 1e6
    if (!isAllowed) return [totals, { refused: true, time }]
    const total = (totals[`=${to}`] ?? 0) + add
    return [
      { ...totals, [`=${to}`]: total },
      { refused: false, time, total },
    ]
  },
  query: (totals, name: string) => ({ total: totals[`=${name}`] ?? 0, names: Object.keys(totals).length }),
})

const suite = machineSuite({
  definition: tally,
  command: (random) => ({
    add: random.chance(0.1) ? 1e9 : random.integer(-9, 9),
    to: random.pick(['a', 'b', '']),
  }),
  query: (random) => random.pick(['a', 'b', 'c', '']),
})

describe(`defineMachine: ${suite.name}`, () => {
  for (const { name, run } of suite.cases) it(name, run)
})
