import { chunkedSource } from '@quorate/codec'
import {
  finish,
  mixInteger,
  type ApplyContext,
  type ChangeSink,
  type MachineDefinition,
  type SnapshotSource,
  type StateMachine,
} from '@quorate/core'
import type { ZnodeChange } from './api/changes.ts'
import type { ZnodeCommand } from './api/commands.ts'
import type { ZnodeQuery } from './api/queries.ts'
import type { ZnodeAnswer, ZnodeResult } from './api/results.ts'
import { znodeCodecs } from './codecs/index.ts'
import { commit } from './operations/commit.ts'
import { multi } from './operations/multi.ts'
import { prepareWrite } from './operations/prepare.ts'
import { read } from './operations/read.ts'
import { readSnapshot } from './snapshot/read-snapshot.ts'
import { writeSnapshot } from './snapshot/write-snapshot.ts'
import { Progress } from './tree/progress.ts'
import { initialTree } from './tree/tree.ts'

/** The types of a znode machine, applied. */
export type ZnodeDefinition = MachineDefinition<
  ZnodeCommand,
  ZnodeResult,
  ZnodeQuery,
  ZnodeAnswer,
  ZnodeChange
>

/**
 * The tree of znodes: ZooKeeper's paths, versions, stats, sequential nodes and multi.
 *
 * From the apply context it takes epoch and time, by their running maxima (see `Zxid` and `Stat`), so that stats come
 * out the same on every engine. A command's bytes are copied where they are kept.
 */
export function znode(): ZnodeDefinition {
  return { name: 'znode', version: 1, codecs: znodeCodecs, create: () => new ZnodeMachine() }
}

class ZnodeMachine implements StateMachine<ZnodeCommand, ZnodeResult, ZnodeQuery, ZnodeAnswer, ZnodeChange> {
  private tree = initialTree()
  private progress = new Progress()

  apply(command: ZnodeCommand, at: ApplyContext, changes: ChangeSink<ZnodeChange>): ZnodeResult {
    const { tree, progress } = this
    const zxid = progress.advance(at)
    const moment = { zxid, time: progress.time }
    if (command.type === 'multi') return multi(tree, command, moment, changes)
    const effect = prepareWrite(tree, command)
    if (typeof effect === 'string') return { type: 'error', zxid, error: effect }
    return commit(tree, effect, moment, changes)
  }

  query(query: ZnodeQuery): ZnodeAnswer {
    return read(this.tree, this.progress, query)
  }

  snapshot(): SnapshotSource {
    const { tree } = this
    const { zxid, time } = this.progress
    const frozen = tree.freeze()
    return chunkedSource(
      (writer) => writeSnapshot(writer, frozen, zxid, time),
      () => tree.thaw(frozen),
    )
  }

  restore(chunks: Iterable<Uint8Array>): void {
    // Read to its end before anything is replaced: a broken snapshot leaves the state as it was.
    const { tree, progress } = readSnapshot(chunks)
    this.tree = tree
    this.progress = progress
  }

  digest(): number {
    const { zxid, time } = this.progress
    const hash = mixInteger(mixInteger(this.tree.hashSum, zxid.epoch), zxid.counter)
    return finish(mixInteger(hash, time))
  }
}
