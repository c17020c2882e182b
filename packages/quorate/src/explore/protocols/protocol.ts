import type { StateModel } from '@quorate/check'
import type { ActorModel, ExplainedStep, SystemAction, SystemState, SystemView } from './actor-model.ts'

/** How large a world to look at. */
export interface ProtocolScope {
  readonly proposers: number
  readonly acceptors: number
  /** Rounds are numbered from 1 to this. */
  readonly rounds: number
  /** Crashes, each with a restart, of any proposer or acceptor. */
  readonly crashes: number
  /** Sizes of quorums: of phases 1 and 2, or classic and fast. Default: the protocol's usual ones. */
  readonly quorums?: readonly [number, number]
  /** A rule to break. */
  readonly unsafe?: string
}

/** Those parts of a scope that are never left open. */
export type ScopeSizes = Pick<ProtocolScope, 'proposers' | 'acceptors' | 'rounds' | 'crashes'>

/** A rule of a protocol that can be switched off. */
export interface BreakableRule {
  /** What happens without it. */
  readonly breach: string
  /** What it takes to see what comes of that, where that is not the usual scope. */
  readonly seenWith?: Partial<ScopeSizes>
}

/** A protocol that is explored state by state. */
export interface ExploredProtocol {
  readonly name: string
  /** What there is in a scope where nothing is said. */
  readonly usual: ScopeSizes
  /** Rules that can be broken. */
  readonly rules: Readonly<Record<string, BreakableRule>>
  /** @throws QuorateError `USAGE` for a scope that makes no sense */
  build(scope: ProtocolScope): ProtocolModel
}

/** A protocol in a scope, ready to be searched. */
export interface ProtocolModel {
  readonly model: StateModel<SystemState, SystemAction>
  /** The scope, in words. */
  readonly scope: readonly string[]
  /** One step of a path, in words. */
  describe(before: SystemState, action: SystemAction, after: SystemState): string
}

/** How the steps of a protocol are told. */
export interface Telling<Message> {
  describe(step: ExplainedStep<Message>): string
  /** What has been chosen in a state; a path shows where it grows. */
  decided?(view: SystemView<Message>): readonly string[]
}

/** Puts a model and how its steps are told together. */
export function told<Message>(
  model: ActorModel<Message>,
  scope: readonly string[],
  telling: Telling<Message>,
): ProtocolModel {
  return {
    model,
    scope,
    describe(before, action, after) {
      const old = telling.decided?.(model.view(before)) ?? []
      const now = telling.decided?.(model.view(after)) ?? []
      const news = now.filter((value) => !old.includes(value))
      const step = telling.describe(model.explain(before, action, after))
      return news.length === 0 ? step : `${step}: ${news.join(' and ')} is chosen`
    },
  }
}
