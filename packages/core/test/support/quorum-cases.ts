import { type QuorumSystem, type NodeId, majorityOf } from '../../src/index.ts'

/** One case of etcd-raft's quorum tests. */
export interface QuorumCase {
  /** The command as it stands in the file. */
  readonly command: string
  readonly kind: 'committed' | 'vote'
  readonly system: QuorumSystem
  /** What each voter has acknowledged or voted; `_`: nothing is known of it. */
  readonly known: ReadonlyMap<NodeId, string>
  /** The last line of the expected text. */
  readonly verdict: string
}

/**
 * Reads a file of cases: command and arguments, `----`, the expected text, an empty line. Lines that begin with `#` are
 * comments.
 */
export function readQuorumCases(text: string): QuorumCase[] {
  const cases: QuorumCase[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const command = lines[i]!
    if (!/^(committed|vote)\b/.test(command)) continue
    let end = i + 2
    while (end < lines.length && lines[end] !== '') end++
    cases.push(readCase(command, lines[end - 1]!))
    i = end
  }
  return cases
}

function readCase(command: string, lastLine: string): QuorumCase {
  const list = (name: string): string[] | undefined => {
    const inside = new RegExp(`\\b${name}=\\(([^)]*)\\)`).exec(command)?.[1]
    return inside?.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
  }
  const old = (list('cfg') ?? []).map(Number)
  const next = /\bcfgj=zero\b/.test(command) ? [] : list('cfgj')?.map(Number)
  const majority = majorityOf(old).quorums
  // Acknowledgements are given in the order of the voters, first those of cfg, then those that only cfgj has.
  const given = list('idx') ?? list('votes') ?? []
  const voters = [...new Set([...old, ...(next ?? [])])]
  return {
    command,
    kind: command.startsWith('vote') ? 'vote' : 'committed',
    system: next === undefined ? majority : { type: 'joint', old: majority, next: majorityOf(next).quorums },
    known: new Map(voters.map((voter, i) => [voter, given[i] ?? '_'])),
    verdict: lastLine.replace(/^<empty majority quorum>/, ''),
  }
}
