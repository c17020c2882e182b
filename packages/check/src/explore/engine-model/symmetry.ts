import {
  type AnyEngineDefinition,
  assert,
  type LogImage,
  type Message,
  QuorateError,
  type StorageOperation,
  type Rename,
  renameEntry,
  renameMeta,
} from '@quorate/core'
import { PairMap } from '../store/pair-map.ts'
import { budgetAt, type ClusterState, cutAt, firstLocalAt, historyAt, linkBit } from './cluster-state.ts'
import type { Components } from './components.ts'
import { byEpoch, type History } from './history.ts'
import { flightOrder, insert } from './flight-order.ts'
import type { Local, Write } from './local.ts'

/** More replicas than this have too many orders to try each. */
const mostReplicas = 5

/**
 * Renames replicas: a state and its images under every renaming are one, if an engine treats all ids alike. Of the
 * images, the one whose numbers are least stands for all. Each component is renamed once for each permutation.
 */
export class Symmetry {
  private readonly components: Components
  private readonly definition: AnyEngineDefinition
  private readonly replicas: number
  /** `permutations[p][n - 1]` is the new id of replica `n`. The first one changes nothing. */
  private readonly permutations: readonly (readonly number[])[]
  private readonly locals = new PairMap()
  private readonly flights = new PairMap()
  private readonly histories = new PairMap()
  private readonly orderOf: (flight: number) => number

  /** A `QuorateError` with code `USAGE` if the engine does not treat ids alike. */
  constructor(
    components: Components,
    definition: AnyEngineDefinition,
    replicas: number,
    keepsOrder: boolean,
  ) {
    const { name } = definition
    if (definition.renameHardState === undefined) {
      const why =
        'its replicas are not interchangeable: it decides by their ids, or cannot rename what is on its disk'
      throw new QuorateError('USAGE', `explore: symmetry cannot be used with ${name}: ${why}`)
    }
    if (replicas > mostReplicas) {
      throw new QuorateError(
        'USAGE',
        `explore: symmetry is for up to ${mostReplicas} replicas, not for ${replicas}`,
      )
    }
    this.components = components
    this.definition = definition
    this.replicas = replicas
    this.orderOf = flightOrder(components, keepsOrder)
    this.permutations = permutationsOf(Array.from({ length: replicas }, (_, i) => i + 1))
  }

  representative(state: ClusterState): ClusterState {
    let least = state
    for (let p = 1; p < this.permutations.length; p++) {
      const image = this.image(state, p)
      if (isLess(image, least)) least = image
    }
    return least
  }

  /** A state with every replica's id replaced by permutation `p`. */
  private image(state: ClusterState, p: number): ClusterState {
    const { replicas } = this
    const permutation = this.permutations[p]!
    const image = [this.history(state[historyAt]!, p), state[budgetAt]!, this.cut(state[cutAt]!, permutation)]
    for (let i = 0; i < replicas; i++) {
      image[firstLocalAt + permutation[i]! - 1] = this.local(state[firstLocalAt + i]!, p)
    }
    const first = firstLocalAt + replicas
    for (let i = first; i < state.length; i++) insert(image, first, this.flight(state[i]!, p), this.orderOf)
    return image
  }

  private local(number: number, p: number): number {
    let renamed = this.locals.get(number, p)
    if (renamed === undefined) {
      renamed = this.components.internLocal(this.renameLocal(this.components.locals[number]!, this.rename(p)))
      this.locals.set(number, p, renamed)
    }
    return renamed
  }

  private flight(number: number, p: number): number {
    let renamed = this.flights.get(number, p)
    if (renamed === undefined) {
      const { components } = this
      const rename = this.rename(p)
      const flight = components.flights[number]!
      const message = this.definition.renameMessage(components.messageOf(flight), rename) as Message
      const meta = components.snapshotOf(flight)
      const snapshot = meta === undefined ? undefined : renameMeta(meta, rename)
      renamed = components.internFlight(rename(flight.from), rename(flight.to), message, snapshot)
      this.flights.set(number, p, renamed)
    }
    return renamed
  }

