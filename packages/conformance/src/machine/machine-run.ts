import { type ApplyContext, type SnapshotSource, concatenate } from '@quorate/core'
import { Random } from '@quorate/sim'
import { checkSame } from '../suite/compare.ts'
import { breach } from '../suite/failure.ts'
import type { AnyMachineSubject } from './subject.ts'

/** A command, and when it is applied. */
export interface Applied {
  readonly command: unknown
  readonly at: ApplyContext
}

/** What one command led to, in bytes. */
export interface Effect {
  readonly result: Uint8Array
  readonly changes: readonly Uint8Array[]
  readonly digest: number
}

/** A machine of the subject’s, looked at through its encodings: what they do not tell does not count. */
export class Machine {
  private readonly subject: AnyMachineSubject
  private readonly machine: ReturnType<AnyMachineSubject['definition']['create']>
  /** One object for all calls, as a host may use it, overwritten after each. */
  private readonly context: { -readonly [K in keyof ApplyContext]: ApplyContext[K] } = {
    index: 0,
    epoch: 0,
    time: 0,
    request: undefined,
  }

  /** The changes of the last command, and how many there were when it returned. */
  private lastTold: { told: readonly unknown[]; count: number } = { told: [], count: 0 }

  constructor(subject: AnyMachineSubject) {
    this.subject = subject
    this.machine = subject.definition.create()
  }

  get digest(): number {
    return this.machine.digest()
  }

  apply({ command, at }: Applied): Effect {
    const { codecs } = this.subject.definition
    const changes: unknown[] = []
    const { told, count } = this.lastTold
    if (told.length !== count) breach('a change was reported after apply had returned')
    Object.assign(this.context, at)
    const result: unknown = this.machine.apply(command, this.context, changes)
    Object.assign(this.context, { index: -1, epoch: -1, time: -1, request: undefined })
    this.lastTold = { told: changes, count: changes.length }
    return {
      result: codecs.result.encode(result),
      changes: changes.map((change) => codecs.change.encode(change)),
      digest: this.digest,
    }
  }

  applyAll(commands: readonly Applied[]): Effect[] {
    return commands.map((applied) => this.apply(applied))
  }

  ask(query: unknown): Uint8Array {
    return this.subject.definition.codecs.answer.encode(this.machine.query(query))
  }

  askAll(queries: readonly unknown[]): Uint8Array[] {
    return queries.map((query) => this.ask(query))
  }

  snapshot(): SnapshotSource {
    return this.machine.snapshot()
  }

  /** A snapshot of now, whole. */
  snapshotBytes(): Uint8Array {
    return concatenate(drain(this.snapshot()))
  }

  restore(chunks: Iterable<Uint8Array>): this {
    this.machine.restore(chunks)
    return this
  }
}

/** Commands and queries of one seed, and the randomness that is left. */
export interface Run {
  readonly seed: number
  readonly random: Random
  readonly commands: readonly Applied[]
  readonly queries: readonly unknown[]
}

/** Calls `use` with as many runs as the subject wants. */
export function forRuns(subject: AnyMachineSubject, use: (run: Run) => void): void {
  for (let seed = 1; seed <= (subject.runs ?? 12); seed++) {
    const random = new Random(seed)
    const [commands, queries, contexts] = ['commands', 'queries', 'contexts'].map((name) =>
      random.split(name),
    )
    const length = subject.length ?? 60
    use({
      seed,
      random,
      commands: Array.from({ length }, (_, i) => ({
        command: subject.command(commands!),
        at: contextAt(i + 1, contexts!),
      })),
      queries: Array.from({ length: 40 }, () => subject.query(queries!)),
    })
  }
}

/** Epoch and time mostly grow, and sometimes go back, as they may from one leader to the next. */
function contextAt(index: number, random: Random): ApplyContext {
  return {
    index,
    epoch: 1 + Math.floor(index / 15) - (random.chance(0.1) ? Math.min(1, Math.floor(index / 15)) : 0),
    time: 1_700_000_000_000 + index * 40 + random.integer(-100, 100),
    request: random.chance(0.8) ? { replica: random.integer(1, 3), sequence: 2 ** 32 + index } : undefined,
  }
}

/** All pieces of a snapshot; closes it. */
export function drain(source: SnapshotSource): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let piece = source.next(); piece !== undefined; piece = source.next()) pieces.push(piece.slice())
  source.close()
  return pieces
}

/** Checks that two machines cannot be told apart, now and by what follows. */
export function checkAlike(a: Machine, b: Machine, run: Run, rest: readonly Applied[], what: string): void {
  checkSame(b.digest, a.digest, `${what}: the digest`)
  checkSame(b.askAll(run.queries), a.askAll(run.queries), `${what}: the answers`)
  for (const [i, applied] of rest.entries()) {
    checkSame(b.apply(applied), a.apply(applied), `${what}: the effect of command ${i + 1} that follows`)
  }
  checkSame(b.askAll(run.queries), a.askAll(run.queries), `${what}: the answers at the end`)
}
