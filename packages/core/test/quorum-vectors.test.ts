import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isBlocked, isQuorum, quorumIndex } from '../src/index.ts'
import { type QuorumCase, readQuorumCases } from './support/quorum-cases.ts'

const folder = fileURLToPath(new URL('../../../../shared/vectors/etcd-raft/quorum/', import.meta.url))
const absent = existsSync(folder) ? '' : ' (skipped: ../shared/vectors/etcd-raft/quorum is absent)'

function decide({ kind, system, known }: QuorumCase): string {
  if (kind === 'committed') {
    const index = quorumIndex(system, (voter) => (known.get(voter) === '_' ? 0 : Number(known.get(voter))))
    return index === Infinity ? '∞' : String(index)
  }
  if (isQuorum(system, (voter) => known.get(voter) === 'y')) return 'VoteWon'
  return isBlocked(system, (voter) => known.get(voter) === 'n') ? 'VoteLost' : 'VotePending'
}

describe.skipIf(absent !== '')(`etcd-raft's quorum cases${absent}`, () => {
  const files = absent === '' ? readdirSync(folder).filter((name) => name.endsWith('.txt')) : []
  const cases = files.flatMap((name) => readQuorumCases(readFileSync(folder + name, 'utf8')))

  test('there are 127', () => {
    expect(cases).toHaveLength(127)
  })

  test('every voter of a case is spoken of, and every verdict is one', () => {
    for (const { command, known, verdict } of cases) {
      const given = /(?:idx|votes)=\(([^)]*)\)/.exec(command)?.[1]?.split(',') ?? []
      expect([known.size, command]).toEqual([given.length, command])
      expect(verdict).toMatch(/^(∞|\d+|VoteWon|VoteLost|VotePending)$/)
    }
  })

  test.each(cases)('$command → $verdict', (one) => {
    expect(decide(one)).toBe(one.verdict)
  })
})
