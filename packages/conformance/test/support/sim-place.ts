import type { Disk, LogStore, SnapshotStore } from '@quorate/core'
import { type StoreIdentity, openLogStore, openSnapshotStore } from '@quorate/replica'
import { type DiskConditions, Random, Scheduler, SimDisk, calmDisk } from '@quorate/sim'
import type { CrashKeep } from '../../src/index.ts'

const identity: StoreIdentity = {
  cluster: 'conformance',
  engine: 'none',
  machine: { name: 'none', version: 1 },
  node: 1,
}

/** Time that all places of one subject share, since their patience does. */
export class SimTime {
  readonly scheduler = new Scheduler(1)

  readonly step = (): boolean => {
    const event = this.scheduler.next()
    event?.run()
    return event !== undefined
  }
}

/** A directory on a simulated disk, for a log and for snapshots. */
export class SimPlace {
  readonly step: () => boolean
  protected readonly time: SimTime
  private readonly disk: SimDisk
  private readonly conditions: { -readonly [K in keyof DiskConditions]: DiskConditions[K] }
  private readonly random: Random
  private owner = { node: 1, alive: true, deferred: undefined }
  private mounted: Disk

  constructor(time: SimTime, seed: number) {
    this.time = time
    this.step = time.step
    this.random = new Random(seed)
    this.conditions = { ...calmDisk }
    this.disk = new SimDisk({
      scheduler: time.scheduler,
      random: this.random.split('disk'),
      conditions: this.conditions,
    })
    this.mounted = this.disk.mount(this.owner)
  }

  /** Schedules for the end of the turn, in this life of the process. */
  readonly later = (run: () => void): void => {
    this.time.scheduler.after(0, 'turn', this.owner, run)
  }

  /** Schedules for so many milliseconds later, in this life of the process. */
  after(delay: number, run: () => void): void {
    this.time.scheduler.after(delay, 'timer', this.owner, run)
  }

  /** The disk as this life of the process sees it. */
  openDisk(): Disk {
    return this.mounted
  }

  openLog(): Promise<LogStore> {
    return new Promise((resolve, reject) => {
      const options = { segmentBytes: 6000, preallocate: false, later: this.later }
      openLogStore(this.mounted, identity, options, (store, error) =>
        store === undefined ? reject(error!) : resolve(store),
      )
    })
  }

  openSnapshots(): Promise<SnapshotStore> {
    return new Promise((resolve, reject) => {
      openSnapshotStore(this.mounted, identity, { chunkBytes: 1000 }, (store, error) =>
        store === undefined ? reject(error!) : resolve(store),
      )
    })
  }

  crash(keep: CrashKeep): void {
    const { random, conditions } = this
    conditions.survival = keep === 'nothing' ? 0 : random.pick([0, 0.5, 0.9])
    conditions.tear = keep === 'nothing' ? 0 : random.pick([0, 0.5, 1])
    conditions.crashLoss = random.pick(['prefix', 'any'])
    this.owner.alive = false
    this.disk.crash()
    this.owner = { node: 1, alive: true, deferred: undefined }
    this.mounted = this.disk.mount(this.owner)
  }

  failNext(): void {
    this.disk.failNext()
  }

  /** Changes one byte, at that part of all the bytes there are. */
  damage(part: number): void {
    const names = this.mounted.list()
    const total = names.reduce((sum, name) => sum + this.mounted.size(name), 0)
    let at = Math.floor(total * part)
    for (const name of names) {
      const size = this.mounted.size(name)
      if (at < size) {
        const byte = this.mounted.read(name, at, 1)[0]! ^ 0x10
        const file = this.mounted.open(name)
        file.write(at, Uint8Array.of(byte), () => file.sync(() => {}))
        while (this.step());
        return
      }
      at -= size
    }
  }
}
