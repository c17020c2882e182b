import type { Disk, DiskFile } from '@quorate/core'
import { type DiskConditions, calmDisk } from '../../src/disk/disk-conditions.ts'
import { type DiskMisdeed, SimDisk } from '../../src/disk/sim-disk.ts'
import { Random } from '../../src/random/random.ts'
import { Scheduler } from '../../src/time/scheduler.ts'
import type { EventOwner } from '../../src/time/sim-event.ts'
import { runAll } from './run-all.ts'

/** A disk and a process that uses it. */
export class DiskMachine {
  readonly scheduler = new Scheduler(1)
  readonly disk: SimDisk
  readonly misdeeds: DiskMisdeed[] = []
  owner: EventOwner = { node: 1, alive: true, deferred: undefined }
  mounted: Disk

  constructor(conditions: Partial<DiskConditions> = {}, seed = 1) {
    const { scheduler } = this
    this.disk = new SimDisk({
      scheduler,
      random: new Random(seed),
      conditions: { ...calmDisk, ...conditions },
      watcher: { syncing: () => {}, happened: (misdeed) => this.misdeeds.push(misdeed) },
    })
    this.mounted = this.disk.mount(this.owner)
  }

  run(milliseconds?: number): void {
    runAll(this.scheduler, milliseconds)
  }

  /** The machine loses power; another process begins. */
  crash(): void {
    this.owner.alive = false
    this.disk.crash()
    this.restart()
  }

  /** The process ends, the machine stays; another process begins. */
  kill(): void {
    this.owner.alive = false
    this.disk.kill()
    this.restart()
  }

  /** A file of the directory, which is durable. */
  file(name: string): DiskFile {
    const file = this.mounted.open(name)
    this.mounted.syncDirectory(() => {})
    this.run()
    return file
  }

  text(name: string): string {
    return String.fromCharCode(...this.mounted.read(name, 0, this.mounted.size(name)))
  }

  private restart(): void {
    this.owner = { node: 1, alive: true, deferred: undefined }
    this.mounted = this.disk.mount(this.owner)
  }
}
