import type { ChangeSink } from '@quorate/core'
import type { ZnodeChange } from '../api/changes.ts'
import type { MultiCommand } from '../api/commands.ts'
import type { ZnodeErrorCode } from '../api/errors.ts'
import type { MultiOperationResult, MultiResult } from '../api/results.ts'
import type { Moment, ZnodeTree } from '../tree/tree.ts'
import { commit } from './commit.ts'
import type { Effect } from './effects.ts'
import { prepare } from './prepare.ts'
import { StagedTree } from './staged-tree.ts'

/** All operations or none: each is judged by the tree that those before it would leave, then all are carried out. */
export function multi(
  tree: ZnodeTree,
  command: MultiCommand,
  at: Moment,
  changes: ChangeSink<ZnodeChange>,
): MultiResult {
  const { zxid } = at
  const staged = new StagedTree(tree)
  const effects: Effect[] = []
  for (const operation of command.operations) {
    const effect = prepare(staged, operation)
    if (typeof effect === 'string') return failed(command, effects.length, effect, at)
    staged.stage(effect)
    effects.push(effect)
  }
  const results = effects.map((effect): MultiOperationResult =>
    effect.type === 'check' ? { type: 'check', zxid } : commit(tree, effect, at, changes),
  )
  return { type: 'multi', zxid, committed: true, results }
}

function failed(command: MultiCommand, place: number, code: ZnodeErrorCode, at: Moment): MultiResult {
  const { zxid } = at
  const results = command.operations.map((_, index) => {
    const error: ZnodeErrorCode = index < place ? 'OK' : index === place ? code : 'RUNTIMEINCONSISTENCY'
    return { type: 'error', zxid, error } as const
  })
  return { type: 'multi', zxid, committed: false, results }
}
