import { QuorateError } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { raft } from '@quorate/raft'
import { simulate } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import {
  type CommandOutput,
  type SimOptions,
  isGood,
  judgeHistory,
  mvccWorkload,
  parseFaults,
  parseSeeds,
  replayCommand,
  runReplay,
  runSim,
  simulatedMachine,
  znodeModel,
} from 'quorate'

/** What a run of the command prints, and its exit code. */
async function capture(options: SimOptions): Promise<{ code: number; lines: string[]; progress: string[] }> {
  const lines: string[] = []
  const progress: string[] = []
  const output: CommandOutput = { line: (text) => lines.push(text), progress: (text) => progress.push(text) }
  return { code: await runSim({ jobs: 1, ...options }, output), lines, progress }
}

describe('quorate sim', () => {
  it('prints a summary, and shows how far it is', async () => {
    const { code, lines, progress } = await capture({ engine: 'raft', machine: 'mvcc', seeds: '1..5' })
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
      'skipped',
      'cores',
      'trace hash',
      'coverage',
    ])
    expect(progress[0]).toMatch(/^raft with mvcc: 1 of 5 runs/)
    expect(progress[1]).toMatch(/^raft with mvcc: 2 of 5 runs/)
    expect(progress.at(-1)).toBe('')
  })

  it('gives the same trace hash for the same seeds, verbose or not', async () => {
    for (const engine of ['zab', 'multi-paxos']) {
      const hashOf = async (verbose: boolean): Promise<string | undefined> =>
        (await capture({ engine, machine: 'znode', seeds: '3,4', verbose })).lines.at(-2)
      expect(await hashOf(false)).toMatch(/^ {2}trace hash {4}[0-9a-f]{8}$/)
      expect(await hashOf(true)).toBe(await hashOf(false))
    }
  })

  it('prints every event when it is verbose, each in the column of its replica', async () => {
    const { lines } = await capture({
      engine: 'raft',
      machine: 'mvcc',
      seeds: '2',
      faults: 'none',
      verbose: true,
    })
    expect(lines.some((line) => /^ +\d+\.\d{3} {2}1│ starts$/.test(line))).toBe(true)
    expect(lines.some((line) => /^ +\d+\.\d{3} {18}2│ starts$/.test(line))).toBe(true)
    expect(lines.some((line) => line.includes('AppendEntries {term: '))).toBe(true)
  })

  it('refuses what it cannot do before it does anything', async () => {
    const wrong: Partial<SimOptions>[] = [
      { engine: 'chubby' },
      { machine: 'turing' },
      { seeds: '5..1' },
      { seeds: 'some' },
      { faults: 'gremlins' },
    ]
    for (const options of wrong) {
      const running = capture({ engine: 'raft', machine: 'mvcc', seeds: '1', ...options })
      await expect(running).rejects.toThrow(QuorateError)
    }
  })
})

describe('a failed run', () => {
  it('is explained, small, with one command that shows it again', async () => {
    const option = { 'unsafe.ackBeforeDurable': true }
    const { code, lines } = await capture({ engine: 'raft', machine: 'mvcc', seeds: '1..12', option })
    expect(code).toBe(1)
    expect(lines[0]).toMatch(/^seed \d+ failed:$/)
    expect(lines[2]).toMatch(/\(shrunk from [\d,]+ events/)
    expect(lines.join('\n')).toMatch(/^ +engine .*unsafe\.ackBeforeDurable=true/m)
    const command = lines[lines.indexOf('run it again, as small as it could be made:') + 1]!
    const [, link] = /^ {2}npx quorate replay ([\w-]+)$/.exec(command)!
    const again: string[] = []
    const output = { line: (text: string) => again.push(text), progress: () => {} }
    expect(runReplay(link!, { engine: 'zab', machine: 'znode' }, output)).toBe(1)
    expect(again).toContain(lines[1])
  })

  it('whose history is not linearizable is not good', () => {
    const report = simulate({
      engine: raft(),
      machine: mvcc(),
      workload: mvccWorkload,
      seed: 1,
      faults: 'none',
    })
    const good = { linearizable: 'yes', sequential: 'yes' } as const
    expect(isGood({ report, verdict: { ...good, explanation: [] } })).toBe(true)
    expect(isGood({ report, verdict: { ...good, linearizable: 'unknown', explanation: [] } })).toBe(true)
    expect(isGood({ report, verdict: { ...good, linearizable: 'no', explanation: ['get: v1'] } })).toBe(false)
    expect(isGood({ report, verdict: { ...good, sequential: 'no', explanation: ['x'] } })).toBe(false)
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
    expect(replayCommand(options, 4)).toBe('npx quorate replay 4 --engine zab --machine znode --replicas 5')
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

  it('lets sequential reads be old, but nothing else than a state that there was', () => {
    const write = (call: number, value: string, index: number): object => {
      const input = { op: 'put', key: 'a', value }
      return { ...base, input, output: undefined, call, return: call + 1, witness: { index } }
    }
    const read = (output: string | null, index: number): object => {
      const witness = { index, read: true }
      const input = { op: 'get', key: 'a' }
      return { ...base, input, output, call: 10, return: 11, isSequential: true, witness }
    }
    const writes = [write(1, 'v1', 1), write(3, 'v2', 2)]
    const judge = (...reads: object[]): unknown => {
      const { linearizable, sequential } = simulatedMachine('mvcc').judge([...writes, ...reads] as never)
      return { linearizable, sequential }
    }
    const good = { linearizable: 'yes', sequential: 'yes' }
    expect(judge(read('v1', 1), read('v2', 2), read(null, 0))).toEqual(good)
    expect(judge(read('v2', 1))).toEqual({ ...good, sequential: 'no' })
    expect(judge(read('v1', 2))).toEqual({ ...good, sequential: 'no' })
    expect(judge(read('v3', 2))).toEqual({ ...good, sequential: 'no' })
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
