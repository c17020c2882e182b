import type { AnyEngineDefinition, Membership, Observation } from '@quorate/core'
import type { Components } from './components.ts'
import type { Local } from './local.ts'
import type { LogView } from './log-view.ts'
import { diskOnceWritten } from './node-work.ts'

/** What invariants look at in a replica. */
export interface LocalFacts {
  /** How the engine looks; undefined while the replica is down. */
  readonly seen: Observation | undefined
  /** The log on disk. */
  readonly durable: LogView
  /** The log with every write under way done: what the engine has in memory. */
  readonly whole: LogView
  /** Equal for equal whole logs. */
  readonly wholeNumber: number
}

/** Works out what follows from each local, once. */
export class FactsTable {
  private readonly components: Components
  private readonly definition: AnyEngineDefinition
  private readonly membership: Membership
  private readonly facts: (LocalFacts | undefined)[] = []
  private readonly logNumbers = new Map<string, number>()
  private readonly logs: LogView[] = []

  constructor(components: Components, definition: AnyEngineDefinition, membership: Membership) {
    this.components = components
    this.definition = definition
    this.membership = membership
  }

  of(local: number): LocalFacts {
    return (this.facts[local] ??= this.workOut(this.components.locals[local]!))
  }

  /** Log Matching: are the two logs equal up to the last index at which they have an entry of one epoch? */
  match(one: number, other: number): boolean {
    const a = this.logs[one]!
    const b = this.logs[other]!
    const first = Math.max(a.base, b.base) + 1
    const last = Math.min(a.base + a.entries.length, b.base + b.entries.length)
    let isEqualBelow = true
    for (let index = first; index <= last; index++) {
      const mine = a.entries[index - a.base - 1]!
      const theirs = b.entries[index - b.base - 1]!
      if (mine !== theirs) isEqualBelow = false
      else if (!isEqualBelow) return false
      if (mine !== theirs && mine >= 0 && theirs >= 0 && this.epochOf(mine) === this.epochOf(theirs))
        return false
    }
    return true
  }

  private epochOf(entry: number): number {
    return this.components.entries.get(entry).epoch
  }

  private workOut(local: Local): LocalFacts {
    const { entries } = this.components
    const durable = entries.view(local.disk)
    const whole =
      local.writing.length === 0 ? durable : entries.view(diskOnceWritten(local.disk, local.writing))
    return { seen: this.observe(local), durable, whole, wholeNumber: this.logNumber(whole) }
  }

  private observe(local: Local): Observation | undefined {
    if (!local.running) return undefined
    const { node, incarnation, disk, state } = local
    const image = { ...disk, incarnation }
    const init = { self: node, membership: this.membership, image, snapshot: undefined }
    return this.definition.revive(init, state).observe()
  }

  private logNumber(log: LogView): number {
    const key = `${log.base}:${log.entries.join()}`
    let number = this.logNumbers.get(key)
    if (number === undefined) {
      number = this.logs.length
      this.logs.push(log)
      this.logNumbers.set(key, number)
    }
    return number
  }
}
