import { QuorateError, type NodeId, type Observation, unreachable } from '@quorate/core'
import type { Play } from '../run/play.ts'
import { type CcfCluster, sortedNames } from './bootstrap.ts'
import { CcfLedger } from './ccf-ledger.ts'
import type { CcfName } from './parse-ccf.ts'

/** The commands that check something. */
export type CcfAssertion = Extract<CcfName, `assert_${string}`>

export function isAssertion(name: CcfName): name is CcfAssertion {
  return name.startsWith('assert_')
}

/** The assertions of CCF's format. Each gives what is wrong, or undefined. */
export class CcfAssertions {
  private readonly play: Play
  private readonly cluster: CcfCluster
  private readonly nodeOf: (name: string) => NodeId

  constructor(play: Play, cluster: CcfCluster, nodeOf: (name: string) => NodeId) {
    this.play = play
    this.cluster = cluster
    this.nodeOf = nodeOf
  }

  examine(name: CcfAssertion, args: readonly string[]): string | undefined {
    const [first = '', second = '', third = ''] = args
    const isNegated = name.includes('!') || name.startsWith('assert_isnot')
    switch (name) {
      case 'assert_state_sync':
        return this.stateSync()
      case 'assert_commit_safety':
        return this.commitSafety(this.nodeOf(first))
      case 'assert_is_primary':
      case 'assert_isnot_primary':
        return this.detail(first, 'leadership_state', 'Leader', isNegated)
      case 'assert_is_backup':
      case 'assert_isnot_backup':
        return this.detail(first, 'leadership_state', 'Follower', isNegated)
      case 'assert_is_candidate':
      case 'assert_isnot_candidate':
        return this.detail(first, 'leadership_state', 'Candidate', isNegated)
      case 'assert_commit_idx':
      case 'assert_!commit_idx':
        return this.detail(first, 'commit_idx', second, isNegated)
      case 'assert_last_txid':
      case 'assert_!last_txid':
        return this.detail(first, 'last_txid', second, isNegated)
      case 'assert_detail':
      case 'assert_!detail':
        return this.detail(first, second, third, isNegated)
      case 'assert_config':
        return this.configuration(first, second, args.slice(2))
      case 'assert_absent_config':
        return this.configuration(first, second, undefined)
      default:
        return unreachable(name, 'assertion')
    }
  }

  private ledger(node: NodeId): CcfLedger {
    return new CcfLedger(this.play, node)
  }

  /** All have the same term, the same log and the same commit. */
  stateSync(): string | undefined {
    const [first, ...others] = this.play.nodes.map((node) => ({
      node,
      term: this.play.cluster.observe(node).epoch,
      ledger: this.ledger(node),
    }))
    for (const { node, term, ledger } of others) {
      const differs =
        term !== first!.term ||
        ledger.lastIndex !== first!.ledger.lastIndex ||
        ledger.commitIndex !== first!.ledger.commitIndex ||
        ledger.prefix(ledger.lastIndex) !== first!.ledger.prefix(ledger.lastIndex)
      if (differs) return `${this.describe(node)} and ${this.describe(first!.node)}`
    }
    return undefined
  }

  private describe(node: NodeId): string {
    const { epoch } = this.play.cluster.observe(node)
    const { lastIndex, commitIndex } = this.ledger(node)
    const name = this.cluster.names[node - 1]
    return `node ${name} is in term ${epoch + this.cluster.termOffset}, with a log up to ${lastIndex}, committed up to ${commitIndex}`
  }

  /** What a node takes for committed is on a majority. */
  private commitSafety(node: NodeId): string | undefined {
    const own = this.ledger(node)
    const committed = own.prefix(own.commitIndex)
    const holders = this.play.nodes.filter(
      (other) => this.ledger(other).prefix(own.commitIndex) === committed,
    )
    if (holders.length * 2 > this.play.nodes.length) return undefined
    return `${this.describe(node)}, which only ${holders.length} of ${this.play.nodes.length} have`
  }

  /** The configuration that came at an index is in force on a node, and is this one; undefined: it is not in force. */
  private configuration(
    name: string,
    index: string,
    expected: readonly string[] | undefined,
  ): string | undefined {
    const found = this.ledger(this.nodeOf(name)).configurations.find((one) => `${one.index}` === index)
    const is = found && sortedNames(found.names).join(', ')
    const wanted = expected && sortedNames(expected).join(', ')
    if (is === wanted) return undefined
    return `node ${name} has ${is === undefined ? 'no configuration' : `the configuration ${is}`} of index ${index}, not ${wanted ?? 'none'}`
  }

  private detail(name: string, field: string, expected: string, isNegated: boolean): string | undefined {
    const node = this.nodeOf(name)
    const is = this.valueOf(this.play.cluster.observe(node), field)
    if ((is === expected) !== isNegated) return undefined
    return `node ${name} has ${field} ${is}, ${isNegated ? 'and is to have another' : `not ${expected}`}`
  }

  private valueOf(now: Observation, field: string): string {
    const ledger = this.ledger(now.node)
    const { termOffset } = this.cluster
    switch (field) {
      case 'leadership_state':
        return leadershipState(now)
      case 'current_view':
        return `${now.epoch + termOffset}`
      case 'commit_idx':
        return `${ledger.commitIndex}`
      case 'last_idx':
        return `${ledger.lastIndex}`
      case 'last_txid':
        return `${ledger.lastTerm + termOffset}.${ledger.lastIndex}`
      case 'membership_state':
        return 'Active'
      default:
        throw new QuorateError('USAGE', `the detail ${field} is not known here`)
    }
  }
}

function leadershipState({ role, phase }: Observation): string {
  if (role === 'leader') return 'Leader'
  if (role !== 'candidate') return 'Follower'
  return phase === 'pre-candidate' ? 'PreVoteCandidate' : 'Candidate'
}
