import fc from 'fast-check'
import type { CasRegisterInput, KvInput, Operation, Value } from '../../src/index.ts'
import { execute } from '../linearizability/random-histories.ts'

type Input = CasRegisterInput | KvInput
type Kind = Input['op']

/** What a history is made of. */
export interface Ingredients {
  readonly kinds: readonly Kind[]
  /** Whether values may be written again, a cas refused, and its answer lost. */
  readonly muddled: boolean
  readonly most: number
}

interface Seed {
  readonly kind: Kind
  readonly before: number
  readonly during: number
  readonly fate: 'answers' | 'effect, no answer' | 'no effect, no answer' | 'answer lost'
  /** What is muddled about it, if anything may be. */
  readonly muddle: number
  /** The operation whose value a read reports in place of what it saw; a cas says that it was refused. */
  readonly falsified: number | undefined
}

function seeds({ kinds, most }: Ingredients): fc.Arbitrary<Seed[]> {
  const fates = ['answers', 'answers', 'answers', 'effect, no answer', 'no effect, no answer', 'answer lost']
  const seed = fc.record({
    kind: fc.constantFrom(...kinds),
    before: fc.integer({ min: 0, max: 5 }),
    during: fc.integer({ min: 0, max: 5 }),
    fate: fc.constantFrom(...(fates as Seed['fate'][])),
    muddle: fc.integer({ min: 0, max: 9 }),
    falsified: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.nat(most) },
    ),
  })
  return fc.array(seed, { minLength: 1, maxLength: most })
}

/**
 * Histories of one register or key in which mostly no value is written twice: a true run with moments of
 * effect two apart, in which some reads then report what another operation wrote, earlier or later, and
 * some cas that they were refused.
 */
export function valueHistories(ingredients: Ingredients): fc.Arbitrary<Operation<Input, Value>[]> {
  return seeds(ingredients).map((all) => {
    let state: Value = null
    return all.map((seed, client) => {
      const input = inputOf(seed, client, state, ingredients)
      const { after, output } = execute(state, input)
      const isLost = seed.fate === 'answer lost' && (ingredients.muddled || input.op !== 'cas')
      const answers = seed.fate === 'answers' || isLost
      if (answers || seed.fate === 'effect, no answer') state = after
      return {
        client,
        input,
        output:
          answers && !isLost ? (falseOutput(seed, input, all.length, ingredients) ?? output) : undefined,
        call: 2 * client - seed.before,
        return: answers ? 2 * client + seed.during : Infinity,
      }
    })
  })
}

function inputOf(seed: Seed, client: number, state: Value, { kinds, muddled }: Ingredients): Input {
  const { kind: op, muddle } = seed
  const value = muddled && muddle < 2 ? muddle : writtenBy(client)
  const key = 'x'
  switch (op) {
    case 'read':
      return { op }
    case 'write':
      return { op, value }
    case 'get':
    case 'delete':
      return { op, key }
    case 'put':
    case 'append':
      return { op, key, value }
    case 'cas': {
      const from = muddled && muddle > 6 ? writtenBy(muddle - 7) : state
      // The others of a register's operations have no key either.
      return kinds.includes('read') ? { op, from, to: value } : { op, key, from, to: value }
    }
  }
}

/** What the operation of this client writes, unless it is muddled. */
function writtenBy(client: number): Value {
  return client + 10
}

function falseOutput(
  { falsified }: Seed,
  { op }: Input,
  length: number,
  { muddled }: Ingredients,
): Value | undefined {
  if (falsified === undefined) return undefined
  if (op === 'cas' && muddled) return false
  if (op !== 'read' && op !== 'get') return undefined
  const other = falsified % (length + 1)
  return other === length ? null : writtenBy(other)
}
