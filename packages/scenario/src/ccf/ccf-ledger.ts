import type { Entry, NodeId } from '@quorate/core'
import type { Play } from '../run/play.ts'
import { textOf } from '../run/views.ts'

/** What `emit_signature` proposes. */
export const signature = 'signature'

const configurationWord = 'configuration'

/** What a node that starts, or lets others join, proposes. */
export function configurationOf(names: readonly string[]): string {
  return [configurationWord, ...names].join(' ')
}

/** A configuration in a log, which is in force from that index on. */
export interface CcfConfiguration {
  readonly index: number
  readonly names: readonly string[]
}

/**
 * A node's log as CCF counts it: without the empty entries that leaders here begin their terms with, and committed only
 * up to a signature.
 */
export class CcfLedger {
  private readonly entries: readonly Entry[]
  private readonly committed: number

  constructor({ cluster }: Play, node: NodeId) {
    const commitIndex = cluster.observe(node).commitIndex
    this.entries = cluster
      .node(node)
      .durable.image(0)
      .entries.filter(({ kind }) => kind === 'command')
    const known = this.entries.filter(({ index }) => index <= commitIndex)
    this.committed = known.findLastIndex(({ data }) => textOf(data) === signature) + 1
  }

  get lastIndex(): number {
    return this.entries.length
  }

  get commitIndex(): number {
    return this.committed
  }

  get lastTerm(): number {
    return this.entries.at(-1)?.epoch ?? 0
  }

  /** The newest configuration that is committed, and those behind it. */
  get configurations(): readonly CcfConfiguration[] {
    const all = this.entries.flatMap(({ data }, position): CcfConfiguration[] => {
      const [word, ...names] = textOf(data).split(' ')
      return word === configurationWord ? [{ index: position + 1, names }] : []
    })
    const newest = all.findLastIndex(({ index }) => index <= this.committed)
    return all.slice(Math.max(0, newest))
  }

  /** The entries up to an index, each as one text; undefined if there are fewer. */
  prefix(length: number): string | undefined {
    if (this.entries.length < length) return undefined
    return this.entries
      .slice(0, length)
      .map(({ epoch, data }) => `${epoch} ${textOf(data)}`)
      .join('\n')
  }
}
