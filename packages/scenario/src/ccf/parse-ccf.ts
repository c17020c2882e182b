import { linesOf, scriptError, unknownWord } from '../language/problem.ts'

/** A line of a script in CCF's format: a name and what it is given. */
export interface CcfCommand {
  /** From 1. */
  readonly line: number
  readonly name: CcfName
  readonly args: readonly string[]
}

/** How many arguments each command takes, at least and at most. */
const known = {
  pre_vote_enabled: [1, 1],
  nodes: [1, 32],
  connect: [2, 2],
  start_node: [0, 1],
  trust_node: [2, 2],
  trust_nodes: [2, 32],
  swap_nodes: [3, 64],
  emit_signature: [1, 1],
  replicate: [2, 2],
  assume_primary: [1, 1],
  periodic_one: [2, 2],
  periodic_all: [1, 1],
  dispatch_one: [1, 1],
  dispatch_all: [0, 0],
  dispatch_all_once: [0, 0],
  dispatch_single: [2, 2],
  drop_pending: [1, 1],
  drop_pending_to: [2, 2],
  shuffle_one: [1, 1],
  shuffle_all: [0, 0],
  disconnect: [2, 2],
  disconnect_node: [1, 1],
  reconnect: [2, 2],
  reconnect_node: [1, 1],
  state_one: [1, 1],
  state_all: [0, 0],
  summarise_log: [1, 1],
  summarise_logs_all: [0, 0],
  summarise_messages: [2, 2],
  loop_until_sync: [0, 0],
  assert_state_sync: [0, 0],
  assert_is_primary: [1, 1],
  assert_isnot_primary: [1, 1],
  assert_is_backup: [1, 1],
  assert_isnot_backup: [1, 1],
  assert_is_candidate: [1, 1],
  assert_isnot_candidate: [1, 1],
  assert_commit_idx: [2, 2],
  'assert_!commit_idx': [2, 2],
  assert_commit_safety: [1, 1],
  assert_last_txid: [2, 2],
  'assert_!last_txid': [2, 2],
  assert_detail: [3, 3],
  'assert_!detail': [3, 3],
  assert_config: [3, 34],
  assert_absent_config: [2, 2],
  mark_seed: [1, 1],
} as const

/** The commands that can be run. */
export type CcfName = keyof typeof known

/** Commands of the format that change the membership or hand over leadership: no engine here can do so yet. */
const refused: ReadonlySet<string> = new Set([
  'cleanup_nodes',
  'swap_node',
  'replicate_new_configuration',
  'create_new_node',
  'nominate_successor',
  'assert_is_retired',
  'assert_is_retiring',
  'assert_is_active',
])

/**
 * Reads a script in the line format of CCF's Raft scenarios: a command a line, its arguments behind commas, `#` before a
 * comment, four or more `=` before what is no longer part of it.
 *
 * @throws QuorateError `USAGE` for a command that is unknown, that has too few or too many arguments, or that no engine
 * here can carry out
 */
export function parseCcf(text: string): CcfCommand[] {
  const commands: CcfCommand[] = []
  for (const [i, source] of linesOf(text).entries()) {
    if (source.startsWith('====')) break
    const content = source.replace(/#.*$/, '').trimEnd()
    if (content !== '') commands.push(parseCommand(content, i + 1))
  }
  return commands
}

function parseCommand(content: string, line: number): CcfCommand {
  const [name = '', ...args] = content.split(',')
  if (refused.has(name)) {
    throw scriptError(line, `${name}: changes of membership and transfers of leadership are not supported`)
  }
  if (!Object.hasOwn(known, name)) throw scriptError(line, unknownWord(name, 'command', Object.keys(known)))
  const [least, most] = known[name as CcfName]
  if (args.length < least || args.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`
    throw scriptError(line, `${name} takes ${wanted} arguments, and there are ${args.length}`)
  }
  return { line, name: name as CcfName, args }
}
