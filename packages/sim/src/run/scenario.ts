import type { AnyEngineDefinition, LinkNeeds, NodeId } from '@quorate/core'
import type { ClockSettings, StorageSettings } from '../cluster/cluster-settings.ts'
import { type DiskConditions, calmDisk, drawDisk } from '../disk/disk-conditions.ts'
import { type FaultChoice, drawKinds, drawPlan } from '../faults/draw-plan.ts'
import type { PlannedFault } from '../faults/fault-action.ts'
import type { FaultKind } from '../faults/fault-kind.ts'
import { type NetworkConditions, calmNetwork, drawNetwork } from '../network/network-conditions.ts'
import { Random } from '../random/random.ts'
import type { PlannedCall } from '../workload/planned-call.ts'
import { checkChoices } from './check-scenario.ts'
import { usualRecovery } from './recovery-limit.ts'

/**
 * Everything about a run that is decided before it begins, as plain data: a seed draws one, and a caller may change
 * any part of it. Durations in milliseconds.
 */
export interface Scenario {
  readonly seed: number
  /** Voters, numbered from 1. */
  readonly replicas: number
  readonly clients: number
  /** Operations that clients may call in all. */
  readonly operations: number
  /** The calls that clients make, in the order of their times. @default as many as `operations`, as the seed draws them */
  readonly calls?: readonly PlannedCall[]
  /** Mean time from one call of a client to its next. @default such that the operations fill the chaos */
  readonly thinkTime?: number
  /** How long things go wrong, and clients work. */
  readonly chaos: number
  /** How often a client asks any replica, rather than the one that it believes to lead. */
  readonly wandering: number
  /** Steps in which time moves, microseconds. */
  readonly quantum: number
  readonly network: NetworkConditions
  /** By replica, the first one's first. */
  readonly disks: readonly DiskConditions[]
  readonly clocks: readonly ClockSettings[]
  /** The kinds of fault that may happen in this run at all. */
  readonly kinds: readonly FaultKind[]
  readonly plan: readonly PlannedFault[]
  readonly requestTimeout: number
  /** Applied entries between two snapshots. */
  readonly snapshotEvery: number
  readonly storage: Required<StorageSettings>
  /** Are faults kept from harming more data than the protocols survive? */
  readonly atlas: boolean
  /** When things stop going wrong, is a core healed first, and everything else frozen? */
  readonly livenessPhase: boolean
  /** Who makes up that core: the first of these whose data is good, until they are a quorum, */
  readonly core: readonly NodeId[]
  /** and so many more. */
  readonly coreExtra: number
  /**
   * How the others are frozen: as they are, or so that each reaches all of the core or nobody in it. The latter is for
   * engines that need sessions: Zab's fast leader election does not cope with a replica that only some can reach, as
   * votes for it spread to those that cannot follow it.
   */
  readonly outsiders: 'as-is' | 'uniform'
  /** Does the whole cluster lose power once more when all is well, to see what is still there? */
  readonly finalPowerCut: boolean
  /**
   * How long it may take until the core, or the cluster, is of use again. No sound cluster fails because this is too
   * short: what it needs in any case, by its engine's election timeout, it has.
   */
  readonly recoveryLimit: number
}

/** What the caller has decided. */
export interface ScenarioChoices {
  readonly engine: AnyEngineDefinition
  readonly seed: number
  /** @default mostly 3, sometimes 5 */
  readonly replicas?: number
  /** @default all */
  readonly faults?: FaultChoice
  /** Parts of the scenario that are not drawn. */
  readonly scenario?: Partial<Scenario>
}

/**
 * Draws a scenario. What the caller has decided changes nothing in what is drawn for the rest.
 *
 * @throws QuorateError `USAGE` for a seed, number of replicas or kind of fault that there cannot be
 */
export function drawScenario(choices: ScenarioChoices): Scenario {
  checkChoices(choices)
  const { engine, seed, replicas, faults = 'all', scenario } = choices
  const root = new Random(seed)
  const shape = root.split('shape')
  const drawnReplicas = shape.pick([3, 3, 3, 3, 5])
  const size = scenario?.replicas ?? replicas ?? drawnReplicas
  const nodes = Array.from({ length: size }, (_, i) => i + 1)
  const kinds = drawKinds(root.split('kinds'), faults)
  const isCalm = faults === 'none'
  const { electionTimeout } = engine
  const general = drawGeneral(shape, electionTimeout)
  const chaos = scenario?.chaos ?? general.chaos
  const network = root.split('network conditions')
  return {
    seed,
    replicas: size,
    ...general,
    network: isCalm ? calmNetwork : drawNetwork(network, (kind) => kinds.has(kind)),
    disks: nodes.map((node) => (isCalm ? calmDisk : drawDisk(root.split(`disk conditions ${node}`)))),
    clocks: nodes.map((node) => drawClock(root.split(`clock ${node}`), kinds.has('clock'))),
    kinds: [...kinds],
    ...drawCore(root.split('core'), nodes, engine.links),
    plan: drawPlan(root.split('faults'), kinds, { nodes, duration: chaos, electionTimeout }),
    recoveryLimit: usualRecovery(electionTimeout, scenario?.requestTimeout ?? general.requestTimeout),
    ...scenario,
  }
}

type Core = Pick<Scenario, 'livenessPhase' | 'core' | 'coreExtra' | 'outsiders'>

/** In most runs a core is healed first; it is as small as can be, or somewhat larger. */
function drawCore(random: Random, nodes: readonly NodeId[], links: LinkNeeds): Core {
  return {
    livenessPhase: random.chance(0.75),
    core: random.shuffle(nodes),
    coreExtra: random.pick([0, 0, 0, 1]),
    outsiders: links === 'fifo' ? 'uniform' : 'as-is',
  }
}

type General = Omit<
  Scenario,
  'seed' | 'replicas' | 'network' | 'disks' | 'clocks' | 'kinds' | 'plan' | 'recoveryLimit' | keyof Core
>

function drawGeneral(random: Random, electionTimeout: number): General {
  return {
    clients: random.integer(2, 6),
    operations: Math.round(random.magnitude(200, 1500)),
    chaos: electionTimeout * random.between(10, 40),
    wandering: random.pick([0, 0.1, 0.5]),
    quantum: random.pick([10, 100, 1000]),
    requestTimeout: electionTimeout * random.magnitude(2, 16),
    snapshotEvery: Math.round(random.magnitude(10, 500)),
    storage: {
      segmentBytes: Math.round(random.magnitude(2048, 262_144)),
      preallocate: random.chance(0.5),
      chunkBytes: Math.round(random.magnitude(256, 16_384)),
    },
    atlas: true,
    finalPowerCut: random.chance(0.5),
  }
}

function drawClock(random: Random, mayBeWrong: boolean): ClockSettings {
  const skew = random.between(-10_000, 10_000)
  const rate = random.between(0.97, 1.03)
  return mayBeWrong ? { skew, rate } : { skew: 0, rate: 1 }
}
