import type { CaseSpec } from '../suite/case.ts'
import { checkSame, isSame, show } from '../suite/compare.ts'
import { breach, check } from '../suite/failure.ts'
import { Machine, forRuns } from './machine-run.ts'
import type { AnyMachineSubject } from './subject.ts'

const source = 'core, StateMachine'

/** What commands and queries do. */
export const applyCases: readonly CaseSpec<AnyMachineSubject>[] = [
  {
    name: 'equal commands in equal order have equal effects',
    rule: 'Equal commands in equal order give equal results, changes and digests, whether or not they were encoded on the way.',
    source,
    run(subject) {
      const { command } = subject.definition.codecs
      forRuns(subject, ({ seed, commands }) => {
        const [left, right] = [new Machine(subject), new Machine(subject)]
        for (const [i, { command: given, at }] of commands.entries()) {
          const effect = left.apply({ command: given, at })
          const other = right.apply({ command: command.decode(command.encode(given)), at: { ...at } })
          checkSame(other, effect, `seed ${seed}, command ${i + 1} ${show(given)} had another effect`)
        }
      })
    },
  },
  {
    name: 'machines share nothing',
    rule: 'Each `create` gives a machine of its own: what one is told does not reach another.',
    source: 'core, MachineDefinition.create',
    run(subject) {
      forRuns(subject, (run) => {
        const idle = new Machine(subject)
        const before = [idle.digest, idle.askAll(run.queries)]
        new Machine(subject).applyAll(run.commands)
        checkSame([idle.digest, idle.askAll(run.queries)], before, `seed ${run.seed}: an idle machine became`)
        checkSame(new Machine(subject).digest, before[0], `seed ${run.seed}: a new machine begins with`)
      })
    },
  },
  {
    name: 'no command throws',
    rule: 'No command throws that decodes, however little sense it makes: a refusal is a result like any other.',
    source,
    run(subject) {
      const { command } = subject.definition.codecs
      forRuns(subject, ({ seed, random, commands }) => {
        const machine = new Machine(subject)
        for (const applied of commands) {
          attempt(() => machine.apply(applied), `seed ${seed}: applying ${show(applied.command)}`)
          const bytes = command.encode(applied.command).slice()
          for (let i = random.integer(1, 3); i > 0 && bytes.length > 0; i--) {
            bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255)
          }
          let changed: unknown
          try {
            changed = command.decode(bytes)
          } catch {
            continue
          }
          attempt(
            () => machine.apply({ ...applied, command: changed }),
            `seed ${seed}: applying ${show(changed)}`,
          )
        }
      })
    },
  },
  {
    name: 'a query changes nothing',
    rule: '`query` reads: after it the machine is as before, and goes on as one that was never asked.',
    source: 'core, StateMachine.query',
    run(subject) {
      forRuns(subject, ({ seed, commands, queries }) => {
        const [asked, silent] = [new Machine(subject), new Machine(subject)]
        for (const [i, applied] of commands.entries()) {
          checkSame(
            asked.apply(applied),
            silent.apply(applied),
            `seed ${seed}: after queries, command ${i + 1}`,
          )
          const before = asked.digest
          const query = queries[i % queries.length]
          const answer = attempt(() => asked.ask(query), `seed ${seed}: the query ${show(query)}`)
          checkSame(asked.digest, before, `seed ${seed}: the digest after the query ${show(query)}`)
          checkSame(asked.ask(query), answer, `seed ${seed}: the second answer to ${show(query)}`)
        }
        checkSame(asked.askAll(queries), silent.askAll(queries), `seed ${seed}: the answers at the end`)
      })
    },
  },
  {
    name: 'different states have different digests',
    rule: 'States that can be told apart by a query have different digests, almost surely; equal states have equal ones.',
    source: 'core, StateMachine.digest',
    run(subject) {
      forRuns(subject, ({ seed, commands, queries }) => {
        const known = new Map<number, Uint8Array[]>()
        const machine = new Machine(subject)
        for (const [i, applied] of commands.entries()) {
          const { digest } = machine.apply(applied)
          const answers = machine.askAll(queries)
          const other = known.get(digest) ?? answers
          if (!isSame(other, answers)) {
            breach(
              `seed ${seed}: after command ${i + 1} ${show(applied.command)} the answers changed, the digest did not`,
            )
          }
          known.set(digest, answers)
        }
      })
    },
  },
  {
    name: 'the digest is a safe integer',
    rule: 'A digest is a safe integer: replicas compare them with ===.',
    source: 'core, StateMachine.digest',
    run(subject) {
      forRuns(subject, ({ commands }) => {
        for (const { digest } of new Machine(subject).applyAll(commands)) {
          check(Number.isSafeInteger(digest), () => `the digest ${digest}`)
        }
      })
    },
  },
]

/** Runs what may not throw. */
function attempt<T>(action: () => T, what: string): T {
  try {
    return action()
  } catch (error) {
    return breach(`${what} threw ${String(error)}`, error)
  }
}
