import { QuorateError, type ApplyContext, type MachineDefinition, type SnapshotSource } from '@quorate/core'
import { type ZnodeCommand, type ZnodeDefinition, type ZnodeQuery, znode } from '@quorate/znode'

/** Something that a machine keeps beside its tree. */
export interface Table {
  write(): unknown
  read(value: unknown): void
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function toBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

function fromBytes(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes))
}

/**
 * The znode machine with what it does not have yet beside it, in tables. As it should be, its snapshot is of one moment.
 * A fuzzy one has its tables in the state in which each piece is written: ZooKeeper's, which is written while commands go
 * on, and leans on their being applied again.
 */
export abstract class TreeWithTables<Command> {
  protected readonly tree: ReturnType<ZnodeDefinition['create']> = znode().create()
  private readonly fuzzy: boolean

  constructor(fuzzy: boolean) {
    this.fuzzy = fuzzy
  }

  protected abstract readonly tables: readonly Table[]

  abstract apply(command: Command, at: ApplyContext): unknown

  query(query: ZnodeQuery): ReturnType<typeof this.tree.query> {
    return this.tree.query(query)
  }

  /** A piece for each table, then those of the tree. */
  snapshot(): SnapshotSource {
    const tables = this.tables.map((table) => (): Uint8Array => toBytes(table.write()))
    const written = this.fuzzy ? tables : tables.map((write) => write()).map((bytes) => () => bytes)
    let tree = this.fuzzy ? undefined : this.tree.snapshot()
    return {
      next: () => {
        const write = written.shift()
        if (write !== undefined) return write()
        tree ??= this.tree.snapshot()
        return tree.next()
      },
      close: () => tree?.close(),
    }
  }

  restore(chunks: Iterable<Uint8Array>): void {
    const pieces = [...chunks]
    for (const table of this.tables) table.read(fromBytes(pieces.shift()!))
    this.tree.restore(pieces)
  }

  digest(): number {
    return this.tree.digest()
  }

  protected change(command: ZnodeCommand, at: ApplyContext): ReturnType<typeof this.tree.apply> {
    return this.tree.apply(command, at, [])
  }
}

export function fail(what: string): never {
  throw new QuorateError('DECODE', what)
}

/** A machine of this file as a definition. Only its commands are ever encoded. */
export function definition<Command>(
  name: string,
  create: () => TreeWithTables<Command>,
): MachineDefinition<Command, unknown, ZnodeQuery, unknown, unknown> {
  const codec = { encode: toBytes, decode: (bytes: Uint8Array) => fromBytes(bytes) as never }
  return {
    name,
    version: 1,
    codecs: { command: codec, result: codec, query: codec, answer: codec, change: codec },
    create,
  }
}
