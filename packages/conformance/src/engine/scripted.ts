import { type EngineDefinition, type Membership, type Message, type NodeId } from '@quorate/core'
import { EngineCluster, Random } from '@quorate/sim'
import { checkSame } from '../suite/compare.ts'
import { breach, check } from '../suite/failure.ts'
import { AgreementWatch, RequestWatch } from './cluster-watches.ts'
import { type Watch, watched } from './watched.ts'

/** A cluster in which things are made to happen one after the other, with the general rules watched all the while. */
export class Scripted<M extends Message> {
  readonly cluster: EngineCluster<M>
  readonly requests: RequestWatch<M> = new RequestWatch<M>()
  readonly agreement: AgreementWatch<M> = new AgreementWatch<M>()
  /** A silence that makes any replica suspect its leader, and time for an election. */
  readonly patience: number

  private readonly engines = new Map<NodeId, object>()

  constructor(definition: EngineDefinition<M>, size: number, membership?: Membership) {
    const delays = new Random(1)
    this.patience = 3 * definition.electionTimeout
    const living: Watch<M> = { begun: ({ init, engine }) => void this.engines.set(init.self, engine) }
    this.cluster = new EngineCluster(watched(definition, [this.requests, this.agreement, living]), size, {
      drawDelay: (_, min, max) => delays.integer(Math.ceil(min), Math.floor(max)),
      ...(membership === undefined ? {} : { membership }),
    })
  }

  get ids(): readonly NodeId[] {
    return [...this.cluster.nodes.keys()]
  }

  /** The established leader of the latest epoch, among those running; of several the one of the highest id, as ballots go. */
  get leader(): NodeId | undefined {
    const leaders = this.ids
      .filter((id) => this.cluster.node(id).running)
      .map((id) => this.cluster.observe(id))
      .filter(({ established }) => established)
      .sort((a, b) => b.epoch - a.epoch || b.node - a.node)
    return leaders[0]?.node
  }

  /** Waits for a leader among those; gives it. */
  elect(among: readonly NodeId[] = this.ids): NodeId {
    const isThere = (): boolean => this.leader !== undefined && among.includes(this.leader)
    this.cluster.run(20 * this.patience, isThere)
    const { leader } = this
    if (leader === undefined || !isThere())
      return breach(`${among.join()} elect no leader in ${this.cluster.time} ms`)
    this.cluster.settle()
    return leader
  }

  /** Waits until it is applied at all those; `at` is where it is proposed. */
  commit(at: NodeId, by: readonly NodeId[], count = 1): void {
    for (let i = 0; i < count; i++) {
      const sequence = this.cluster.propose(at)
      const isApplied = (): boolean => by.every((id) => this.has(id, at, sequence))
      this.cluster.run(10 * this.patience, isApplied)
      check(
        isApplied(),
        () => `a proposal at ${at}, under leader ${this.leader}, is not applied at ${by.join()}`,
      )
    }
  }

  /** Has a replica applied what was proposed? */
  has(id: NodeId, proposer: NodeId, sequence: number): boolean {
    return this.cluster
      .node(id)
      .applied.some(({ request }) => request?.replica === proposer && request.sequence === sequence)
  }

  /** Waits until all replicas are equal, and checks it. */
  converge(ids: readonly NodeId[] = this.ids): void {
    this.cluster.run(4 * this.patience)
    this.commit(this.elect(), ids)
    this.cluster.run(this.patience)
    const indexes = ids.map((id) => this.cluster.node(id).appliedIndex)
    checkSame(
      indexes,
      indexes.map(() => indexes[0]),
      `at rest, replicas ${ids.join()} have applied`,
    )
  }

  /** Requests of a replica, in this life of it, that have no answer. */
  open(id: NodeId): string[] {
    return this.requests.open(this.engines.get(id)!)
  }

  /** A read at a replica, answered within patience, if it is. */
  read(at: NodeId): string | undefined {
    const sequence = this.cluster.read(at)
    const answer = (): string | undefined => this.answer(at, sequence)
    this.cluster.run(10 * this.patience, () => answer() !== undefined)
    return answer()
  }

  /** How a request at a replica ended, as far as it has. */
  answer(at: NodeId, sequence: number): string | undefined {
    const reply = this.cluster
      .node(at)
      .replies.find((each) => each.type !== 'abandoned' && each.sequence === sequence)
    return reply?.type ?? (this.has(at, at, sequence) ? 'applied' : undefined)
  }
}
