import { type AnyEngineDefinition, type NodeId, assert } from '@quorate/core'
import { Random } from '../random/random.ts'
import type { Picture, Roles } from './picture.ts'
import { ReignWatch } from './reign-watch.ts'
import { TimedCluster } from './timed-cluster.ts'

/** In election timeouts of the engine, as all durations here. */
export const recoveryLimits = {
  /** What has not recovered by then is taken never to. */
  budget: 100,
  /** For so long after it the same replica must lead, and commit what it is asked. */
  stable: 20,
  /** A leader that commits nothing for so long, though it is asked, does not lead. */
  silence: 2,
} as const

/** Of an election timeout: how often a client asks the leader for a command. */
const askEvery = 0.25

/** What became of a cluster whose links broke. */
export interface Recovery {
  /** Election timeouts from then to the first commit of a leader that stayed; undefined if there was none. */
  readonly after: number | undefined
  /** Leaders established after that, until the cluster had recovered or the budget was used up. */
  readonly changes: number
  /** Commands committed in the same time. */
  readonly commits: number
}

/**
 * Lets engines elect a leader, breaks links as `picture` says, and looks who commits. Delays, timers, who leads, who is the
 * hub and at which moment it happens are all drawn from `seed`.
 */
export function measureRecovery(definition: AnyEngineDefinition, picture: Picture, seed: number): Recovery {
  return new RecoveryRun(definition, picture, seed).run()
}

class RecoveryRun {
  private readonly cluster: TimedCluster
  private readonly watch = new ReignWatch()
  private readonly picture: Picture
  private readonly random: Random
  private readonly timeout: number
  private nextAsk = 0
  /** Leaders established when the client last asked. */
  private askedChanges = 0

  constructor(definition: AnyEngineDefinition, picture: Picture, seed: number) {
    const random = new Random(seed).split(picture.name)
    this.picture = picture
    this.random = random.split('roles')
    this.timeout = definition.electionTimeout
    this.cluster = new TimedCluster(definition, picture.replicas, random)
    this.cluster.onEvent = (event) => this.watch.happened(event, this.cluster.now)
  }

  run(): Recovery {
    this.begin()
    const roles = this.castRoles()
    if (this.picture.hubLags) this.leaveBehind(roles)
    this.picture.draw(this.cluster.engines, roles)
    this.watch.restart()
    return this.await()
  }

  /** A drawn minority starts late, so that not always the replica leads that every election would prefer. */
  private begin(): void {
    const { engines } = this.cluster
    const ids = this.random.shuffle([...engines.nodes.keys()])
    const late = ids.slice(0, (ids.length - 1) >> 1)
    for (const id of late) engines.crash(id)
    this.pass(() => this.isCommitting())
    for (const id of late) engines.start(id)
    this.pass(() => this.isCommitting() && this.areEven([...engines.nodes.keys()]))
    const calm = this.cluster.now + this.random.between(1, 2) * this.timeout
    this.pass(() => this.cluster.now >= calm && this.isCommitting())
  }

  private castRoles(): Roles {
    const leader = this.leader()
    const rest = [...this.cluster.engines.nodes.keys()].filter((id) => id !== leader)
    const hub = this.random.pick(rest)
    return { leader, hub, others: rest.filter((id) => id !== hub) }
  }

  /** The hub is cut off until all others have what it lacks. */
  private leaveBehind({ leader, hub, others }: Roles): void {
    const { engines } = this.cluster
    engines.isolate(hub)
    this.ask()
    const lacks = engines.observe(leader).lastIndex
    this.pass(() => engines.observe(leader).commitIndex >= lacks && this.areEven([leader, ...others]))
    assert(this.leader() === leader, 'the leader still leads while the hub falls behind')
    assert(engines.observe(hub).lastIndex < lacks, 'the hub has fallen behind')
  }

  private await(): Recovery {
    const { cluster, watch, timeout } = this
    const broken = cluster.now
    const { budget, stable, silence } = recoveryLimits
    this.nextAsk = broken
    for (;;) {
      this.tick()
      const since = watch.committingSince(cluster.now, silence * timeout)
      const { changes, commits } = watch
      if (since !== undefined && cluster.now - since >= stable * timeout) {
        return { after: (since - broken) / timeout, changes, commits }
      }
      const isLate = (since ?? cluster.now) - broken > budget * timeout
      if (isLate) return { after: undefined, changes, commits }
    }
  }

  private isCommitting(): boolean {
    return this.watch.committingSince(this.cluster.now, Infinity) !== undefined
  }

  /** Have they all the leader's log, and follow it? Writes take no time: what is in a log is on its disk. */
  private areEven(nodes: readonly NodeId[]): boolean {
    const { engines } = this.cluster
    const { epoch, lastIndex } = engines.observe(this.leader())
    return nodes.every((id) => {
      const view = engines.observe(id)
      return view.epoch === epoch && view.lastIndex === lastIndex && view.leader === this.watch.leader
    })
  }

  private leader(): NodeId {
    const { leader } = this.watch
    assert(leader !== undefined, 'a cluster whose links are whole has a leader')
    return leader
  }

  /** Lets time pass until `until` holds. */
  private pass(until: () => boolean): void {
    const end = this.cluster.now + recoveryLimits.budget * this.timeout
    while (!until()) {
      assert(this.cluster.now < end, 'a cluster whose links are whole gets on')
      this.tick()
    }
  }

  /** One thing happens, and the client asks if it is time to, or if there is a new leader. */
  private tick(): void {
    const { cluster, watch } = this
    if (cluster.now >= this.nextAsk || watch.changes !== this.askedChanges) this.ask()
    cluster.step(this.nextAsk)
  }

  private ask(): void {
    const { cluster, watch } = this
    this.askedChanges = watch.changes
    this.nextAsk = cluster.now + askEvery * this.timeout
    if (watch.leader !== undefined) watch.ask(cluster.engines.propose(watch.leader))
  }
}
