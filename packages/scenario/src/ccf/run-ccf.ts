import { QuorateError, type NodeId } from '@quorate/core'
import type { Move, Violation } from '@quorate/sim'
import { Play } from '../run/play.ts'
import type { RunEvent } from '../run/run-event.ts'
import type { ScenarioFailure } from '../run/run-scenario.ts'
import type { ScenarioEngine } from '../run/scenario-engine.ts'
import { type CcfCluster, bootstrapOf, joinersOf } from './bootstrap.ts'
import { type CcfAssertion, CcfAssertions, isAssertion } from './ccf-assertions.ts'
import { CcfClocks } from './ccf-clocks.ts'
import { configurationOf, signature } from './ccf-ledger.ts'
import { CcfNetwork } from './ccf-network.ts'
import { scriptError } from '../language/problem.ts'
import { type CcfCommand, type CcfName, parseCcf } from './parse-ccf.ts'

/** How a CCF script is to be run. */
export interface RunCcfOptions {
  /** A Raft engine. */
  readonly engine: ScenarioEngine
  /**
   * Options of the engine, in place of CCF's: its timing, `preVote` as the script has it, `checkQuorum`, and no
   * `leaderStickiness`, because nobody in CCF refuses a vote on account of a leader that is alive.
   */
  readonly options?: Readonly<Record<string, unknown>>
}

/** What came of a CCF script. Plain data. */
export interface CcfResult {
  /** Every assertion and every invariant held. */
  readonly ok: boolean
  /** At most one: a run ends with it. */
  readonly failures: readonly ScenarioFailure[]
  readonly violations: readonly Violation[]
  /** How many assertions held. */
  readonly met: number
  /** What CCF calls node 1, node 2, … */
  readonly names: readonly string[]
  readonly nodes: readonly NodeId[]
  readonly events: readonly RunEvent[]
  readonly moves: readonly Move[]
}

/**
 * CCF's test driver: a leader speaks every 10 ms; elections begin after 100 ms of silence, and who leads steps down after
 * as long.
 */
const timing = { heartbeatInterval: 10, electionTimeout: { min: 100, max: 110 } }

/** Of a `periodic`, milliseconds. */
const longestPeriod = 100_000

/** How often `loop_until_sync` tries. */
const syncRounds = 20
/** More rounds of messages than any cluster exchanges that settles. */
const settleRounds = 1000

/**
 * Runs a script in CCF's format on a Raft engine. Terms are CCF's; indexes count what the script puts in the log, from 1,
 * as CCF's do, and an entry counts as committed once a signature at or behind it is.
 *
 * @throws QuorateError `USAGE` for a mistake in the script and for what is not supported; what goes wrong in the run is
 * in the result's `failures`
 */
export function runCcf(
  script: string | readonly CcfCommand[],
  { engine, options = {} }: RunCcfOptions,
): CcfResult {
  const commands = typeof script === 'string' ? parseCcf(script) : script
  const cluster = bootstrapOf(commands)
  const ours = { preVote: hasPreVote(commands), checkQuorum: true, leaderStickiness: false }
  const definition = engine.create({ ...timing, ...ours, ...options })
  if (!Object.hasOwn(definition.shapes, 'AppendEntries')) {
    throw new QuorateError('USAGE', `scripts in CCF's format are for Raft, and ${engine.name} is not`)
  }
  const clocks = new CcfClocks()
  const play = new Play({
    definition,
    replicas: cluster.names.length,
    ...(engine.checks === undefined ? {} : { checks: engine.checks }),
    drawDelay: clocks.draw,
  })
  return new CcfRun(cluster, play, clocks).run(commands)
}

/**
 * Is PreVote on? As `pre_vote_enabled` says; without it, it is on, as in CCF's driver, except in scripts that begin as
 * those do which are older than PreVote.
 */
function hasPreVote(commands: readonly CcfCommand[]): boolean {
  const [said, ...more] = commands.filter(({ name }) => name === 'pre_vote_enabled')
  const change = more.find(({ args }) => args[0] !== said?.args[0])
  if (change !== undefined) {
    throw scriptError(
      change.line,
      'pre_vote_enabled changes its mind, and all nodes have the same options here',
    )
  }
  if (said !== undefined) return isTrue(said)
  return !commands.some(({ name, args }) => name === 'nodes' || (name === 'start_node' && args.length === 0))
}