  private history(number: number, p: number): number {
    let renamed = this.histories.get(number, p)
    if (renamed === undefined) {
      const { histories } = this.components
      renamed = histories.intern(this.renameHistory(histories.get(number), this.rename(p)))
      this.histories.set(number, p, renamed)
    }
    return renamed
  }

  private rename(p: number): Rename {
    const permutation = this.permutations[p]!
    return (node) => permutation[node - 1] ?? node
  }

  private renameHistory(history: History, rename: Rename): History {
    const { entries } = this.components
    const entry = (number: number): number =>
      number < 0 ? number : entries.numberOf(renameEntry(entries.get(number), rename))
    return {
      ...history,
      decided: history.decided.map(([number, epoch]) => [entry(number), epoch] as const),
      leaders: history.leaders.map(([epoch, node]) => [epoch, rename(node)] as const).sort(byEpoch),
      reads: history.reads.map(([node, sequence, floor]) => [rename(node), sequence, floor] as const),
    }
  }

  private renameLocal(local: Local, rename: Rename): Local {
    return {
      ...local,
      node: rename(local.node),
      state: local.running ? this.definition.renameState(local.state, rename) : undefined,
      disk: this.renameDisk(local.disk, rename),
      writing: local.writing.map((write) => this.renameWrite(write, rename)),
      snapshots: local.snapshots.map((meta) => renameMeta(meta, rename)),
    }
  }

  private renameHardState(bytes: Uint8Array, rename: Rename): Uint8Array {
    const renamed = this.definition.renameHardState?.(bytes, rename)
    assert(renamed !== undefined, 'an engine whose replicas are interchangeable renames what is on its disk')
    return renamed
  }

  private renameDisk(disk: LogImage, rename: Rename): LogImage {
    const { hardState, base, entries, ballots } = disk
    return {
      ...disk,
      hardState: hardState === undefined ? undefined : this.renameHardState(hardState, rename),
      base: base === undefined ? undefined : renameMeta(base, rename),
      entries: entries.map((entry) => renameEntry(entry, rename)),
      ballots: new Map([...ballots].map(([slot, { round, node }]) => [slot, { round, node: rename(node) }])),
    }
  }

  private renameWrite({ persist, held }: Write, rename: Rename): Write {
    return {
      persist: {
        ...persist,
        operations: persist.operations.map((operation) => this.renameOperation(operation, rename)),
      },
      held: held.map(({ to, message }) => ({
        to: rename(to),
        message: this.definition.renameMessage(message, rename) as Message,
      })),
    }
  }

  private renameOperation(operation: StorageOperation, rename: Rename): StorageOperation {
    switch (operation.type) {
      case 'append':
        return { ...operation, entries: operation.entries.map((entry) => renameEntry(entry, rename)) }
      case 'accept': {
        const { ballot, entries } = operation
        return {
          ...operation,
          ballot: { round: ballot.round, node: rename(ballot.node) },
          entries: entries.map((entry) => renameEntry(entry, rename)),
        }
      }
      case 'setHardState':
        return { ...operation, bytes: this.renameHardState(operation.bytes, rename) }
      case 'installSnapshot':
      case 'compactTo':
        return { ...operation, meta: renameMeta(operation.meta, rename) }
      case 'truncateAfter':
        return operation
    }
  }

  private cut(bits: number, permutation: readonly number[]): number {
    if (bits === 0) return 0
    let renamed = 0
    for (let a = 1; a <= this.replicas; a++) {
      for (let b = 1; b < a; b++) {
        if ((bits & linkBit(a, b)) !== 0) renamed |= linkBit(permutation[a - 1]!, permutation[b - 1]!)
      }
    }
    return renamed
  }
}

function isLess(a: ClusterState, b: ClusterState): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!
  return false
}

function permutationsOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) => permutationsOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
}
