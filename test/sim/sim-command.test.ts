import { QuorateError } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { raft } from '@quorate/raft'
import { type RunReport, simulate, simulateMany } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import {
  type SimOptions,
  type SimOutput,
  SimTotals,
  formatFailure,
  isGood,
  judgeHistory,
  mvccWorkload,
  parseFaults,
  parseSeeds,
  replayCommand,
  runSim,
  simulatedMachine,
  znodeModel,
} from 'quorate'

/** What a run of the command prints, and its exit code. */
function capture(options: SimOptions): { code: number; lines: string[]; progress: string[] } {
  const lines: string[] = []
  const progress: string[] = []
  const output: SimOutput = { line: (text) => lines.push(text), progress: (text) => progress.push(text) }
  return { code: runSim(options, output), lines, progress }
}

describe('quorate sim', () => {
  it('prints a summary, and shows how far it is', () => {
    const { code, lines, progress } = capture({ engine: 'raft', machine: 'mvcc', seeds: '1..5' })
    expect(code).toBe(0)
    expect(lines[0]).toBe('raft with mvcc, seeds 1..5')
    expect(lines[1]).toMatch(/^ {2}runs {10}5, all good$/)
    expect(lines.map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'raft with mvcc, seeds 1..5',
      'runs',
      'virtual time',
      'events',
      'operations',
      'commits',
      'elections',
      'faults',
      'trace hash',
    ])
    expect(progress.slice(0, 2)).toEqual(['raft with mvcc: 1 of 5 runs', 'raft with mvcc: 2 of 5 runs'])
    expect(progress.at(-1)).toBe('')
  })

  it('gives the same trace hash for the same seeds, verbose or not', () => {
    const hashOf = (verbose: boolean): string | undefined =>
      capture({ engine: 'zab', machine: 'znode', seeds: '3,4', verbose }).lines.at(-1)
    expect(hashOf(false)).toMatch(/^ {2}trace hash {4}[0-9a-f]{8}$/)
    expect(hashOf(true)).toBe(hashOf(false))
  })

  it('prints every event when it is verbose, each in the column of its replica', () => {
    const { lines } = capture({ engine: 'raft', machine: 'mvcc', seeds: '2', faults: 'none', verbose: true })
    expect(lines.some((line) => /^ +\d+\.\d{3} {2}1│ starts$/.test(line))).toBe(true)
    expect(lines.some((line) => /^ +\d+\.\d{3} {18}2│ starts$/.test(line))).toBe(true)
    expect(lines.some((line) => line.includes('AppendEntries {term: '))).toBe(true)
  })

  it('refuses what it cannot do before it does anything', () => {
    const wrong: Partial<SimOptions>[] = [
      { engine: 'chubby' },
      { machine: 'turing' },
      { seeds: '5..1' },
      { seeds: 'some' },
      { faults: 'gremlins' },
    ]
    for (const options of wrong) {
      expect(() => capture({ engine: 'raft', machine: 'mvcc', seeds: '1', ...options })).toThrow(QuorateError)
    }
  })
})

/** A run that fails: with a Raft that acknowledges before its disk has it. */
function failedRun(): RunReport {
  const engine = raft({ unsafe: { ackBeforeDurable: true } })
  const seeds = Array.from({ length: 500 }, (_, i) => i + 1)
  const runs = simulateMany(seeds, (seed) => ({ engine, machine: mvcc(), workload: mvccWorkload, seed }))
  for (const report of runs) if (!report.ok) return report
  return expect.unreachable('some seed fails')
}

