import type { Configuration, NodeId, ReadMode, Role } from '@quorate/core'

/** A script: how the cluster is set up, and what is done with it. */
export interface Scenario {
  readonly header: ScenarioHeader
  readonly statements: readonly Statement[]
}

/** The options of an engine, as in `raft({ … })`. */
export interface EngineSettings {
  /** Where they stand in the script, from 1. */
  readonly line: number
  readonly engine: string
  readonly options: Readonly<Record<string, OptionValue>>
}

/** An option's value. Options with parts, as `electionTimeout.min`, are records. */
export type OptionValue = number | boolean | string | { readonly [name: string]: OptionValue }

/** How the cluster is set up. */
export interface ScenarioHeader {
  /** Voters, from 1 on. */
  readonly replicas: number
  /** Their ids follow the voters'. */
  readonly observers: number
  /** Nodes that are no members at first, and may become some. Their ids follow the observers'. */
  readonly spares: number
  /** Whom it is for; none: for all engines, with their defaults. */
  readonly engines: readonly EngineSettings[]
  /** Writes are paused from the start: every choice in the script is one of the run. */
  readonly byHand: boolean
}

/** A line that does something, says something or expects something. */
export interface Statement {
  /** Where it stands in the script, from 1. */
  readonly line: number
  /** As it is written. */
  readonly text: string
  /** For these engines alone; undefined: for all. */
  readonly only: readonly string[] | undefined
  /** The transcript says what came of it, and not how. */
  readonly isQuiet: boolean
  readonly act: Act
}

/** Messages under way: on one link, of one type if it is given. `position` counts them from 1; `all` is all there are now. */
export interface FlightPattern {
  readonly from: NodeId
  readonly to: NodeId
  readonly messageType: string | undefined
  readonly position: number | 'all'
}

/** Links between two groups, both ways, or one way only. */
export interface LinkPattern {
  readonly left: readonly NodeId[]
  readonly right: readonly NodeId[]
  readonly isOneWay: boolean
}

/** Some nodes, or all of them. */
export type Nodes = readonly NodeId[] | 'all'

/** What a statement does. */
export type Act =
  | { readonly verb: 'start' | 'restart'; readonly nodes: Nodes }
  | { readonly verb: 'pause' | 'resume'; readonly nodes: Nodes }
  | { readonly verb: 'crash'; readonly nodes: Nodes; readonly keep: number | 'all' }
  | { readonly verb: 'elect'; readonly node: NodeId | undefined }
  | { readonly verb: 'propose'; readonly node: NodeId; readonly texts: readonly string[] }
  | {
      readonly verb: 'read'
      readonly node: NodeId
      readonly mode: ReadMode
      readonly as: string | undefined
    }
  | {
      readonly verb: 'reconfigure'
      readonly node: NodeId
      readonly membership: Configuration
      readonly as: string | undefined
    }
  | {
      readonly verb: 'transfer'
      readonly node: NodeId
      readonly to: NodeId
      readonly as: string | undefined
    }
  | { readonly verb: 'timeout'; readonly node: NodeId; readonly timer: string | undefined }
  | {
      readonly verb: 'deliver'
      readonly what: 'next' | 'all' | FlightPattern
      readonly until: Condition | undefined
    }
  | { readonly verb: 'drop' | 'duplicate'; readonly what: FlightPattern }
  | { readonly verb: 'hold'; readonly what: HoldPattern }
  /** All that is held, or what that very `hold` holds. */
  | { readonly verb: 'release'; readonly what: HoldPattern | 'all' }
  | { readonly verb: 'cut'; readonly links: LinkPattern }
  | { readonly verb: 'heal'; readonly links: LinkPattern | 'all' }
  | { readonly verb: 'isolate' | 'rejoin'; readonly node: NodeId }
  | { readonly verb: 'freeze' | 'thaw'; readonly node: NodeId }
  /** Of its clocks' milliseconds in one of the cluster. */
  | { readonly verb: 'clock'; readonly nodes: Nodes; readonly rate: number }
  | { readonly verb: 'snapshot'; readonly node: NodeId }
  | { readonly verb: 'persist'; readonly node: NodeId; readonly count: number | 'all' }
  | { readonly verb: 'run'; readonly milliseconds: number; readonly until: Condition | undefined }
  | { readonly verb: 'wait'; readonly milliseconds: number }
  | { readonly verb: 'settle' }
  | { readonly verb: 'note'; readonly words: string }
  | { readonly verb: 'expect'; readonly condition: Condition; readonly isNegated: boolean }

/** Messages that are to stay under way, now and later. */
export interface HoldPattern {
  readonly from: readonly NodeId[]
  readonly to: readonly NodeId[]
  readonly messageType: string | undefined
}

/** What may be expected, or waited for. */
export type Condition =
  /** Without a node: nobody is an established leader. */
  | { readonly what: 'leader'; readonly node: NodeId | undefined }
  | { readonly what: 'role'; readonly node: NodeId; readonly role: Role }
  | { readonly what: 'phase'; readonly node: NodeId; readonly phase: string }
  | { readonly what: 'commit' | 'last' | 'epoch'; readonly node: NodeId; readonly value: number }
  /** The membership that is in force as far as it knows; is another one chosen, and not in force yet? */
  | { readonly what: 'members'; readonly node: NodeId; readonly membership: Configuration }
  | { readonly what: 'changing'; readonly node: NodeId }
  /** The commands that it has applied, or that are on its disk, in order. */
  | { readonly what: 'applied' | 'disk'; readonly node: NodeId; readonly texts: readonly string[] }
  | { readonly what: 'same logs' }
  /** What is applied of a leader's commands is so in their order, and without gaps. */
  | { readonly what: 'primary order' }
  | { readonly what: 'running' | 'writing'; readonly node: NodeId }
  | { readonly what: 'under way'; readonly messageType: string; readonly link: LinkPattern | undefined }
  | { readonly what: 'answer'; readonly request: string; readonly answer: ExpectedAnswer }
  | { readonly what: 'violation'; readonly invariant: string | undefined }

/** How a request stands. `sees`: what a read that was served found applied. */
export type ExpectedAnswer =
  | { readonly status: 'waiting' | 'committed' | 'ready' | 'done' | 'abandoned' | 'lost' }
  | { readonly status: 'rejected'; readonly reason: string | undefined }
  | { readonly status: 'sees'; readonly texts: readonly string[] }
