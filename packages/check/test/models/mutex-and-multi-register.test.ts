import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MultiRegisterInput, MultiRegisterOutput, Operation, Value } from '../../src/index.ts'
import { checkHistory, checkLinearizability, checkWithWitness, multiRegister } from '../../src/index.ts'

/** Events of EDN, invoked and answered one after the other: `process f value`, with `!` where it never answers. */
function edn(...events: readonly string[]): string {
  return events
    .map((event) => {
      const [process, type, f, ...value] = event.split(' ')
      return `{:process ${process}, :type :${type}, :f :${f}, :value ${value.join(' ') || 'nil'}}`
    })
    .join('\n')
}

describe('mutex', () => {
  const held = ['0 invoke acquire', '0 ok acquire']
  test.each([
    ['linearizable', [...held, '0 invoke release', '0 ok release', '1 invoke acquire', '1 ok acquire']],
    ['not linearizable', [...held, '1 invoke acquire', '1 ok acquire']],
    ['linearizable', [...held, '1 invoke acquire', '1 fail acquire']],
    ['linearizable', [...held, '0 invoke release', '1 invoke acquire', '1 ok acquire']],
    ['linearizable', [...held, '0 invoke release', '0 info release', '1 invoke acquire', '1 ok acquire']],
    ['not linearizable', ['0 invoke release', '0 ok release']],
  ])('%s: %j', (verdict, events) => {
    expect(checkHistory(edn(...events), 'h.edn', 'mutex').verdict).toBe(verdict)
  })

  test('locks with different keys are different locks', () => {
    const text = ['a', 'b']
      .map((key, at) => `{"client":${at},"op":"acquire","key":"${key}","call":0,"return":1}`)
      .join('\n')
    expect(checkHistory(text, 'h.jsonl', 'mutex')).toMatchObject({ verdict: 'linearizable', partitions: 2 })
  })

  test('there is nothing else to do with a lock', () => {
    expect(() => checkHistory(edn('0 invoke steal'), 'h.edn', 'mutex')).toThrow(
      'line 1: the model mutex has no operation steal; expected acquire or release',
    )
  })
})

describe('multi-register', () => {
  const write = (value: string): string[] => [
    `0 invoke txn [[:write :x ${value}] [:write :y ${value}]]`,
    `0 ok txn [[:write :x ${value}] [:write :y ${value}]]`,
  ]
  const read = (x: string, y: string): string[] => [
    '1 invoke txn [[:read :x nil] [:read :y nil]]',
    `1 ok txn [[:read :x ${x}] [:read :y ${y}]]`,
  ]
  test.each([
    ['linearizable', [...write('1'), ...read('1', '1')]],
    ['not linearizable', [...write('1'), ...read('1', '0')]],
    ['linearizable', read('0', '0')],
    ['linearizable', [...write('1'), ...read('1', 'nil')]], // not recorded
    ['not linearizable', [...write('1'), ...write('2'), ...read('1', '1')]],
    ['not linearizable', [...write('1'), ...write('2'), ...read('2', '1')]],
  ])('%s: %j', (verdict, events) => {
    expect(checkHistory(edn(...events), 'h.edn', 'multi-register').verdict).toBe(verdict)
  })

  test('what no transaction connects is judged apart', () => {
    const transaction = (...keys: readonly string[]): Operation<MultiRegisterInput, MultiRegisterOutput> => ({
      client: 0,
      input: { steps: keys.map((key) => ({ op: 'write', key, value: 1 })) },
      output: undefined,
      call: 0,
      return: 1,
    })
    const history = [transaction('a', 'b'), transaction('b', 'c'), transaction('d'), transaction('c')]
    expect(checkLinearizability(multiRegister(), history).partitions).toBe(2)
  })

  test('the verdict is that of all orders', () => {
    const step = fc.record({
      op: fc.constantFrom('read', 'write'),
      key: fc.constantFrom('x', 'y', 'z'),
      value: fc.constantFrom<Value>(null, 1, 2),
    })
    const one = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 2 }),
      call: fc.nat(6),
      length: fc.nat(6),
      answers: fc.constantFrom(true, true, true, false),
    })
    const seen = { linearizable: 0, 'not linearizable': 0, unknown: 0 }
    const property = fc.property(fc.array(one, { maxLength: 5 }), (made) => {
      const history = made.map(({ steps, call, length, answers }, client): Recorded => {
        const input = steps.map(({ op, key, value }) => (op === 'read' ? { op, key } : { op, key, value }))
        const reads = steps.filter(({ op }) => op === 'read').map(({ value }) => value)
        return {
          client,
          input: { steps: input as MultiRegisterInput['steps'] },
          output: answers ? reads : undefined,
          call,
          return: answers ? call + length : Infinity,
        }
      })
      const truth = hasOrder(history, new Map()) ? 'linearizable' : 'not linearizable'
      expect(checkLinearizability(multiRegister(), history).verdict).toBe(truth)
      expect(checkWithWitness(multiRegister(), history).verdict).toBe(truth)
      seen[truth]++
    })
    fc.assert(property, { numRuns: 1500, seed: 31 })
    expect(Math.min(seen.linearizable, seen['not linearizable'])).toBeGreaterThan(200)
  })
})

type Recorded = Operation<MultiRegisterInput, MultiRegisterOutput>

function hasOrder(left: readonly Recorded[], state: ReadonlyMap<string, unknown>): boolean {
  if (left.every((one) => one.return === Infinity)) return true
  return left.some((first) => {
    if (left.some((other) => other.return < first.call)) return false
    const after = new Map(state)
    let reads = 0
    for (const step of first.input.steps) {
      if (step.op === 'write') after.set(step.key, step.value)
      else if (first.output !== undefined && (after.get(step.key) ?? null) !== first.output[reads++])
        return false
    }
    return hasOrder(
      left.filter((other) => other !== first),
      after,
    )
  })
}