describe('a failed run', () => {
  const options: SimOptions = { engine: 'raft', machine: 'mvcc', seeds: '1..500', faults: 'crash,pause' }

  it('says what broke, shows the last events, and gives the command that runs it again', () => {
    const report = failedRun()
    const lines = formatFailure(options, { report, verdict: undefined })
    expect(lines[0]).toBe(`the last ${report.eventLog.length} events of seed ${report.seed}:`)
    expect(lines.slice(-3)).toEqual([
      `seed ${report.seed} failed: ${report.violation!.invariant}: ${report.violation!.message}`,
      'run it again:',
      `  npx quorate sim --engine raft --machine mvcc --seeds ${report.seed} --faults crash,pause --verbose`,
    ])
    const totals = new SimTotals()
    totals.add({ report, verdict: undefined })
    expect(totals.failed).toEqual([report.seed])
    expect(isGood({ report, verdict: undefined })).toBe(false)
  })

  it('is one whose history is not linearizable, too', () => {
    const report = simulate({
      engine: raft(),
      machine: mvcc(),
      workload: mvccWorkload,
      seed: 1,
      faults: 'none',
    })
    const verdict = { linearizable: 'no', explanation: ['get: v1'] } as const
    expect(isGood({ report, verdict })).toBe(false)
    expect(formatFailure({ ...options, faults: 'all' }, { report, verdict })).toEqual([
      'seed 1 failed: the history of its clients is not linearizable',
      '  get: v1',
      'run it again:',
      '  npx quorate sim --engine raft --machine mvcc --seeds 1 --verbose',
    ])
  })
})

describe('options', () => {
  it('of seeds are numbers, ranges and lists', () => {
    expect(parseSeeds('417')).toEqual([417])
    expect(parseSeeds('3, 5, 10..12')).toEqual([3, 5, 10, 11, 12])
  })

  it('of faults are all, none, or a list', () => {
    expect(parseFaults('none')).toBe('none')
    expect(parseFaults('crash, loss')).toEqual(['crash', 'loss'])
  })

  it('are all in the command that repeats a run', () => {
    const options = { engine: 'zab', machine: 'znode', seeds: '1..9', replicas: 5, faults: 'all' }
    expect(replayCommand(options, 4)).toBe(
      'npx quorate sim --engine zab --machine znode --seeds 4 --replicas 5 --verbose',
    )
  })
})

describe('the judge of histories', () => {
  const base = { client: 1, node: 1 }

  it('finds a stale read of a key-value store', () => {
    const history = [
      { ...base, input: { op: 'put', key: 'a', value: 'v1' }, output: undefined, call: 1, return: 2 },
      { ...base, input: { op: 'get', key: 'a' }, output: null, call: 3, return: 4 },
    ]
    const verdict = simulatedMachine('mvcc').judge(history)
    expect(verdict.linearizable).toBe('no')
    expect(verdict.explanation.join('\n')).toContain('get')
  })

  it('knows how znodes behave', () => {
    const operations: [object, string][] = [
      [{ op: 'get', key: 'n' }, 'NONODE'],
      [{ op: 'create', key: 'n', value: 'v1' }, 'done'],
      [{ op: 'create', key: 'n', value: 'v2' }, 'NODEEXISTS'],
      [{ op: 'set', key: 'n', value: 'v3', version: 0 }, 'version 1'],
      [{ op: 'set', key: 'n', value: 'v4', version: 0 }, 'BADVERSION'],
      [{ op: 'get', key: 'n' }, 'v3 version 1'],
      [{ op: 'add', key: 'n' }, 'c-0000000000'],
      [{ op: 'add', key: 'n' }, 'c-0000000001'],
      [{ op: 'remove', key: 'n', child: 'c-0000000000' }, 'done'],
      [{ op: 'list', key: 'n' }, '[c-0000000001]'],
      [{ op: 'delete', key: 'n', version: -1 }, 'NOTEMPTY'],
      [{ op: 'remove', key: 'n', child: 'c-0000000001' }, 'done'],
      [{ op: 'remove', key: 'n', child: 'c-0000000001' }, 'NONODE'],
      [{ op: 'delete', key: 'n', version: 0 }, 'BADVERSION'],
      [{ op: 'delete', key: 'n', version: 1 }, 'done'],
    ]
    const history = operations.map(([input, output], i) => {
      return { ...base, input, output, call: 2 * i, return: 2 * i + 1 }
    })
    expect(judgeHistory(znodeModel, history).linearizable).toBe('yes')
    for (let i = 0; i < history.length; i++) {
      const wrong = history.with(i, { ...history[i]!, output: 'something else' })
      expect(judgeHistory(znodeModel, wrong).linearizable, `operation ${i}`).toBe('no')
    }
  })
})
