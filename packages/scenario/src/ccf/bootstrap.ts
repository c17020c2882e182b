import { scriptError } from '../language/problem.ts'
import type { CcfCommand, CcfName } from './parse-ccf.ts'

/** How a CCF script's cluster comes to be. */
export interface CcfCluster {
  /** The names of all nodes, in the order of their names: the first is node 1. */
  readonly names: readonly string[]
  /** The one that leads from the start, if the script begins with `start_node`. */
  readonly startNode: string | undefined
  /** Commands before this position belong to the growing of the cluster. */
  readonly grownAt: number
  /** CCF's term minus ours. */
  readonly termOffset: number
}

const joining: ReadonlySet<CcfName> = new Set(['trust_node', 'trust_nodes', 'swap_nodes'])

/** What may stand between the commands that grow a cluster, because it changes nothing about how it has grown. */
const harmless: ReadonlySet<CcfName> = new Set([
  'pre_vote_enabled',
  'start_node',
  'emit_signature',
  'replicate',
  'periodic_one',
  'periodic_all',
  'dispatch_all',
  'dispatch_all_once',
  'state_one',
  'state_all',
  'summarise_log',
  'summarise_logs_all',
  'mark_seed',
  'assert_state_sync',
  'assert_is_primary',
  'assert_is_backup',
  'assert_commit_idx',
  'assert_commit_safety',
  'assert_detail',
])

/**
 * Finds the cluster of a script. CCF starts one node and lets others join; here the membership is fixed, so all of them
 * are members from the start. That comes to the same if the cluster is whole before anything goes wrong; a script that
 * lets a node join later is refused.
 */
export function bootstrapOf(commands: readonly CcfCommand[]): CcfCluster {
  const first = commands.find(({ name }) => name !== 'pre_vote_enabled')
  if (first?.name === 'nodes') {
    const late = commands.find(({ name }) => joining.has(name) || name === 'start_node')
    if (late !== undefined) throw refusal(late)
    return { names: sortedNames(first.args), startNode: undefined, grownAt: 0, termOffset: 0 }
  }
  if (first?.name !== 'start_node') {
    throw scriptError(first?.line ?? 1, 'a script begins with start_node or nodes')
  }
  const grownAt = commands.findLastIndex(({ name }) => joining.has(name)) + 1
  const disturbance = commands.slice(0, grownAt).find(({ name }) => !harmless.has(name) && !joining.has(name))
  if (disturbance !== undefined) throw refusal(commands[grownAt - 1]!)
  const startNode = first.args[0] ?? '0'
  const joined = joinersAfter(startNode, commands)
  // Before start_node took a name, the first leader was elected in term 1; since then it begins in term 2.
  return { names: sortedNames([startNode, ...joined]), startNode, grownAt, termOffset: first.args.length }
}

/** Who joins a cluster of one. */
function joinersAfter(startNode: string, commands: readonly CcfCommand[]): readonly string[] {
  const joined: string[] = []
  for (const command of commands.filter(({ name }) => joining.has(name))) {
    for (const name of joinersOf(command)) {
      if (name === startNode || joined.includes(name)) {
        throw scriptError(command.line, `node ${name} is there already`)
      }
      joined.push(name)
    }
  }
  return joined
}

/** Who joins by that command. */
export function joinersOf(command: CcfCommand): readonly string[] {
  const names = command.args.slice(1)
  if (command.name !== 'swap_nodes') return names
  if (names[0] !== 'in' || names.includes('out')) throw refusal(command)
  return names.slice(1)
}

function refusal({ line, name }: CcfCommand): Error {
  return scriptError(line, `${name} would change the membership of a running cluster, which is not supported`)
}

/** By number where they are numbers, as CCF's own driver orders them for up to ten nodes. */
export function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}
