import type { AnyEngineDefinition } from '@quorate/core'
import { type PlannedFault, type Scenario, calmSettings, drawScenario, faultForms } from '@quorate/sim'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flattenOptions, formatRun, nestOptions, parseRun, runFileOf } from '../../src/run-file/index.ts'

/** Drawing needs no more of an engine than its measure of time and its needs. */
const engine = { name: 'raft', electionTimeout: 300, links: 'any' } as unknown as AnyEngineDefinition
const raft = { engine: 'raft', options: { preVote: false, 'unsafe.commitOldTerms': true }, machine: 'mvcc' }

function drawn(seed: number, scenario: Partial<Scenario> = {}): Scenario {
  return drawScenario({ engine, seed, scenario })
}

const small = `# replica 2 applies another entry at index 14 than replica 1 did   (agreement)
format 1
run raft mvcc seed 417
engine preVote=false unsafe.commitOldTerms=true
replicas 3
clients 2
operations 40
chaos 2400ms
network meanDelay=5ms
disk 2 minSync=1ms meanSync=20ms
at 812ms isolate target=leader direction=both silent=true duration=400ms
at 812.25ms call client=2 serial=17
at 900ms crash target=2 moment=sync downtime=40ms
`

describe('a run file', () => {
  it('reads as it is written', () => {
    const { notes, engine: name, options, machine, scenario } = parseRun(small)
    expect(notes).toEqual(['replica 2 applies another entry at index 14 than replica 1 did   (agreement)'])
    expect({ name, options, machine }).toEqual({
      name: 'raft',
      options: { preVote: false, 'unsafe.commitOldTerms': true },
      machine: 'mvcc',
    })
    expect(scenario).toMatchObject({
      seed: 417,
      replicas: 3,
      clients: 2,
      chaos: 2400,
      core: [1, 2, 3],
      atlas: true,
    })
    expect(scenario.network).toEqual({ ...calmSettings.network, meanDelay: 5 })
    expect(scenario.disks.map(({ meanSync }) => meanSync)).toEqual([0.5, 20, 0.5])
    expect(scenario.calls).toEqual([{ at: 812.25, client: 2, serial: 17 }])
    expect(scenario.plan[1]).toEqual({
      at: 900,
      action: { kind: 'crash', target: 2, moment: 'sync', downtime: 40 },
    })
    expect(formatRun(parseRun(small))).toBe(small)
  })

  it('takes other units, comments, and blank lines', () => {
    const other = small
      .replace('chaos 2400ms', '\n   chaos   2.4s   # not long\n# nothing\n')
      .replace('downtime=40ms', 'downtime=0.04s')
      .replaceAll('\n', '\r\n')
    expect(parseRun(other)).toEqual(parseRun(small))
  })

  it('comes back from its text to the last bit, whatever was drawn', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.boolean(), (seed, isExplicit) => {
        const calls = Array.from({ length: seed % 7 }, (_, i) => ({
          at: i / 3 + seed / 7e9,
          client: 1,
          serial: 7 * i + 1,
        }))
        const run = runFileOf(
          { ...raft, notes: ['what broke', '', ' and why '] },
          drawn(seed, isExplicit ? { calls, thinkTime: 10 / 3 } : {}),
        )
        expect(parseRun(formatRun(run))).toEqual(run)
      }),
      { numRuns: 150 },
    )
  })

  it('keeps the order of faults and calls, even if it is not that of their times', () => {
    const plan: PlannedFault[] = [5, 3, 3, 9].map((at, i) => ({
      at,
      action: { kind: 'pause', target: 'leader', duration: i },
    }))
    const calls = [4, 2, 4].map((at, i) => ({ at, client: 1, serial: i + 1 }))
    const run = runFileOf(raft, drawn(1, { plan, calls }))
    expect(parseRun(formatRun(run))).toEqual(run)
  })

  it('tells no calls from calls that the seed draws', () => {
    for (const calls of [[], undefined]) {
      const run = runFileOf(raft, drawn(1, calls && { calls }))
      expect(parseRun(formatRun(run)).scenario.calls).toEqual(calls)
    }
  })

  it('has a place for every kind of fault that is drawn', () => {
    const kinds = new Set<string>()
    for (let seed = 1; seed <= 200; seed++) {
      const run = runFileOf(raft, drawn(seed))
      for (const { action } of run.scenario.plan) kinds.add(action.kind)
      expect(parseRun(formatRun(run))).toEqual(run)
    }
    expect([...kinds].sort()).toEqual([...faultForms().keys()].sort())
  })
})

