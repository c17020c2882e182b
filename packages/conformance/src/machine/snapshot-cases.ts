import { concatenate } from '@quorate/core'
import type { Random } from '@quorate/sim'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { type Applied, Machine, type Run, checkAlike, drain, forRuns } from './machine-run.ts'
import type { AnyMachineSubject } from './subject.ts'

const source = 'core, StateMachine.snapshot and restore'
/** "About 256 KiB", with a margin for the last item of a piece. */
const mostPieceBytes = 320 * 1024

/** What snapshots hold, and what becomes of them. */
export const snapshotCases: readonly CaseSpec<AnyMachineSubject>[] = [
  {
    name: 'a machine that is restored is as the one that the snapshot was taken of',
    rule: 'restore ∘ snapshot is the identity: digest, answers, and the effects of all that follows.',
    source,
    run(subject) {
      forRuns(subject, (run) => {
        const taken = run.random.integer(0, run.commands.length)
        const [original, rest] = until(subject, run.commands, taken)
        const copy = new Machine(subject).restore(drain(original.snapshot()))
        checkAlike(original, copy, run, rest, `seed ${run.seed}, restored after ${taken} commands`)
      })
    },
  },
  {
    name: 'a snapshot holds the state at one index, though commands follow while it is read',
    rule: 'A snapshot is the state as of the last command before it was taken, whatever is applied while it is read.',
    source: 'core, SnapshotSource',
    run(subject) {
      forRuns(subject, (run) => {
        const taken = run.random.integer(0, run.commands.length)
        const [original, rest] = until(subject, run.commands, taken)
        const [expected] = until(subject, run.commands, taken)
        const source = original.snapshot()
        const pieces: Uint8Array[] = []
        let next = 0
        do {
          const { length } = rest
          for (let i = run.random.integer(1, 20); i > 0 && next < length; i--) original.apply(rest[next++]!)
          const piece = source.next()
          if (piece === undefined) break
          pieces.push(piece.slice())
        } while (pieces.length < 100_000)
        source.close()
        const copy = new Machine(subject).restore(pieces)
        checkAlike(expected, copy, run, rest, `seed ${run.seed}, restored after ${taken} commands`)
      })
    },
  },
  {
    name: 'restore replaces all that was there',
    rule: '`restore` replaces the state: nothing of what the machine held before is left.',
    source,
    run(subject) {
      forRuns(subject, (run) => {
        const half = run.commands.length >> 1
        const [original] = until(subject, run.commands, half)
        const copy = new Machine(subject)
        copy.applyAll(run.commands.toReversed())
        copy.restore(drain(original.snapshot()))
        checkAlike(
          original,
          copy,
          run,
          run.commands.slice(half),
          `seed ${run.seed}, restored over another state`,
        )
        const empty = new Machine(subject).snapshotBytes()
        copy.restore([empty])
        checkAlike(
          new Machine(subject),
          copy,
          run,
          run.commands,
          `seed ${run.seed}, restored to the beginning`,
        )
      })
    },
  },
  {
    name: 'chunks may be cut anywhere',
    rule: 'The chunks arrive as written, though cut at other places: in single bytes, all in one, some of them empty.',
    source: 'core, StateMachine.restore',
    run(subject) {
      forRuns(subject, (run) => {
        const [original] = until(subject, run.commands, run.commands.length)
        const whole = original.snapshotBytes()
        const single = Array.from(whole.subarray(0, 20_000), (_, i) => whole.subarray(i, i + 1))
        const cuts = [[whole], [...single, whole.subarray(20_000)], cutAtRandom(whole, run.random)]
        for (const [i, chunks] of cuts.entries()) {
          const copy = new Machine(subject).restore(chunks)
          checkAlike(original, copy, run, [], `seed ${run.seed}, cut in ${['one', 'bytes', 'any way'][i]}`)
        }
      })
    },
  },
  {
    name: 'pieces are small',
    rule: 'Pieces are at most about 256 KiB, and none is empty.',
    source: 'core, SnapshotSource.next',
    run(subject) {
      forRuns(subject, ({ commands }) => {
        const [machine] = until(subject, commands, commands.length)
        for (const { length } of drain(machine.snapshot())) {
          check(length > 0 && length <= mostPieceBytes, () => `a piece of ${length} bytes`)
        }
      })
    },
  },
  {
    name: 'several snapshots go side by side, and outlive a restore',
    rule: 'A snapshot depends on nothing that happens after it was taken: closing another, or restoring its machine.',
    source: 'core, SnapshotSource',
    run(subject) {
      forRuns(subject, (run) => {
        const third = Math.floor(run.commands.length / 3)
        const machine = new Machine(subject)
        const empty = machine.snapshotBytes()
        machine.applyAll(run.commands.slice(0, third))
        const [first, early] = [machine.snapshot(), machine.snapshot()]
        early.next()
        early.close()
        machine.applyAll(run.commands.slice(third, 2 * third))
        const second = machine.snapshot()
        machine.restore([empty])
        for (const [count, source] of [
          [third, first],
          [2 * third, second],
        ] as const) {
          const [expected, rest] = until(subject, run.commands, count)
          const copy = new Machine(subject).restore(drain(source))
          checkAlike(expected, copy, run, rest, `seed ${run.seed}, the snapshot after ${count} commands`)
        }
      })
    },
  },
  {
    name: 'a snapshot goes through several machines',
    rule: 'A machine that was restored gives a snapshot of the same state.',
    source,
    run(subject) {
      forRuns(subject, (run: Run) => {
        const half = run.commands.length >> 1
        const [original, rest] = until(subject, run.commands, half)
        let copy = new Machine(subject).restore(drain(original.snapshot()))
        for (let i = 0; i < 3; i++) copy = new Machine(subject).restore(drain(copy.snapshot()))
        checkSame(copy.digest, original.digest, `seed ${run.seed}, after four restores: the digest`)
        checkAlike(original, copy, run, rest, `seed ${run.seed}, after four restores`)
      })
    },
  },
]

/** A machine after so many commands, and the commands that are left. */
function until(
  subject: AnyMachineSubject,
  commands: readonly Applied[],
  count: number,
): [Machine, readonly Applied[]] {
  const machine = new Machine(subject)
  machine.applyAll(commands.slice(0, count))
  return [machine, commands.slice(count)]
}

function cutAtRandom(whole: Uint8Array, random: Random): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < whole.length;) {
    const size = random.integer(0, random.chance(0.5) ? 5 : 2000)
    chunks.push(whole.subarray(at, at + size))
    at += size
  }
  return concatenate(chunks).length === whole.length ? chunks : [whole]
}
