import {
  type Entry,
  type Input,
  type LogIndex,
  type Message,
  type NodeId,
  type Output,
  type Reply,
  isReplicationQuorum,
} from '@quorate/core'
import type { EngineCluster } from '@quorate/sim'
import { isSame, show } from '../suite/compare.ts'
import { breach, check } from '../suite/failure.ts'
import type { Life, Watch } from './watched.ts'

/**
 * All replicas apply the same entries, whatever crashes; one leader is established in an epoch, unless epochs are rounds
 * of ballots, which replicas share.
 */
export class AgreementWatch<M extends Message> implements Watch<M> {
  /** The log that was decided, by index, as whoever applied it first saw it. */
  readonly decided: Map<LogIndex, Entry> = new Map()
  private readonly leaders = new Map<number, NodeId>()

  took({ definition, init, engine }: Life<M>, output: Output<M>): void {
    for (const entry of output.apply) {
      const known = this.decided.get(entry.index)
      if (known === undefined) this.decided.set(entry.index, entry)
      else if (!isSame(known, entry))
        breach(`replica ${init.self} applies ${show(entry)}, where another applied ${show(known)}`)
    }
    const { established, epoch } = engine.observe()
    if (!established || definition.acceptance === 'slot') return
    const other = this.leaders.get(epoch) ?? init.self
    check(other === init.self, () => `replicas ${other} and ${init.self} both led epoch ${epoch}`)
    this.leaders.set(epoch, init.self)
  }
}

/** What is applied is on the disks of a quorum that can decide. */
export class DurabilityWatch<M extends Message> implements Watch<M> {
  /** Set once the cluster is there. */
  cluster: EngineCluster<M> | undefined
  private highest = 0

  took({ init }: Life<M>, output: Output<M>): void {
    for (const { index, epoch } of output.apply) {
      if (index <= this.highest) continue
      this.highest = index
      const has = (node: NodeId): boolean => {
        const log = this.cluster?.node(node).durable
        return log !== undefined && (index <= log.baseIndex || log.entryAt(index)?.epoch === epoch)
      }
      const holds = isReplicationQuorum(init.membership.quorums, has)
      check(holds, () => `replica ${init.self} applies entry ${index}, which is on no quorum of disks`)
    }
  }
}

interface Asked {
  readonly type: Input['type']
  /** What it must not miss: what was decided when it was asked. */
  readonly floor: LogIndex
  answer: string | undefined
}

/** Every request gets one answer, of its kind; what is surely not done never happens; reads miss nothing. */
export class RequestWatch<M extends Message> implements Watch<M> {
  private readonly lives = new WeakMap<object, Map<number, Asked>>()
  private readonly surelyNot = new Set<string>()
  private readonly applied = new Set<string>()
  private highest = 0

  begun({ engine }: Life<M>): void {
    this.lives.set(engine, new Map())
  }

  stepped({ engine }: Life<M>, input: Input<M>): void {
    if (!('request' in input)) return
    // A sequential read may miss what others know.
    const floor = input.type === 'read' && input.mode === 'sequential' ? 0 : this.highest
    const asked = { type: input.type, floor, answer: undefined }
    this.lives.get(engine)?.set(input.request.sequence, asked)
  }

  took({ init, engine }: Life<M>, output: Output<M>): void {
    const requests = this.lives.get(engine)!
    for (const reply of output.replies) this.note(init.self, requests, reply)
    for (const entry of output.apply) {
      this.highest = Math.max(this.highest, entry.index)
      if (entry.request === undefined) continue
      const { replica, sequence } = entry.request
      const name = `${replica}:${sequence}`
      check(
        !this.surelyNot.has(name),
        () => `proposal ${name} was rejected as definitely not done, and is applied`,
      )
      this.applied.add(name)
      const asked = replica === init.self ? requests.get(sequence) : undefined
      if (asked !== undefined) asked.answer ??= 'applied'
    }
  }

  /** Requests of an engine that have no answer. */
  open(engine: object): string[] {
    const requests = [...(this.lives.get(engine) ?? [])]
    return requests
      .filter(([, { answer }]) => answer === undefined)
      .map(([sequence, { type }]) => `${type} ${sequence}`)
  }

  /** The answer to a request. */
  answerTo(engine: object, sequence: number): string | undefined {
    return this.lives.get(engine)?.get(sequence)?.answer
  }

  private note(self: NodeId, requests: Map<number, Asked>, reply: Reply): void {
    if (reply.type === 'abandoned') {
      for (const [sequence, asked] of requests) {
        if (asked.type === 'propose' && sequence <= reply.sequence) asked.answer ??= 'abandoned'
      }
      return
    }
    const name = `${self}:${reply.sequence}`
    const asked = requests.get(reply.sequence)
    if (asked === undefined) return breach(`${show(reply)} answers no request of replica ${self}`)
    check(
      asked.answer === undefined,
      () => `request ${name} is answered twice: ${asked.answer}, then ${show(reply)}`,
    )
    asked.answer = reply.type
    if (reply.type === 'rejected') {
      if (reply.outcome !== 'definitely-not') return
      check(!this.applied.has(name), () => `proposal ${name} is applied, and rejected as definitely not done`)
      if (asked.type === 'propose') this.surelyNot.add(name)
    } else if (reply.type === 'readReady') {
      check(asked.type === 'read', () => `a ${asked.type} is answered by ${show(reply)}`)
      check(
        reply.index >= asked.floor,
        () => `read ${name} may be served at ${reply.index}, and misses ${asked.floor}`,
      )
    } else {
      const isFit = asked.type === 'reconfigure' || asked.type === 'transfer'
      check(isFit, () => `a ${asked.type} is answered by ${show(reply)}`)
    }
  }
}
