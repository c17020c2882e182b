import type { Configuration, NodeId, ReadMode } from '@quorate/core'

/**
 * One choice in a run of engines moved by hand. A run is its moves: the list replays it, shrinks to its essence, is what
 * a model checker finds and what a scenario script says in words. Plain data. What each one means, and when it does not
 * apply, is `applyMove`.
 */
export type Move =
  /** The node starts again, from what its disk has. */
  | { readonly type: 'start'; readonly node: NodeId }
  /**
   * The node loses power, and with it every write that is not durable. Of its writes under way the `keep` oldest (none if
   * not given) had reached the disk, though the engine was not told and what waited for them has not left.
   */
  | { readonly type: 'crash'; readonly node: NodeId; readonly keep?: number }
  /** A message arrives: of those under way from `from` to `to`, the one at `position`, 0 the oldest. */
  | { readonly type: 'deliver'; readonly from: NodeId; readonly to: NodeId; readonly position: number }
  /** It is lost. Not on links that keep order. */
  | { readonly type: 'drop'; readonly from: NodeId; readonly to: NodeId; readonly position: number }
  /** It arrives, and stays under way. Not on links that keep order. */
  | { readonly type: 'duplicate'; readonly from: NodeId; readonly to: NodeId; readonly position: number }
  /** The timer runs out. */
  | { readonly type: 'timeout'; readonly node: NodeId; readonly timer: string }
  /** The node's oldest write becomes durable, and what waited for it leaves. */
  | { readonly type: 'persist'; readonly node: NodeId }
  | { readonly type: 'propose'; readonly node: NodeId; readonly data: string }
  | { readonly type: 'read'; readonly node: NodeId; readonly mode: ReadMode }
  /** Somebody asks the node for another membership. */
  | { readonly type: 'reconfigure'; readonly node: NodeId; readonly membership: Configuration }
  /** Somebody asks the node to hand leadership over to `to`. */
  | { readonly type: 'transfer'; readonly node: NodeId; readonly to: NodeId }
  /** The link breaks both ways: what is under way is lost, both ends are told. */
  | { readonly type: 'cut'; readonly a: NodeId; readonly b: NodeId }
  | { readonly type: 'heal'; readonly a: NodeId; readonly b: NodeId }
  /**
   * Nothing passes from `from` to `to` any more, and nobody is told. Links that keep order keep what is sent, as TCP
   * does, until they are unblocked or break; others lose it.
   */
  | { readonly type: 'block'; readonly from: NodeId; readonly to: NodeId }
  | { readonly type: 'unblock'; readonly from: NodeId; readonly to: NodeId }
  /** A snapshot of the node's machine is durable. */
  | { readonly type: 'snapshot'; readonly node: NodeId }
  /**
   * The node's clocks go faster or slower from now on: so many milliseconds of theirs in one of the cluster, above 0. Its
   * timers go by them, those that run too, and a crash does not set them right.
   */
  | { readonly type: 'clock'; readonly node: NodeId; readonly rate: number }
  /** Time passes, and nothing happens. Only stamps of entries and leases depend on it. */
  | { readonly type: 'wait'; readonly milliseconds: number }
