import { parseScenario, playMoves, runScenario } from '@quorate/scenario'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engines } from './engines.ts'

const node = fc.integer({ min: 1, max: 3 })
const text = fc.constantFrom('a', '"b c"', '"\\u0000"')
const line = (strings: TemplateStringsArray, ...parts: fc.Arbitrary<unknown>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((values) => String.raw({ raw: strings }, ...values))

/** A line that is right as a line; whether it can be carried out depends. */
const statement = fc.oneof(
  { weight: 4, arbitrary: line`run ${fc.constantFrom('10ms', '60ms', '400ms', '1s')}` },
  { weight: 3, arbitrary: line`propose ${node} ${text}` },
  { weight: 2, arbitrary: line`read ${node} ${fc.constantFrom('linearizable', 'sequential', '')}` },
  { weight: 2, arbitrary: line`timeout ${node}` },
  {
    weight: 2,
    arbitrary: line`reconfigure ${node} ${fc.constantFrom('voters 1 2', 'voters 1 2 3', 'weights 2=2 3 observers 1', 'grid 1 2 | 3')}`,
  },
  { weight: 2, arbitrary: line`transfer ${node} to ${node}` },
  { weight: 3, arbitrary: fc.constantFrom('deliver', 'deliver all', 'settle', 'heal', 'elect') },
  { weight: 3, arbitrary: line`deliver ${node} -> ${node}${fc.constantFrom('', ' #2', ' all')}` },
  line`drop ${node} -> ${node}`,
  line`duplicate ${node} -> ${node}`,
  line`hold ${node} -> ${node}`,
  line`cut ${node} ${fc.constantFrom('', '->')} ${node}`,
  line`${fc.constantFrom('isolate', 'rejoin', 'restart', 'start', 'freeze', 'thaw', 'snapshot')} ${node}`,
  line`crash ${node} ${fc.constantFrom('', 'before fsync', 'after fsync')}`,
  line`${fc.constantFrom('pause', 'resume')} writes ${node}`,
  line`persist ${node}`,
  line`clock ${node} rate ${fc.constantFrom('0.25', '1', '3')}`,
  fc.constant('release'),
)

describe.each(engines)('random scripts on $name', (engine) => {
  it('break no invariant, and are their moves', () => {
    const property = fc.property(fc.array(statement, { minLength: 5, maxLength: 40 }), (lines) => {
      // What cannot be done as things stand ends a run, so each line is tried alone, behind those that could be done.
      const possible: string[] = []
      for (const candidate of lines) {
        const script = [...possible, candidate].join('\n')
        if (isScript(script) && runScenario(script, { engine }).ok) possible.push(candidate)
      }
      const result = runScenario(possible.join('\n'), { engine })
      expect(result.violations).toEqual([])
      expect(playMoves({ definition: engine.create({}), replicas: 3 }, result.moves).moves).toEqual(
        result.moves,
      )
    })
    fc.assert(property, { numRuns: 15, seed: 3 })
  })
})

function isScript(script: string): boolean {
  try {
    parseScenario(script)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'USAGE' })
    return false
  }
}

it('no text makes the parser fail in any other way than by saying what is wrong', () => {
  const words = fc.constantFrom(
    'elect',
    'expect',
    'cut',
    'engine',
    'only',
    '1',
    '2',
    '->',
    '|',
    ':',
    '{',
    '}',
    '#1',
    '"',
    '"a"',
    'all',
    'until',
  )
  const soup = fc.array(fc.oneof(words, fc.string({ maxLength: 4, unit: 'binary' })), { maxLength: 12 })
  const property = fc.property(soup, fc.constantFrom(' ', '\n', ''), (pieces, glue) => {
    isScript(pieces.join(glue))
  })
  fc.assert(property, { numRuns: 1_500, seed: 5 })
})
