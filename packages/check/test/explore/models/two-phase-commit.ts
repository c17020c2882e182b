import type { StateModel } from '../../../src/explore/model/state-model.ts'

/** `w`orking, `p`repared, `c`ommitted, `a`borted. */
type ManagerState = 'w' | 'p' | 'c' | 'a'

export interface TwoPhaseState {
  readonly managers: readonly ManagerState[]
  readonly transaction: 'init' | 'committed' | 'aborted'
  /** From whom the transaction manager has heard that it is prepared. */
  readonly heard: readonly boolean[]
  /** Who has said that it is prepared. Messages are never taken away. */
  readonly said: readonly boolean[]
}

export type TwoPhaseAction = readonly [
  'hear' | 'commit' | 'abort' | 'prepare' | 'chooseToAbort' | 'learnCommit' | 'learnAbort',
  number,
]

/**
 * Two-phase commit. Gray and Lamport, "Consensus on Transaction Commit", TwoPhase.tla; the message set of Commit and
 * Abort is the transaction manager's state.
 */
export function twoPhaseCommit(managers: number, broken = false): StateModel<TwoPhaseState, TwoPhaseAction> {
  const all = Array.from({ length: managers }, (_, i) => i)
  return {
    initialStates: () => [
      {
        managers: all.map(() => 'w' as const),
        transaction: 'init',
        heard: all.map(() => false),
        said: all.map(() => false),
      },
    ],
    actions: (state) => actionsOf(state, all, broken),
    next: (state, action) => apply(state, action),
    encode(state, into) {
      into.text(state.managers.join('')).text(state.transaction)
      for (const i of all) into.word((state.heard[i]! ? 1 : 0) + (state.said[i]! ? 2 : 0))
    },
    properties: [
      {
        name: 'consistent',
        kind: 'always',
        holds: ({ managers: rms }) => !(rms.includes('a') && rms.includes('c')),
        explain: ({ managers: rms }) => `resource managers are ${rms.join('')}`,
      },
      { name: 'all abort', kind: 'sometimes', holds: (state) => state.managers.every((rm) => rm === 'a') },
      { name: 'all commit', kind: 'sometimes', holds: (state) => state.managers.every((rm) => rm === 'c') },
    ],
    representative: (state) => sortManagers(state, (i) => String('wpca'.indexOf(state.managers[i]!))),
  }
}

/** The same with a representative that is exact: equal for all permutations of the resource managers. */
export function twoPhaseCommitExact(managers: number): StateModel<TwoPhaseState, TwoPhaseAction> {
  const representative = (state: TwoPhaseState): TwoPhaseState =>
    sortManagers(state, (i) => `${state.managers[i]}${state.heard[i]}${state.said[i]}`)
  return { ...twoPhaseCommit(managers), representative }
}

function actionsOf(state: TwoPhaseState, all: readonly number[], broken: boolean): TwoPhaseAction[] {
  const actions: TwoPhaseAction[] = []
  const { transaction, heard, said, managers } = state
  const mayCommit = broken ? heard.some((is) => is) : heard.every((is) => is)
  if (transaction === 'init' && mayCommit) actions.push(['commit', -1])
  if (transaction === 'init') actions.push(['abort', -1])
  for (const i of all) {
    if (transaction === 'init' && said[i]!) actions.push(['hear', i])
    if (managers[i] === 'w') actions.push(['prepare', i], ['chooseToAbort', i])
    if (transaction === 'committed') actions.push(['learnCommit', i])
    if (transaction === 'aborted') actions.push(['learnAbort', i])
  }
  return actions
}

function apply(state: TwoPhaseState, [type, i]: TwoPhaseAction): TwoPhaseState {
  const become = (rm: ManagerState): TwoPhaseState => ({ ...state, managers: state.managers.with(i, rm) })
  switch (type) {
    case 'commit':
      return { ...state, transaction: 'committed' }
    case 'abort':
      return { ...state, transaction: 'aborted' }
    case 'hear':
      return { ...state, heard: state.heard.with(i, true) }
    case 'prepare':
      return { ...become('p'), said: state.said.with(i, true) }
    case 'chooseToAbort':
    case 'learnAbort':
      return become('a')
    case 'learnCommit':
      return become('c')
  }
}

function sortManagers(state: TwoPhaseState, key: (i: number) => string): TwoPhaseState {
  const order = state.managers
    .map((_, i) => i)
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b))
  return {
    ...state,
    managers: order.map((i) => state.managers[i]!),
    heard: order.map((i) => state.heard[i]!),
    said: order.map((i) => state.said[i]!),
  }
}
