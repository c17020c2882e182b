import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { committedByRaft, electedByRaft, readQuorumCases } from './support/quorum-vectors.ts'
import { ConfChangeRun, readChanges, readDirectives } from './support/confchange-vectors.ts'

const folder = fileURLToPath(new URL('../../../../shared/vectors/etcd-raft/', import.meta.url))
const absent = existsSync(folder) ? '' : ' (skipped: ../shared/vectors/etcd-raft is absent)'

function filesIn(name: string): { name: string; text: string }[] {
  if (absent !== '') return []
  return readdirSync(`${folder}${name}`)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => ({ name: file, text: readFileSync(`${folder}${name}/${file}`, 'utf8') }))
}

describe.skipIf(absent !== '')(`etcd-raft's changes of membership${absent}`, () => {
  const files = filesIn('confchange')

  test.each(files)('$name', ({ text }) => {
    const run = new ConfChangeRun()
    for (const directive of readDirectives(text)) {
      const printed = run.carryOut(directive)
      expect(`${directive.command} ${directive.input}\n${printed}`).toBe(
        `${directive.command} ${directive.input}\n${directive.expected}`,
      )
    }
  })

  test('there are 58', () => {
    const directives = files.flatMap(({ text }) => readDirectives(text))
    expect(directives).toHaveLength(58)
    for (const { command, input } of directives) {
      expect(command).toMatch(/^(simple|leave-joint|enter-joint( autoleave=(true|false))?)$/)
      expect(() => readChanges(input)).not.toThrow()
    }
  })
})

/** The functions of `core` that decide them are held to all 127 in `core`; here it is what a Raft replica does by them. */
describe.skipIf(absent !== '')(`etcd-raft's quorums${absent}`, () => {
  const cases = filesIn('quorum').flatMap(({ text }) => readQuorumCases(text))
  const committed = cases.filter(({ command }) => command.startsWith('committed'))
  const votes = cases.filter(({ command }) => command.startsWith('vote'))
  const withVoters = ({ known }: { known: ReadonlyMap<number, string> }): boolean => known.size > 0

  test('there are 127, all but three with somebody in them', () => {
    expect(cases).toHaveLength(127)
    expect(cases.filter((one) => !withVoters(one)).map(({ verdict }) => verdict)).toEqual([
      'VoteWon',
      '∞',
      'VoteWon',
    ])
  })

  test.each(committed.filter(withVoters))('$command → $verdict', (one) => {
    expect(committedByRaft(one)).toBe(one.verdict)
  })

  test.each(votes.filter(withVoters))('$command → $verdict', (one) => {
    const isElected = electedByRaft(one)
    if (isElected === undefined) expect(one.verdict).toBe('VoteLost')
    else expect(isElected).toBe(one.verdict === 'VoteWon')
  })
})