function isTrue({ line, name, args }: CcfCommand): boolean {
  if (args[0] === 'true' || args[0] === 'false') return args[0] === 'true'
  throw scriptError(line, `${name} takes true or false, and this is "${args[0]}"`)
}

class CcfRun {
  private readonly cluster: CcfCluster
  private readonly play: Play
  private readonly clocks: CcfClocks
  private readonly network: CcfNetwork
  private readonly assertions: CcfAssertions
  private met = 0
  /** Who is in the newest configuration. */
  private readonly admitted: string[] = []
  /** While the cluster grows everything arrives at once, and no timer but a leader's runs out. */
  private isGrowing = false

  constructor(cluster: CcfCluster, play: Play, clocks: CcfClocks) {
    this.cluster = cluster
    this.play = play
    this.clocks = clocks
    this.network = new CcfNetwork(play)
    this.assertions = new CcfAssertions(play, cluster, (name) => this.nodeOf(name))
  }

  run(commands: readonly CcfCommand[]): CcfResult {
    const failure = this.runCommands(commands)
    const { recorder, nodes, moves } = this.play
    return {
      ok: failure === undefined,
      failures: failure === undefined ? [] : [failure],
      violations: recorder.violations,
      met: this.met,
      names: this.cluster.names,
      nodes,
      events: recorder.events,
      moves,
    }
  }

  private runCommands(commands: readonly CcfCommand[]): ScenarioFailure | undefined {
    for (const [position, command] of commands.entries()) {
      this.play.recorder.step = position
      this.isGrowing = position < this.cluster.grownAt
      if (!this.isGrowing) this.network.holdEntries()
      const problem = this.attempt(command)
      const violation = this.play.recorder.violations[0]
      const message =
        problem ?? (violation === undefined ? undefined : `${violation.invariant}: ${violation.message}`)
      if (message !== undefined) return { line: command.line, message }
    }
    return undefined
  }

  private attempt(command: CcfCommand): string | undefined {
    const { name, args } = command
    try {
      if (isAssertion(name)) {
        const problem = this.assertions.examine(name, args)
        if (problem === undefined) this.met += 1
        return problem
      }
      this.deeds[name](args[0] ?? '', args[1] ?? '', command)
      this.network.gather()
      if (this.isGrowing) this.settle()
      return undefined
    } catch (error) {
      // A node that has found itself broken is down: the violation says so.
      if (this.play.recorder.violations.length > 0) return undefined
      if (!(error instanceof QuorateError)) throw error
      return error.message
    }
  }

  /** What each command does. Some only print, and some were read before the run. */
  private readonly deeds: Readonly<
    Record<Exclude<CcfName, CcfAssertion>, (first: string, second: string, command: CcfCommand) => void>
  > = {
    start_node: () => {
      this.connectAll()
      this.startLeader(this.nodeOf(this.cluster.startNode!))
      this.admit('latest', [this.cluster.startNode!])
    },
    trust_node: (term, _, command) => this.admit(term, joinersOf(command)),
    trust_nodes: (term, _, command) => this.admit(term, joinersOf(command)),
    swap_nodes: (term, _, command) => this.admit(term, joinersOf(command)),
    replicate: (term, data) => this.propose(term, data),
    emit_signature: (term) => this.propose(term, signature),
    assume_primary: (name) =>
      this.network.keepingLinks(() => {
        this.connectAll()
        this.startLeader(this.nodeOf(name))
      }),
    periodic_one: (name, time) => this.pass(this.nodeOf(name), milliseconds(time)),
    periodic_all: (time) => {
      for (const node of this.play.nodes) this.pass(node, milliseconds(time))
    },
    dispatch_one: (name) => this.network.dispatchOne(this.nodeOf(name)),
    dispatch_all: () => this.network.dispatchAll(),
    dispatch_all_once: () => this.network.dispatchAllOnce(),
    dispatch_single: (from, to) => this.network.dispatchSingle(this.nodeOf(from), this.nodeOf(to)),
    drop_pending: (name) => this.network.dropPending(this.nodeOf(name)),
    drop_pending_to: (from, to) => this.network.dropPending(this.nodeOf(from), this.nodeOf(to)),
    shuffle_one: (name) => this.network.shuffle(this.nodeOf(name)),
    shuffle_all: () => {
      for (const node of this.play.nodes) this.network.shuffle(node)
    },
    loop_until_sync: () => this.loopUntilSync(),
    connect: (a, b) => this.network.connect(this.nodeOf(a), this.nodeOf(b)),
    reconnect: (a, b) => this.network.connect(this.nodeOf(a), this.nodeOf(b)),
    reconnect_node: (name) => this.withOthers(this.nodeOf(name), (a, b) => this.network.connect(a, b)),
    disconnect: (a, b) => this.network.disconnect(this.nodeOf(a), this.nodeOf(b)),
    disconnect_node: (name) => this.withOthers(this.nodeOf(name), (a, b) => this.network.disconnect(a, b)),
    nodes: () => {},
    mark_seed: () => {},
    pre_vote_enabled: () => {},
    state_one: () => {},
    state_all: () => {},
    summarise_log: () => {},
    summarise_logs_all: () => {},
    summarise_messages: () => {},
  }

