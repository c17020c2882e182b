import { type Engine, majorityOf, type NodeId, type QuorumSystem, votersOf } from '@quorate/core'
import { raft, type RaftMessage, type RaftState } from '../../src/index.ts'

/** One case of etcd/raft's `quorum/testdata`. */
export interface QuorumCase {
  readonly command: string
  readonly system: QuorumSystem
  /** What each voter has acknowledged or voted; `_`: nothing is known of it. */
  readonly known: ReadonlyMap<NodeId, string>
  /** The last line of the expected text. */
  readonly verdict: string
}

/** Cases: a line with command and arguments, `----`, the expected text, an empty line. */
export function readQuorumCases(text: string): QuorumCase[] {
  const blocks = text.split(/\n(?=(?:committed|vote)\b)/)
  return blocks
    .filter((block) => /^(committed|vote)\b/.test(block))
    .map((block) => {
      const [command = '', , ...expected] = block.split('\n')
      const end = expected.indexOf('')
      return readCase(command, expected[(end < 0 ? expected.length : end) - 1]!)
    })
}

function readCase(command: string, verdict: string): QuorumCase {
  const list = (name: string): string[] => {
    const inside = new RegExp(`\\b${name}=\\(([^)]*)\\)`).exec(command)?.[1] ?? ''
    return inside.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
  }
  const old = list('cfg').map(Number)
  const next = list('cfgj').map(Number)
  const quorums = majorityOf(old).quorums
  const isJoint = command.includes('cfgj=')
  const system: QuorumSystem = isJoint
    ? { type: 'joint', old: quorums, next: majorityOf(next).quorums }
    : quorums
  const given = command.startsWith('vote') ? list('votes') : list('idx')
  const voters = [...new Set([...old, ...next])]
  const known = new Map(voters.map((voter, i) => [voter, given[i] ?? '_']))
  return { command, system, known, verdict: verdict.replace(/^<empty majority quorum>/, '') }
}

const at = { wall: 0, monotonic: 0 }
const noTerm = { commit: 0, commitTerm: 0 }

/** A replica alone with the case: everything that others say is made up. Nothing is durable until the test says so. */
class Alone {
  readonly engine: Engine<RaftMessage>
  private readonly self: NodeId
  /** Writes under way: how far the log reaches with each. */
  private readonly writes: { sequence: number; index: number }[] = []

  constructor(self: NodeId, system: QuorumSystem) {
    this.self = self
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const membership = { quorums: system, observers: [] }
    this.engine = raft({ preVote: false }).create({ self, membership, image, snapshot: undefined })
    this.engine.step({ type: 'timeout', timer: 'election' }, at)
    this.take()
  }

  /** Completes writes up to the one with which the log reaches `index`. */
  complete(index: number): void {
    while (this.writes.length > 0 && this.writes[0]!.index <= index) {
      const { sequence } = this.writes.shift()!
      this.engine.step({ type: 'persisted', token: { epoch: 1, sequence } }, at)
    }
  }

  vote(from: NodeId, granted: boolean): void {
    const message = { type: 'RequestVoteResponse', term: 1, granted, ...noTerm } as const
    this.engine.step({ type: 'receive', from, message }, at)
    this.take()
  }

  propose(sequence: number): void {
    const request = { replica: this.self, sequence }
    this.engine.step({ type: 'propose', request, data: new Uint8Array(1) }, at)
    this.take()
  }

  acknowledge(from: NodeId, index: number): void {
    const state = this.engine.capture() as RaftState
    const { session } = state.leadership!.progress.get(from)!
    const answer = { type: 'AppendEntriesResponse', term: 1, session, round: 0, success: true } as const
    const message = { ...answer, index, hintIndex: 0, hintTerm: 0 }
    this.engine.step({ type: 'receive', from, message }, at)
  }

  take(): void {
    const { persist } = this.engine.take()
    if (persist === undefined) return
    this.writes.push({ sequence: persist.token.sequence, index: this.engine.observe().lastIndex })
  }
}

/**
 * What a leader has committed at the end of a turn in which it has heard that each voter has on its disk what the case
 * says. (In a later turn it has left a joint membership.)
 */
export function committedByRaft({ system, known }: QuorumCase): string {
  const [self, ...others] = votersOf({ quorums: system, observers: [] })
  const alone = new Alone(self!, system)
  alone.complete(0)
  alone.take()
  for (const voter of others) alone.vote(voter, true)
  for (let sequence = 1; sequence < 110; sequence++) alone.propose(sequence)
  for (const voter of others) if (known.get(voter) !== '_') alone.acknowledge(voter, Number(known.get(voter)))
  if (known.get(self!) !== '_') alone.complete(Number(known.get(self!)))
  alone.take()
  return String(alone.engine.observe().commitIndex)
}

/** Is the first voter that does not vote against itself elected by the votes of the case? Undefined if there is none. */
export function electedByRaft({ system, known }: QuorumCase): boolean | undefined {
  const voters = votersOf({ quorums: system, observers: [] })
  const self = voters.find((voter) => known.get(voter) !== 'n')
  if (self === undefined) return undefined
  const alone = new Alone(self, system)
  if (known.get(self) === 'y') alone.complete(0)
  alone.take()
  for (const voter of voters) {
    if (voter !== self && known.get(voter) !== '_') alone.vote(voter, known.get(voter) === 'y')
  }
  return alone.engine.observe().established
}
