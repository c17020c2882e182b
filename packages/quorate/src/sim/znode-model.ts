import { type Model, impossible, partitionByKey } from '@quorate/check'

/** What clients ask of one znode (`key` is its name under the root) and its children. */
export type ZnodeInput =
  | { readonly op: 'create'; readonly key: string; readonly value: string }
  | { readonly op: 'set'; readonly key: string; readonly value: string; readonly version: number }
  | { readonly op: 'get'; readonly key: string }
  | { readonly op: 'delete'; readonly key: string; readonly version: number }
  /** Creates a sequential child. */
  | { readonly op: 'add'; readonly key: string }
  /** Deletes a child. */
  | { readonly op: 'remove'; readonly key: string; readonly child: string }
  | { readonly op: 'list'; readonly key: string }

/** Undefined: there is no such node. */
type NodeState =
  | {
      readonly value: string
      readonly version: number
      /** Children ever created. */
      readonly creates: number
      /** Names, sorted. */
      readonly children: readonly string[]
    }
  | undefined

const anyVersion = -1

/**
 * A tree of znodes, judged node by node. Answers are texts: what was found (`v7 version 2`), a list of names, `done`
 * or an error's name.
 */
export const znodeModel: Model<NodeState, ZnodeInput, string> = {
  name: 'znode',
  initial: () => undefined,
  step: (state, input, output) => {
    const next = carryOut(state, input)
    return output === undefined || output === next.answer ? next.state : impossible
  },
  equal: (a, b) => (a === undefined || b === undefined ? a === b : describeState(a) === describeState(b)),
  hash: (state) =>
    state === undefined ? 0 : state.version * 31 + state.creates * 17 + state.children.length + 1,
  readOnly: ({ op }, output) =>
    op === 'get' || op === 'list' || (output !== undefined && /^[A-Z]+$/.test(output)),
  partition: partitionByKey,
  describe: (input, output) => `${JSON.stringify(input)}: ${output ?? 'unknown'}`,
  describeState,
}

interface Next {
  readonly state: NodeState
  readonly answer: string
}

/** What a correct tree does. */
function carryOut(state: NodeState, input: ZnodeInput): Next {
  if (input.op === 'create') {
    if (state !== undefined) return { state, answer: 'NODEEXISTS' }
    return { state: { value: input.value, version: 0, creates: 0, children: [] }, answer: 'done' }
  }
  if (state === undefined) return { state, answer: 'NONODE' }
  switch (input.op) {
    case 'get':
      return { state, answer: describeNode(state.value, state.version) }
    case 'list':
      return { state, answer: describeList(state.children) }
    case 'set': {
      if (!hasVersion(state.version, input.version)) return { state, answer: 'BADVERSION' }
      const next = { ...state, value: input.value, version: state.version + 1 }
      return { state: next, answer: `version ${next.version}` }
    }
    case 'delete':
      if (!hasVersion(state.version, input.version)) return { state, answer: 'BADVERSION' }
      return state.children.length > 0 ? { state, answer: 'NOTEMPTY' } : { state: undefined, answer: 'done' }
    case 'add': {
      const name = childName(state.creates)
      const children = [...state.children, name].sort()
      return { state: { ...state, creates: state.creates + 1, children }, answer: name }
    }
    case 'remove': {
      if (!state.children.includes(input.child)) return { state, answer: 'NONODE' }
      const children = state.children.filter((name) => name !== input.child)
      return { state: { ...state, children }, answer: 'done' }
    }
  }
}

/** The name of a node's `n`-th child, counted from 0. */
export function childName(n: number): string {
  return `c-${String(n).padStart(10, '0')}`
}

export function describeNode(value: string, version: number): string {
  return `${value} version ${version}`
}

export function describeList(names: readonly string[]): string {
  return `[${names.toSorted().join(', ')}]`
}

function hasVersion(version: number, expected: number): boolean {
  return expected === anyVersion || expected === version
}

function describeState(state: NodeState): string {
  if (state === undefined) return 'there is no node'
  return `${describeNode(state.value, state.version)}, ${state.creates} created, ${describeList(state.children)}`
}
