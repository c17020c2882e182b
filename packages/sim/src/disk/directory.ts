import type { Random } from '../random/random.ts'
import { SimInode } from './sim-inode.ts'

type Names = Map<string, SimInode>

/** A change of the directory that is not durable yet. */
type Change = (names: Names) => void

/** Which file has which name: as programs see it, what of it is on the disk, and the changes on their way there. */
export class Directory {
  /** Did a crash lose a change that a sync had said was durable? What is missing then is not known. */
  isHarmed = false
  private seen: Names = new Map()
  private durable: Names = new Map()
  private changes: Change[] = []
  /** So many of the changes, from the oldest on, a sync said were durable. */
  private promised = 0

  get(name: string): SimInode | undefined {
    return this.seen.get(name)
  }

  get names(): readonly string[] {
    return [...this.seen.keys()].sort()
  }

  /** Every file that has a name, or has one on the disk. */
  get inodes(): ReadonlySet<SimInode> {
    return new Set([...this.durable.values(), ...this.seen.values()])
  }

  /** Is there a change that a sync said was durable, and is not? */
  get isOwed(): boolean {
    return this.promised > 0
  }

  create(name: string): void {
    const inode = new SimInode()
    this.change((names) => names.set(name, inode))
  }

  rename(from: string, to: string, inode: SimInode): void {
    this.change((names) => {
      names.delete(from)
      names.set(to, inode)
    })
  }

  remove(name: string): void {
    this.change((names) => names.delete(name))
  }

  /** A sync that begins now: what to call when it ends, with whether it does what it says. Gives how much there is to do. */
  sync(): { readonly count: number; done(isLie: boolean): void } {
    const last = this.changes.at(-1)
    const done = (isLie: boolean): void => {
      const count = last === undefined ? 0 : this.changes.indexOf(last) + 1
      if (isLie) {
        this.promised = Math.max(this.promised, count)
        return
      }
      for (const change of this.changes.splice(0, count)) change(this.durable)
      this.promised = Math.max(0, this.promised - count)
    }
    return { count: this.changes.length, done }
  }

  /** Loses the changes that were not durable, from some such change on. */
  crash(random: Random): void {
    const kept = random.integer(0, this.changes.length)
    for (const change of this.changes.slice(0, kept)) change(this.durable)
    if (kept < this.promised) this.isHarmed = true
    this.changes = []
    this.promised = 0
    this.seen = new Map(this.durable)
  }

  private change(change: Change): void {
    change(this.seen)
    this.changes.push(change)
  }
}
