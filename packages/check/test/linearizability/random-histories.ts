import fc from 'fast-check'
import type { CasRegisterInput, KvInput, Operation, RegisterInput, Value, Witness } from '../../src/index.ts'

const value = fc.integer({ min: 0, max: 2 })
const key = fc.constantFrom('x', 'y')

export const registerInput: fc.Arbitrary<RegisterInput> = fc.oneof(
  fc.record({ op: fc.constant('read' as const) }),
  fc.record({ op: fc.constant('write' as const), value }),
)

export const casRegisterInput: fc.Arbitrary<CasRegisterInput> = fc.oneof(
  registerInput,
  fc.record({ op: fc.constant('cas' as const), from: value, to: value }),
)

export const kvInput: fc.Arbitrary<KvInput> = fc.oneof(
  fc.record({ op: fc.constant('get' as const), key }),
  fc.record({ op: fc.constant('put' as const), key, value }),
  fc.record({ op: fc.constant('append' as const), key, value }),
  fc.record({ op: fc.constant('delete' as const), key }),
  fc.record({ op: fc.constant('cas' as const), key, from: fc.oneof(value, fc.constant(null)), to: value }),
)

/**
 * What an operation answers on a state, and the state after it: written apart from the models that are
 * tested.
 */
export function execute(
  state: Value,
  input: CasRegisterInput | KvInput,
): { after: Value; output: Value | undefined } {
  switch (input.op) {
    case 'read':
    case 'get':
      return { after: state, output: state }
    case 'write':
    case 'put':
      return { after: input.value, output: undefined }
    case 'append':
      return { after: state === null ? input.value : `${state}${input.value}`, output: undefined }
    case 'delete':
      return { after: null, output: state !== null }
    case 'cas':
      return state === input.from ? { after: input.to, output: true } : { after: state, output: false }
  }
}

/** How one operation of a random history comes to be. */
interface Seed<Input> {
  readonly input: Input
  readonly before: number
  readonly during: number
  readonly fate: 'answers' | 'effect, no answer' | 'no effect, no answer' | 'answer lost'
  /** Put in place of the right output now and then, to make histories that are wrong. */
  readonly wrongOutput: Value | undefined
  readonly wrong: boolean
  readonly witness: 'right' | 'wrong' | 'none'
  readonly wrongWitness: Witness
}

function seeds<Input>(input: fc.Arbitrary<Input>, most: number): fc.Arbitrary<Seed<Input>[]> {
  const seed = fc.record({
    input,
    before: fc.integer({ min: 0, max: 5 }),
    during: fc.integer({ min: 0, max: 5 }),
    fate: fc.constantFrom(
      ...([
        'answers',
        'answers',
        'answers',
        'effect, no answer',
        'no effect, no answer',
        'answer lost',
      ] as const),
    ),
    wrongOutput: fc.constantFrom<Value | undefined>(null, 0, 1, 2, true, false, undefined),
    wrong: fc.integer({ min: 0, max: 2 }).map((die) => die === 0),
    witness: fc.constantFrom(...(['right', 'right', 'right', 'wrong', 'none', 'none'] as const)),
    wrongWitness: fc.record({ index: fc.integer({ min: 0, max: 8 }), read: fc.boolean() }),
  })
  return fc.array(seed, { minLength: 1, maxLength: most })
}

/**
 * Histories of a true run with moments of effect two apart, in which some outputs and witnesses are then
 * falsified. A good part turn out not to be linearizable.
 */
export function histories<Input extends CasRegisterInput | KvInput>(
  input: fc.Arbitrary<Input>,
  most = 6,
): fc.Arbitrary<Operation<Input, Value>[]> {
  return seeds(input, most).map((all) => {
    const states = new Map<string | undefined, Value>()
    let index = 0
    return all.map((seed, client) => {
      const state = states.get(seed.input.key) ?? null
      const { after, output } = execute(state, seed.input)
      const happens = seed.fate !== 'no effect, no answer'
      if (happens) states.set(seed.input.key, after)
      if (happens && after !== state) index++
      return operationOf(seed, client, output, { index, read: happens && after === state })
    })
  })
}

function operationOf<Input>(
  seed: Seed<Input>,
  client: number,
  rightOutput: Value | undefined,
  rightWitness: Witness,
): Operation<Input, Value> {
  const moment = 2 * client
  const answers = seed.fate === 'answers' || seed.fate === 'answer lost'
  const output = seed.fate !== 'answers' ? undefined : seed.wrong ? seed.wrongOutput : rightOutput
  const witness = seed.witness === 'right' ? rightWitness : seed.wrongWitness
  return {
    client,
    input: seed.input,
    output,
    call: moment - seed.before,
    return: answers ? moment + seed.during : Infinity,
    ...(seed.witness !== 'none' && { witness }),
  }
}
