import { QuorateError, type ApplyContext, type SnapshotSource } from '@quorate/core'
import {
  anyVersion,
  znode,
  type CreateMode,
  type Stat,
  type ZnodeAnswer,
  type ZnodeChange,
  type ZnodeCommand,
  type ZnodeQuery,
  type ZnodeResult,
} from '../../src/index.ts'

export const definition = znode()

export function bytes(given: string): Uint8Array {
  return Uint8Array.from(given, (unit) => unit.charCodeAt(0))
}

export function context(epoch: number, time: number): ApplyContext {
  return { index: 1, epoch, time, request: undefined }
}

/** A machine with the changes of its last command, and a present that the test sets. */
export class Subject {
  readonly machine = definition.create()
  changes: ZnodeChange[] = []
  epoch = 1
  time = 1000

  apply(command: ZnodeCommand, at: ApplyContext = context(this.epoch, this.time)): ZnodeResult {
    this.changes = []
    return this.machine.apply(command, at, this.changes)
  }

  /** The command through its encoding, as a replica does it. */
  applyEncoded(command: ZnodeCommand, at: ApplyContext): ZnodeResult {
    return this.apply(definition.codecs.command.decode(definition.codecs.command.encode(command)), at)
  }

  query(query: ZnodeQuery): ZnodeAnswer {
    return this.machine.query(query)
  }

  create(path: string, data: string | null = '', mode: CreateMode = 'PERSISTENT'): ZnodeResult {
    return this.apply({ type: 'create', path, data: data === null ? null : bytes(data), mode })
  }

  /** Creates a sequential node and gives its path. */
  next(path: string): string {
    const result = this.create(path, '', 'PERSISTENT_SEQUENTIAL')
    return result.type === 'create' ? result.path : result.type
  }

  set(path: string, data: string | null, version: number = anyVersion): ZnodeResult {
    return this.apply({ type: 'setData', path, data: data === null ? null : bytes(data), version })
  }

  delete(path: string, version: number = anyVersion): ZnodeResult {
    return this.apply({ type: 'delete', path, version })
  }

  stat(path: string): Stat {
    const answer = this.query({ type: 'exists', path })
    if (answer.type !== 'exists') throw new Error(`no stat of ${path}`)
    return answer.stat
  }

  children(path: string): readonly string[] {
    const answer = this.query({ type: 'getChildren', path })
    if (answer.type !== 'getChildren') throw new Error(`no children of ${path}`)
    return answer.children
  }

  shownChanges(): string[] {
    return this.changes.map((change) => `${change.type} ${change.path}`)
  }
}

export function drain(source: SnapshotSource): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let piece = source.next(); piece !== undefined; piece = source.next()) pieces.push(piece)
  source.close()
  return pieces
}

export function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}
