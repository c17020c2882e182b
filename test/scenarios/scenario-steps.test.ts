import { runScenario, stepScenario } from '@quorate/scenario'
import { describe, expect, it } from 'vitest'
import { raftEngine as engine } from './engines.ts'

const script = `
quietly elect 1
pause writes 2
propose 1 "a"
settle
crash 2
freeze 3
note "words"
expect commit 1 2
expect leader 2
start 2
`

describe('a run, statement by statement', () => {
  const { result, steps } = stepScenario(script, { engine })

  it('is the run', () => {
    expect(result).toEqual(runScenario(script, { engine }))
    expect(result.failures).toEqual([
      { line: 10, message: expect.stringContaining('it is not so') as string },
    ])
    expect(steps.map(({ statement }) => statement)).toEqual(result.statements)
  })

  it('has all events, in their steps', () => {
    const events = result.events.filter(({ step }) => step >= 0)
    expect(steps.flatMap((step) => step.events)).toEqual(events)
  })

  it('tells of a step what a transcript tells', () => {
    expect(steps[0]?.told).toEqual([])
    expect(steps[0]?.events.length).toBeGreaterThan(10)
    expect(steps[2]?.told.map(({ type }) => type)).toEqual(['sent', 'sent', 'durable'])
    expect([...steps[3]!.idle]).toEqual([])
  })

  it('says how the nodes stood before and after: each step begins where the one before ended', () => {
    for (const [i, step] of steps.entries()) if (i > 0) expect(step.before).toEqual(steps[i - 1]!.after)
    expect(steps[0]?.before.map(({ opinion }) => opinion?.role)).toEqual(['follower', 'follower', 'follower'])
    const [leader, slow] = steps[3]!.after
    expect(leader?.opinion).toMatchObject({ role: 'leader', epoch: 1, commitIndex: 2, applied: ['a'] })
    expect(leader?.log.map(({ text, isDurable }) => [text, isDurable])).toEqual([
      ['', true],
      ['a', true],
    ])
    expect(slow?.log.map(({ text, isDurable }) => [text, isDurable])).toEqual([
      ['', true],
      ['a', false],
    ])
  })

  it('has of a node that is down its disk, and of one that stands still that it does', () => {
    const [, down, frozen] = steps[5]!.after
    expect(down).toMatchObject({ isRunning: false, opinion: undefined, baseIndex: 0 })
    expect(down?.log.map(({ index }) => index)).toEqual([1])
    expect(frozen).toMatchObject({ isRunning: true, isFrozen: true })
  })
})

describe('a log that is being written', () => {
  it('is cut where its node takes entries back', () => {
    const { steps } = stepScenario(
      `
engine raft {preVote=false checkQuorum=false}
quietly elect 1
hold 1 -> 2,3
propose 1 "lost" "too"
quietly elect 2
propose 2 "kept"
quietly settle
pause writes 1
release
cut 1 3
quietly run 500ms
`,
      { engine },
    )
    const last = steps.at(-1)!.after[0]!
    expect(
      last.log.filter(({ kind }) => kind === 'command').map(({ text, isDurable }) => [text, isDurable]),
    ).toEqual([['kept', false]])
  })

  it('has lost what a snapshot replaced', () => {
    const { steps } = stepScenario(
      `
engine raft {compactionTail=0 catchUpTail=0 memoryTail=0}
quietly elect 1
propose 1 "a" "b"
settle
snapshot 1
expect applied 1 "a" "b"
`,
      { engine },
    )
    const [leader] = steps.at(-1)!.after
    expect(leader).toMatchObject({ baseIndex: 3, log: [] })
  })
})
