import {
  type AnyEngineDefinition,
  type LogIndex,
  type MessageCounts,
  type NodeId,
  assert,
} from '@quorate/core'
import type { WorkloadOperation } from '../workload/workload.ts'
import { CountedCluster, type CountedMembers, messageDelay, syncDelay } from './counted-cluster.ts'
import { type Tally, difference, sum } from './tally.ts'

/** What is counted. */
export interface CommitsToCount extends CountedMembers {
  /** @default 1000 */
  readonly commands?: number
  /** How many times as long each voter's syncs take, the leader's first, then by id. @default 1 for all */
  readonly slowness?: readonly number[]
}

/** What commits cost. Lists have each value that occurred once. */
export interface CommitCount {
  readonly commands: number
  /** Commands made besides, in whose time some timer ran out: nothing of them is counted. */
  readonly disturbed: number
  /** Of all commands together, by type. */
  readonly messages: MessageCounts
  /** Of all commands together, and all replicas. */
  readonly fsyncs: number
  /** From the proposal at the leader to its commit there, microseconds of virtual time. */
  readonly commitTimes: readonly number[]
  /** From the proposal until the other voters knew it committed, message delays; `next-message`: one delay after the next proposal. */
  readonly delaysToLearn: readonly (number | 'next-message')[]
}

/** A command that is being made, and when which voter knew it committed. */
interface Episode {
  readonly index: LogIndex
  readonly proposedAt: number
  readonly knownAt: Map<NodeId, number>
}

/** Longer than any run, milliseconds. */
const forever = 1e9

const write: WorkloadOperation = {
  kind: 'write',
  value: new Uint8Array(16),
  input: undefined,
  output: () => undefined,
}

/** Makes commands at a leader, one at a time, each when everything that the one before it caused is over. */
export function countCommits(engine: AnyEngineDefinition, options: CommitsToCount): CommitCount {
  return new CommitCounter(engine, options).count(options.commands ?? 1000)
}

class CommitCounter {
  private readonly counted: CountedCluster
  private readonly leader: NodeId
  private readonly followers: readonly NodeId[]
  /** Longer than anything that a command causes. */
  private readonly window: number
  private messages: MessageCounts = {}
  private fsyncs = 0
  private readonly commitTimes = new Set<number>()
  private readonly learnt = new Set<number | 'next-message'>()

  constructor(engine: AnyEngineDefinition, options: CommitsToCount) {
    this.counted = new CountedCluster(engine, options)
    this.counted.elect()
    this.leader = this.counted.leader.node
    this.followers = this.counted.voters.filter((id) => id !== this.leader)
    const slowness = options.slowness ?? []
    const voters = [this.leader, ...this.followers]
    voters.forEach((id, i) => this.slowDown(id, slowness[i] ?? 1))
    this.window = 10 * messageDelay + 2 * syncDelay * Math.max(0, ...slowness)
  }

  count(commands: number): CommitCount {
    let disturbed = 0
    let former: Episode | undefined
    for (let done = 0; done < commands;) {
      const before = this.counted.tally()
      const episode = this.make(former)
      const tally = difference(this.counted.tally(), before)
      if (tally.timeouts === 0) {
        this.enter(episode, former, tally)
        former = episode
        done += 1
      } else {
        former = undefined
        disturbed += 1
        this.counted.settle()
      }
    }
    const { messages, fsyncs } = this
    const commitTimes = [...this.commitTimes].sort((a, b) => a - b)
    return { commands, disturbed, messages, fsyncs, commitTimes, delaysToLearn: [...this.learnt] }
  }

  /** Makes a command, and looks on until nothing of it is under way any more. */
  private make(former: Episode | undefined): Episode {
    const { counted, leader } = this
    const { scheduler } = counted.cluster
    const { view } = counted.leader
    assert(counted.leader.node === leader && view !== undefined, 'the leader stays')
    const episode = {
      index: view.lastIndex + 1,
      proposedAt: scheduler.now,
      knownAt: new Map<NodeId, number>(),
    }
    counted.leader.call(write, 0, () => {})
    counted.pass(this.window, () => {
      this.look(episode)
      if (former !== undefined) this.look(former)
    })
    return episode
  }

  /** Notes who knows the command committed since just now. */
  private look({ index, knownAt }: Episode): void {
    for (const id of this.counted.voters) {
      const { commitIndex } = this.counted.view(id)!
      if (commitIndex >= index && !knownAt.has(id)) knownAt.set(id, this.counted.cluster.scheduler.now)
    }
  }

  private enter(episode: Episode, former: Episode | undefined, { messages, fsyncs }: Tally): void {
    this.messages = sum(this.messages, messages)
    this.fsyncs += fsyncs
    const committedAt = episode.knownAt.get(this.leader)
    assert(committedAt !== undefined, 'a command is committed in its time', { index: episode.index })
    this.commitTimes.add(committedAt - episode.proposedAt)
    if (former === undefined) return
    for (const id of this.followers) this.enterLearning(former, former.knownAt.get(id), episode.proposedAt)
  }

  private enterLearning({ proposedAt }: Episode, knownAt: number | undefined, nextAt: number): void {
    assert(knownAt !== undefined, 'followers know a command committed when the next is over')
    if (Math.floor((knownAt - nextAt) / messageDelay) === 1) this.learnt.add('next-message')
    else this.learnt.add(Math.floor((knownAt - proposedAt) / messageDelay))
  }

  private slowDown(id: NodeId, factor: number): void {
    this.counted.cluster.node(id).disk.trouble.slow(forever, factor)
  }
}
