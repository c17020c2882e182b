import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { weightedOf } from '@quorate/core'
import type { EngineChecks, Move } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import {
  enginesOf,
  parseScenario,
  playMoves,
  runScenario,
  type RunEvent,
  type ScenarioEngine,
  scenarioOfMoves,
  shrinkMoves,
} from '@quorate/scenario'
import { engines as allEngines, raftEngine } from './engines.ts'

const scripts = dirname(fileURLToPath(import.meta.url))
const runs = readdirSync(scripts)
  .filter((file) => file.endsWith('.scenario'))
  .flatMap((file) => {
    const scenario = parseScenario(readFileSync(join(scripts, file), 'utf8'))
    const names = enginesOf(scenario)
    return allEngines
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map((engine) => ({ file, engine, scenario, name: `${file} on ${engine.name}` }))
  })

function load(file: string) {
  const found = runs.find((run) => run.file === file)
  if (found === undefined) throw new Error(`no ${file}`)
  const { scenario, engine } = found
  const { replicas, observers, spares, engines } = scenario.header
  const options = engines.find((settings) => settings.engine === engine.name)?.options ?? {}
  const setup = {
    definition: engine.create(options),
    replicas,
    observers,
    spares,
    ...(engine.checks && { checks: engine.checks }),
  }
  return { scenario, engine, options, setup, moves: runScenario(scenario, { engine }).moves }
}

describe('a run is its moves', () => {
  it.each(runs)('$name', ({ scenario, engine: whole }) => {
    const engine = { ...whole, checks: logOf(whole) }
    const { replicas, observers, spares, engines } = scenario.header
    const options = engines.find((settings) => settings.engine === engine.name)?.options ?? {}
    const original = runScenario(scenario, { engine })
    expect(original.ok).toBe(true)

    const setup = { definition: engine.create(options), replicas, observers, spares }
    const again = playMoves(setup, original.moves)
    expect(again.moves).toEqual(original.moves)

    const header = { engine: engine.name, options, replicas, observers, spares }
    const script = scenarioOfMoves(original.moves, header)
    const copy = runScenario(script, { engine })
    expect(copy.moves).toEqual(
      copy.violations.length === 0 ? original.moves : original.moves.slice(0, copy.moves.length),
    )
    if (copy.violations.length === 0) expect(nameless(copy.events)).toEqual(nameless(original.events))
  })
})

/** Of an engine's checks only what the checks of leaders need: the others take long. */
function logOf({ checks }: ScenarioEngine): EngineChecks {
  return checks?.log === undefined ? {} : { log: (state) => checks.log!(state) }
}

/** The events without what another script for the same moves says in another way: its steps, and the names of requests. */
function nameless(events: readonly RunEvent[]): unknown {
  return events.map((event) => ({ ...event, step: 0, ...('request' in event ? { request: '' } : {}) }))
}

describe('moves as a script', () => {
  it('say every kind of move', () => {
    const moves: Move[] = [
      { type: 'timeout', node: 1, timer: 'election' },
      { type: 'persist', node: 1 },
      { type: 'duplicate', from: 1, to: 2, position: 0 },
      { type: 'drop', from: 1, to: 3, position: 0 },
      { type: 'deliver', from: 1, to: 2, position: 0 },
      { type: 'crash', node: 3, keep: 0 },
      { type: 'propose', node: 2, data: 'a "quoted"\n\u00ff' },
      { type: 'read', node: 2, mode: 'lease' },
      { type: 'reconfigure', node: 2, membership: weightedOf([{ node: 1, weight: 2 }, 2], [3]) },
      { type: 'transfer', node: 2, to: 3 },
      { type: 'clock', node: 1, rate: 1 / 3 },
      { type: 'clock', node: 2, rate: 1e-7 },
      { type: 'cut', a: 1, b: 2 },
      { type: 'block', from: 2, to: 1 },
      { type: 'unblock', from: 2, to: 1 },
      { type: 'heal', a: 1, b: 2 },
      { type: 'start', node: 3 },
      { type: 'wait', milliseconds: 0.1 + 0.2 },
      { type: 'crash', node: 2, keep: 1 },
    ]
    const header = { engine: 'raft', options: { preVote: false }, replicas: 3, remarks: ['two\nlines'] }
    const script = scenarioOfMoves(moves, header)
    expect(script).toContain('# two\n# lines\nreplicas 3\nengine raft {preVote=false}\nby hand\n')
    const result = runScenario(script, { engine: raftEngine })
    expect(result.failures).toEqual([])
    expect(result.moves).toEqual(
      moves.map((move) => (move.type === 'crash' && move.keep === 0 ? { type: 'crash', node: 3 } : move)),
    )
  })

  it('may expect what they violate', () => {
    const { moves: all, options, engine, setup } = load('forgotten-vote-unsafe.scenario')
    const fatal = playMoves(setup, all).events.find(({ type }) => type === 'violated')!
    const moves = all.slice(0, fatal.step + 1)
    const header = { engine: 'raft', options, replicas: 3 }
    const failing = runScenario(scenarioOfMoves(moves, header), { engine })
    expect(failing.failures).toMatchObject([
      { message: expect.stringContaining('election-safety is violated') },
    ])
    const script = scenarioOfMoves(moves, { ...header, violates: 'election-safety' })
    expect(runScenario(script, { engine }).ok).toBe(true)
  })
})

describe('shrinking', () => {
  it.each([
    ['figure-8-unsafe.scenario', 'leader-completeness', 0.8],
    ['ack-before-durable-unsafe.scenario', 'leader-completeness', 0.8],
    ['newleader-ack-unsafe.scenario', 'leader-completeness', 0.8],
    ['paused-leader-read-unsafe.scenario', 'fresh-reads', 0.8],
  ])('%s', (file, invariant, most) => {
    const { moves, setup } = load(file)
    let seen = 0
    const shrunk = shrinkMoves(setup, moves, ({ violations }) => {
      seen += 1
      return violations.some((violation) => violation.invariant === invariant)
    })
    expect(shrunk.runs).toBe(seen)
    expect(shrunk.isMinimal).toBe(true)
    expect(shrunk.moves.length).toBeLessThan(moves.length * most)
    const fails = (list: readonly Move[]): boolean =>
      playMoves(setup, list).violations.some((violation) => violation.invariant === invariant)
    expect(fails(shrunk.moves)).toBe(true)
    expect(playMoves(setup, shrunk.moves).moves).toEqual(shrunk.moves) // each of them applies
    for (let i = 0; i < shrunk.moves.length; i++) {
      expect(fails(shrunk.moves.filter((_, j) => j !== i)), `move ${i} is needed`).toBe(false)
    }
  })

  it('keeps to its budget, and gives back what does not fail', () => {
    const { moves, setup } = load('figure-8-unsafe.scenario')
    const broken = shrinkMoves(setup, moves, ({ violations }) => violations.length > 0, 5)
    expect(broken.runs).toBe(5)
    expect(broken.isMinimal).toBe(false)
    const fine = shrinkMoves(setup, moves, () => false)
    expect(fine).toEqual({ moves, runs: 1, isMinimal: false })
  })
})
