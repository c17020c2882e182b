import type { NodeId } from '@quorate/core'
import { isSame } from '../suite/compare.ts'
import { breach } from '../suite/failure.ts'
import { checkMeans } from '../suite/means.ts'
import { type Patience, within } from '../suite/patience.ts'
import { checkSessions } from './check-sessions.ts'
import type { TransportNet, TransportSubject } from './subject.ts'
import { readTag } from './tagged-frame.ts'
import { TransportEnd } from './transport-end.ts'

/** Sessions that may break, one after the other, before one must last. */
const mostAttempts = 10

/** Nodes of a net, and every life that they had. */
export class NetSession {
  readonly net: TransportNet
  readonly patience: Patience
  private readonly ends = new Map<NodeId, TransportEnd>()
  private readonly all: TransportEnd[] = []

  constructor(net: TransportNet, patience: Patience) {
    this.net = net
    this.patience = patience
  }

  end(node: NodeId): TransportEnd {
    return this.ends.get(node)!
  }

  /** The node’s process starts, or starts again. */
  async start(node: NodeId, prepare: (end: TransportEnd) => void = () => {}): Promise<TransportEnd> {
    const life = this.all.filter((each) => each.node === node).length + 1
    const end = new TransportEnd(node, life, await this.net.transport(node))
    this.ends.set(node, end)
    this.all.push(end)
    prepare(end)
    end.transport.start(end)
    return end
  }

  async close(node: NodeId): Promise<void> {
    await within(this.patience, `close of node ${node}`, this.end(node).transport.close())
  }

  /** Waits until both ends of each link between these nodes are up. */
  async linked(...nodes: readonly NodeId[]): Promise<void> {
    for (const a of nodes) {
      for (const b of nodes) {
        if (a !== b)
          await this.wait(`node ${a} being told of a session with ${b}`, a, () => this.end(a).isUp(b))
      }
    }
  }

  /** Waits until `check` holds of what a node was told. */
  async wait(what: string, node: NodeId, check: () => boolean): Promise<void> {
    await within(this.patience, what, this.end(node).until(check))
  }

  /**
   * Sends until a frame gets through from one node to another, in whatever session there is by then. What was sent
   * before it cannot arrive any more after it.
   */
  async fence(from: NodeId, to: NodeId): Promise<void> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await this.linked(from, to)
      const [sender, receiver] = [this.end(from), this.end(to)]
      const session = sender.count('up', to)
      if (!sender.send(to)) breach(`the queue from ${from} to ${to} is full, and hardly anything was sent`)
      const tag = sender.lastSent(to)
      const arrived = receiver.until(() => {
        const last = receiver.lastFrame(from)
        return last !== undefined && isSame(readTag(last), tag)
      })
      const broke = sender.until(() => sender.count('up', to) > session)
      await within(this.patience, `a frame from ${from} to ${to}`, Promise.race([arrived, broke]))
      if (sender.count('up', to) === session) return
    }
    breach(`no session from ${from} to ${to} lasts, though nothing breaks them`)
  }

  /** Checks all that was told to anyone. */
  check(): void {
    for (const end of this.all) checkSessions(end)
  }

  async finish(): Promise<void> {
    for (const { node, transport } of this.all) {
      await within(this.patience, `close of node ${node}`, transport.close())
    }
    await this.net.remove?.()
  }
}

/** Runs `use` with a net of such nodes, of which none has started, and checks what everybody was told. */
export async function withNet(
  subject: TransportSubject,
  nodes: readonly NodeId[],
  use: (session: NetSession) => Promise<void>,
  seed = 1,
): Promise<void> {
  const session = new NetSession(await subject.net(nodes, seed), subject.patience)
  try {
    checkMeans('net', session.net, subject.can, { break: 'break' })
    await use(session)
    session.check()
  } catch (error) {
    // What was seen first is what counts, and not that such a net cannot be closed either.
    await session.finish().catch(() => {})
    throw error
  }
  await session.finish()
}

/** As {@link withNet}, with every node started and every session made. */
export async function withLinks(
  subject: TransportSubject,
  nodes: readonly NodeId[],
  use: (session: NetSession) => Promise<void>,
  seed = 1,
): Promise<void> {
  await withNet(
    subject,
    nodes,
    async (session) => {
      for (const node of nodes) await session.start(node)
      await session.linked(...nodes)
      await use(session)
    },
    seed,
  )
}