  /** Those who join are members already; what is left of it is an entry in the log. */
  private admit(term: string, names: readonly string[]): void {
    this.admitted.push(...names)
    this.propose(term, configurationOf(this.admitted))
  }

  private pass(node: NodeId, time: number): void {
    if (!this.isGrowing) this.clocks.pass(this.play, node, time)
    else if (this.isLeader(node)) this.clocks.pass(this.play, node, timing.heartbeatInterval)
    this.network.gather(node)
  }

  private isLeader(node: NodeId): boolean {
    return this.play.cluster.observe(node).role === 'leader'
  }

  private nodeOf(name: string): NodeId {
    const position = this.cluster.names.indexOf(name)
    if (position < 0) throw new QuorateError('USAGE', `there is no node ${name}`)
    return position + 1
  }

  private withOthers(node: NodeId, act: (a: NodeId, b: NodeId) => void): void {
    for (const other of this.play.nodes) if (other !== node) act(node, other)
  }

  private connectAll(): void {
    for (const node of this.play.nodes) this.withOthers(node, (a, b) => this.network.connect(a, b))
  }

  /** Lets everything arrive. */
  private settle(): void {
    this.network.gather()
    for (let i = 0; i < settleRounds && !this.network.isQuiet; i++) this.network.dispatchAll()
    if (!this.network.isQuiet) throw new QuorateError('TIMEOUT', 'the messages do not end')
  }

  /** In CCF the first node makes itself the leader; here it is elected. */
  private startLeader(node: NodeId): void {
    for (let i = 0; i < syncRounds && !this.isLeader(node); i++) {
      this.clocks.pass(this.play, node, timing.electionTimeout.max)
      this.settle()
    }
    if (this.isLeader(node)) return
    throw new QuorateError('USAGE', `node ${this.cluster.names[node - 1]} cannot be made the leader`)
  }

  /** At the leader of a term, or of the latest one, if there is any. */
  private propose(term: string, data: string): void {
    const leaders = this.play.nodes
      .map((node) => this.play.cluster.observe(node))
      .filter(({ role }) => role === 'leader')
      .sort((a, b) => a.epoch - b.epoch)
    const wanted = Number(term) - this.cluster.termOffset
    const leader = term === 'latest' ? leaders.at(-1) : leaders.find(({ epoch }) => epoch === wanted)
    if (leader !== undefined) this.play.make({ type: 'propose', node: leader.node, data })
    else if (term !== 'latest') throw new QuorateError('USAGE', `nobody leads term ${term}`)
  }

  /** Heals everything and goes on until all have the same. */
  private loopUntilSync(): void {
    this.propose('latest', signature)
    this.connectAll()
    let problem: string | undefined = 'nobody leads'
    for (let i = 0; i < syncRounds && problem !== undefined; i++) {
      for (const node of this.play.nodes) {
        if (this.isLeader(node)) this.pass(node, timing.heartbeatInterval)
      }
      this.network.dispatchAll()
      problem = this.assertions.stateSync()
    }
    if (problem !== undefined) throw new QuorateError('TIMEOUT', `no agreement is reached: ${problem}`)
  }
}

function milliseconds(text: string): number {
  const value = Number(text)
  if (text !== '' && value >= 0 && value <= longestPeriod) return value
  throw new QuorateError('USAGE', `"${text}" is no number of milliseconds from 0 to ${longestPeriod}`)
}