describe('a mistake in a run file', () => {
  it.each([
    ['', 'line 1: the file says nothing of "run ENGINE MACHINE seed NUMBER"'],
    ['replicas 3', 'line 1: a run file begins with "format 1"'],
    ['format 2', 'line 1: this is format 2, and this version of Quorate reads format 1'],
    ['format 1\nrun raft mvcc 3', 'line 2: "run ENGINE MACHINE seed NUMBER" is expected'],
    [
      'format 1\nrun raft mvcc seed 99999999999999999',
      'line 2: "run ENGINE MACHINE seed NUMBER" is expected',
    ],
    ['format 1\nrun ra/ft mvcc seed 3', 'line 2: "ra/ft" is no name of an engine or machine'],
    ['format 1\nrun raft mvcc seed 3\nreplicas 3', 'line 3: the file has no "clients" statement'],
    ['format 1\nreplica 3', 'line 2: "replica" is no statement; did you mean "replicas"?'],
    ['format 1\nreplicas 3\nreplicas 3', 'line 3: "replicas" is there twice'],
    ['format 1\nreplicas 10', 'line 2: replicas is a whole number from 1 to 9, and there is "10"'],
    ['format 1\nreplicas 3 4', 'line 2: "replicas" takes one value'],
    [
      'format 1\nchaos Infinity',
      'line 2: chaos is a duration from 0ms to 86400000ms, and there is "Infinity"',
    ],
    ['format 1\nchaos 1e999ms', 'line 2: chaos is a duration from 0ms to 86400000ms, and there is "1e999ms"'],
    ['format 1\natlas yes', 'line 2: atlas is true or false, and there is "yes"'],
    ['format 1\nquantum 0.5us', 'line 2: quantum is a duration from 1us to 1000000us, and there is "0.5us"'],
    ['format 1\noutsiders none', 'line 2: outsiders is as-is or uniform, and there is "none"'],
    ['format 1\nat 3ms pause', 'line 2: "replicas" must come before what names replicas'],
    [
      'format 1\nreplicas 3\ncore 1,4',
      'line 3: core is replicas from 1 to 3, each once, such as 1,2, and there is "1,4"',
    ],
    [
      'format 1\nreplicas 3\ncore 1,1',
      'line 3: core is replicas from 1 to 3, each once, such as 1,2, and there is "1,1"',
    ],
    ['format 1\nreplicas 3\ndisk 4 tear=1', 'line 3: disk is a replica from 1 to 3, and there is "4"'],
    ['format 1\nreplicas 3\ndisk 1 tear=2', 'line 3: tear is a number from 0 to 1, and there is "2"'],
    ['format 1\nreplicas 3\ndisk 1 taar=1', 'line 3: "taar" is no part of disk 1; did you mean "tear"?'],
    ['format 1\nreplicas 3\ndisk 1 tear=1 tear=1', 'line 3: tear= is there twice'],
    ['format 1\nreplicas 3\ndisk 1 tear=1\ndisk 1', 'line 4: "disk 1" is there twice'],
    ['format 1\nreplicas 3\ndisk 1 minSync=9', 'line 3: meanSync is not below minSync'],
    ['format 1\nreplicas 3\nnetwork loss', 'line 3: name=value is expected, and there is "loss"'],
    ['format 1\nengine __proto__=1', 'line 2: "__proto__" is no name of an option'],
    ['format 1\nengine a.constructor=1', 'line 2: "a.constructor" is no name of an option'],
    ['format 1\nreplicas 3\nat 3ms', 'line 3: a kind of fault or "call" is expected after the time'],
    [
      'format 1\nreplicas 3\nat -3ms pause',
      'line 3: at is a duration from 0ms to 86400000ms, and there is "-3ms"',
    ],
    ['format 1\nreplicas 3\nat 3ms pausse', 'line 3: "pausse" is no kind of fault; did you mean "pause"?'],
    [
      'format 1\nreplicas 3\nat 3ms pause target=4 duration=1ms',
      'line 3: target is a replica from 1 to 3 or leader, and there is "4"',
    ],
    [
      'format 1\nreplicas 3\nat 3ms pause target=3',
      'line 3: pause needs duration=, a duration from 0ms to 86400000ms',
    ],
    [
      'format 1\nreplicas 3\nat 3ms crash target=1 moment=soon downtime=1ms',
      'line 3: moment is elected or now or sync, and there is "soon"',
    ],
    [
      'format 1\nreplicas 3\nat 3ms flap a=1 b=2 silent=true period=0.1ms duration=5000s',
      'line 3: a duration of more than 100000 periods is too long',
    ],
    ['format 1\nreplicas 3\nat 3ms call client=1 serial=1', 'line 3: "clients" must come before calls'],
    [
      'format 1\nreplicas 3\nclients 2\nat 3ms call client=3 serial=1',
      'line 4: client is a whole number from 1 to 2, and there is "3"',
    ],
    ['format 1\nno reads', 'line 2: "no calls" is expected'],
    ['format 1\n\u0000', 'line 2: there is a control character; a run file is plain text'],
  ])('%j', (text, message) => {
    expect(() => parseRun(text)).toThrow(expect.objectContaining({ code: 'USAGE', message }) as Error)
  })

  it('is refused with a line and never with anything else, wherever a good file is damaged', () => {
    const damage = fc.tuple(fc.nat(small.length), fc.nat(8), fc.string({ maxLength: 6 }))
    fc.assert(
      fc.property(damage, ([at, cut, put]) => {
        const text = small.slice(0, at) + put + small.slice(at + cut)
        try {
          parseRun(text)
        } catch (error) {
          expect(error).toMatchObject({ name: 'QuorateError', code: 'USAGE' })
          expect((error as Error).message).toMatch(/^line \d+: /)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe("an engine's options", () => {
  it('are written flat, and nested again', () => {
    const options = {
      preVote: false,
      electionTimeout: { min: 300, max: 600 },
      unsafe: { commitOldTerms: true },
      priorities: { 2: 1 },
    }
    const flat = flattenOptions({ ...options, absent: undefined })
    expect(flat).toEqual({
      preVote: false,
      'electionTimeout.min': 300,
      'electionTimeout.max': 600,
      'unsafe.commitOldTerms': true,
      'priorities.2': 1,
    })
    expect(nestOptions(flat)).toEqual(options)
  })

  it('are refused if they cannot be written, or mean two things', () => {
    for (const value of [Number.NaN, () => 1, 'true', 'two words', null]) {
      expect(() => flattenOptions({ value })).toThrow('the option value cannot be written in a run file')
    }
    expect(() => nestOptions({ a: 1, 'a.b': 2 })).toThrow('the option a is both a value and a group')
    expect(() => nestOptions({ 'a.b': 2, a: 1 })).toThrow('the option a is both a value and a group')
    expect(() => nestOptions({ 'x.__proto__': 2 })).toThrow('"x.__proto__" is no name of an option')
  })
})
