import type { Codec } from '@quorate/core'
import type { Random } from '@quorate/sim'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame, codeOf, isCode, show } from '../suite/compare.ts'
import { breach, check } from '../suite/failure.ts'
import { Machine, forRuns } from './machine-run.ts'
import type { AnyMachineSubject } from './subject.ts'

const source = 'core, Codec'

/** A value of each kind that a run came across, in bytes. */
interface Sample {
  readonly kind: 'command' | 'result' | 'query' | 'answer' | 'change'
  readonly bytes: Uint8Array
}

/** How bytes are read. */
export const encodingCases: readonly CaseSpec<AnyMachineSubject>[] = [
  {
    name: 'what is encoded can be decoded, and encodes the same',
    rule: 'Commands, results, queries, answers and changes come back from their encodings.',
    source,
    run(subject) {
      forSamples(subject, ({ kind, bytes }) => {
        const codec: Codec<unknown> = subject.definition.codecs[kind]
        const again = codec.encode(codec.decode(bytes.slice()))
        checkSame(again, bytes, `a ${kind} encoded, decoded and encoded again`)
      })
    },
  },
  {
    name: 'a query means the same when it has been encoded',
    rule: 'Queries come back from their encoding: the answers are equal.',
    source,
    run(subject) {
      const { query } = subject.definition.codecs
      forRuns(subject, ({ seed, commands, queries }) => {
        const machine = new Machine(subject)
        machine.applyAll(commands)
        for (const given of queries) {
          const answer = machine.ask(query.decode(query.encode(given)))
          checkSame(
            answer,
            machine.ask(given),
            `seed ${seed}: the answer to ${show(given)}, encoded and decoded`,
          )
        }
      })
    },
  },
  {
    name: 'bytes that are no encoding are refused',
    rule: '`decode` gives a value or throws a QuorateError, for any bytes: never another exception.',
    source,
    run(subject) {
      forSamples(subject, ({ kind, bytes }, random) => {
        if (random.chance(0.8)) return
        const codec: Codec<unknown> = subject.definition.codecs[kind]
        for (const given of spoiled(bytes, random)) {
          const code = codeOf(() => codec.decode(given))
          check(code === 'none' || isCode(code), () => `a ${kind} of bytes ${show(given)}: ${code}`)
        }
      })
    },
  },
  {
    name: 'a snapshot that is cut short or has something behind it is refused',
    rule: '`restore` throws a QuorateError with code DECODE if the chunks are not a snapshot, one without its end included.',
    source: 'core, StateMachine.restore',
    run(subject) {
      forRuns(subject, ({ seed, random, commands }) => {
        const machine = new Machine(subject)
        machine.applyAll(commands)
        const whole = machine.snapshotBytes()
        const lengths = [
          0,
          1,
          whole.length - 1,
          ...Array.from({ length: 12 }, () => random.integer(0, whole.length - 1)),
        ]
        for (const length of lengths) {
          const code = codeOf(() => new Machine(subject).restore([whole.subarray(0, length)]))
          check(code === 'DECODE', () => `seed ${seed}: ${length} of ${whole.length} bytes restored: ${code}`)
        }
        const code = codeOf(() => new Machine(subject).restore([whole, Uint8Array.of(0)]))
        check(code === 'DECODE', () => `seed ${seed}: a byte behind the end, restored: ${code}`)
        check(
          codeOf(() => new Machine(subject).restore([])) === 'DECODE',
          () => 'a snapshot of no chunks was restored',
        )
      })
    },
  },
  {
    name: 'a corrupt snapshot does no harm',
    rule: '`restore` gives a state or throws a QuorateError, for any chunks; the state it gives can be used.',
    source: 'core, StateMachine.restore',
    run(subject) {
      forRuns(subject, ({ seed, random, commands, queries }) => {
        const original = new Machine(subject)
        original.applyAll(commands.slice(0, 20))
        for (const given of spoiled(original.snapshotBytes(), random)) {
          const machine = new Machine(subject)
          const code = codeOf(() => machine.restore([given]))
          check(code === 'none' || isCode(code), () => `seed ${seed}: restoring ${show(given)}: ${code}`)
          if (code !== 'none') continue
          try {
            machine.askAll(queries)
            machine.applyAll(commands)
          } catch (error) {
            breach(`seed ${seed}: restored from corrupt bytes, it throws ${String(error)}`, error)
          }
        }
      })
    },
  },
]

/** Calls `use` with values of every kind. */
function forSamples(subject: AnyMachineSubject, use: (sample: Sample, random: Random) => void): void {
  const { codecs } = subject.definition
  forRuns(subject, ({ random, commands, queries }) => {
    const machine = new Machine(subject)
    for (const [i, applied] of commands.entries()) {
      use({ kind: 'command', bytes: codecs.command.encode(applied.command) }, random)
      const { result, changes } = machine.apply(applied)
      use({ kind: 'result', bytes: result }, random)
      for (const bytes of changes) use({ kind: 'change', bytes }, random)
      const query = queries[i % queries.length]
      use({ kind: 'query', bytes: codecs.query.encode(query) }, random)
      use({ kind: 'answer', bytes: machine.ask(query) }, random)
    }
  })
}

/** The bytes, spoiled in several ways: cut, lengthened, changed, and others altogether. */
function spoiled(bytes: Uint8Array, random: Random): Uint8Array[] {
  const all = [new Uint8Array(0), Uint8Array.of(...bytes.subarray(0, 5000), random.integer(0, 255))]
  for (let i = 0; i < 3; i++) all.push(bytes.slice(0, random.integer(0, Math.max(0, bytes.length - 1))))
  for (let i = 0; i < 6 && bytes.length > 0; i++) {
    const changed = bytes.slice()
    for (let j = random.integer(1, 3); j > 0; j--) {
      changed[random.integer(0, bytes.length - 1)] = random.integer(0, 255)
    }
    all.push(changed)
  }
  const kept = bytes.subarray(0, random.integer(0, Math.min(6, bytes.length)))
  const garbage = Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 255))
  all.push(Uint8Array.of(...kept, ...garbage))
  return all
}
