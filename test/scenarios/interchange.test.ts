import { describe, expect, it } from 'vitest'
import { itfOf, type ItfTrace, mermaidOf, type RunEvent, runScenario, shivizOf } from '@quorate/scenario'
import { engines } from './engines.ts'

const script = [
  'replicas 3',
  'elect 3',
  'propose 3 "a;#<b>\\nend"',
  'settle',
  'isolate 1',
  'hold 3 -> 2',
  'propose 3 "b"',
  'settle',
  'crash 2',
  'release',
  'restart 2',
  'rejoin 1',
  'run 300ms',
].join('\n')
const runs = engines.map((engine) => ({
  name: engine.name,
  result: runScenario(script, { engine }),
}))

interface ShivizEvent {
  readonly host: string
  readonly clock: Readonly<Record<string, number>>
  readonly event: string
}

/** Reads a log the way ShiViz does: by the expression in its first line. */
function readShiviz(log: string): ShivizEvent[] {
  const [parser = '', delimiter, ...rest] = log.split('\n')
  expect(delimiter).toBe('')
  return [...rest.join('\n').matchAll(new RegExp(parser, 'gm'))].map(({ groups }) => ({
    host: groups!['host']!,
    clock: JSON.parse(groups!['clock']!) as Record<string, number>,
    event: groups!['event']!,
  }))
}

function isBefore(a: ShivizEvent, b: ShivizEvent): boolean {
  return Object.entries(a.clock).every(([host, count]) => count <= (b.clock[host] ?? 0))
}

describe.each(runs)('a ShiViz log of $name', ({ result }) => {
  const log = shivizOf(result)
  const events = readShiviz(log)

  it('is read whole by its own expression', () => {
    expect(events).toHaveLength((log.split('\n').length - 3) / 2)
    expect(new Set(events.map(({ host }) => host))).toEqual(new Set(['node1', 'node2', 'node3']))
  })

  it("counts each host's events from 1, one by one", () => {
    for (const host of ['node1', 'node2', 'node3']) {
      const own = events.filter((event) => event.host === host).map(({ clock }) => clock[host])
      expect(own).toEqual(own.map((_, i) => i + 1))
    }
  })

  it('obeys happens-before: along a host, and from a sending to its receiving, and nowhere else', () => {
    // What came before each event, found from the order of events and messages alone.
    const told = result.events.filter((event) => isTold(event))
    expect(told).toHaveLength(events.length)
    const causes = causesOf(told)
    for (let b = 0; b < events.length; b++) {
      for (let a = 0; a < b; a++)
        expect(isBefore(events[a]!, events[b]!), `${a} before ${b}`).toBe(causes[b]!.has(a))
    }
  })
})

const silent = ['lost', 'link', 'proposed', 'read', 'writes', 'committed', 'decision']

function isTold({ type }: RunEvent): boolean {
  return !silent.includes(type)
}

function causesOf(events: readonly RunEvent[]): Set<number>[] {
  const causes: Set<number>[] = []
  const last = new Map<number, number>()
  const sent = new Map<number, number>()
  for (const [i, event] of events.entries()) {
    const parents = [last.get(event.node)]
    if (event.type === 'delivered') parents.push(sent.get(event.message.id))
    if (event.type === 'sent') sent.set(event.message.id, i)
    const own = new Set<number>()
    for (const parent of parents) {
      if (parent === undefined) continue
      own.add(parent)
      for (const cause of causes[parent]!) own.add(cause)
    }
    causes.push(own)
    last.set(event.node, i)
  }
  return causes
}

const stamp = { sequence: 0, time: 0, step: 0, node: 1 }

it('a ShiViz log has each event on one line, whatever is in it', () => {
  const event: RunEvent = { ...stamp, type: 'violated', invariant: 'engine', message: 'first\r\nsecond' }
  expect(shivizOf({ nodes: [1], events: [event] }).split('\n')).toEqual([
    expect.any(String),
    '',
    'node1 {"node1":1}',
    'VIOLATED engine: first second',
    '',
  ])
})

describe.each(runs)('a Mermaid diagram of $name', ({ result }) => {
  const lines = mermaidOf(result).trimEnd().split('\n')

  it('has one statement a line, of the kinds that it needs', () => {
    expect(lines.slice(0, 4)).toEqual([
      'sequenceDiagram',
      '  participant n1 as 1',
      '  participant n2 as 2',
      '  participant n3 as 3',
    ])
    for (const line of lines.slice(4)) {
      expect(line).toMatch(/^ {2}(n\d-{1,2}>>n\d|n\d-xn\d|Note over n\d): \S/)
    }
  })

  it('has an arrow for each message that arrives, and a cross for each that is lost', () => {
    const count = (type: RunEvent['type']): number =>
      result.events.filter((event) => event.type === type).length
    expect(lines.filter((line) => line.includes('>>'))).toHaveLength(count('delivered'))
    expect(lines.filter((line) => line.includes('-x'))).toHaveLength(count('lost'))
    expect(count('lost')).toBeGreaterThan(0)
  })

  it('escapes what Mermaid would take for its own', () => {
    const texts = lines.slice(4).map((line) => line.replace(/^[^:]*: /, ''))
    for (const text of texts) {
      expect(text.replace(/#\d+;/g, '')).not.toMatch(/[#;<>{}]/)
      expect(text).not.toMatch(/\bend\b/)
    }
    expect(texts.some((text) => text.includes('a#59;#35;#60;b#62;'))).toBe(true)
  })
})

/** The value that an ITF expression stands for. */
function valueOf(expression: unknown): unknown {
  if (typeof expression !== 'object' || expression === null) return expression
  if (Array.isArray(expression)) return expression.map(valueOf)
  if ('#bigint' in expression) {
    expect(expression['#bigint']).toMatch(/^-?\d+$/)
    return Number(expression['#bigint'])
  }
  if ('#set' in expression) return new Set((expression['#set'] as unknown[]).map(valueOf))
  if ('#map' in expression) {
    const pairs = expression['#map'] as [unknown, unknown][]
    return new Map(pairs.map(([key, value]) => [valueOf(key), valueOf(value)]))
  }
  return Object.fromEntries(Object.entries(expression).map(([name, value]) => [name, valueOf(value)]))
}

describe.each(runs)('an ITF trace of $name', ({ result }) => {
  const trace = JSON.parse(JSON.stringify(itfOf(result))) as ItfTrace
  const states = trace.states.map((state) => {
    const { '#meta': meta, ...vars } = state
    return { meta: meta as { index: number }, vars: valueOf(vars) as Record<string, Map<number, unknown>> }
  })

  it('has the form of ADR-015', () => {
    expect(trace['#meta']).toMatchObject({ format: 'ITF', varTypes: expect.any(Object) })
    expect(Object.keys(trace['#meta']['varTypes'] as object)).toEqual(trace.vars)
    expect(trace.params).toEqual([])
    for (const [i, { meta, vars }] of states.entries()) {
      expect(meta).toEqual({ index: i })
      expect(Object.keys(vars)).toEqual(trace.vars)
    }
  })

  it('keeps numbers as #bigint, nowhere as JSON numbers', () => {
    const { '#meta': _, ...plain } = trace.states.at(-1)!
    const numbers: unknown[] = []
    JSON.stringify(plain, (_key, value: unknown) => {
      if (typeof value === 'number') numbers.push(value)
      return value
    })
    expect(numbers).toEqual([])
  })

  it('changes from state to state, as the run did', () => {
    for (let i = 1; i < states.length; i++) expect(states[i]!.vars).not.toEqual(states[i - 1]!.vars)
    const { running, role, applied, network } = states.at(-1)!.vars
    expect(running).toEqual(new Map([1, 2, 3].map((node) => [node, true])))
    expect([...role!.values()].filter((value) => value === 'leader')).toHaveLength(1)
    const commands = (node: number): string[] =>
      (applied!.get(node) as { command: string }[])
        .map(({ command }) => command)
        .filter((text) => text !== 'noop')
    for (const node of [1, 2, 3]) expect(commands(node)).toEqual(['a;#<b>\nend', 'b'])
    expect(network).toBeInstanceOf(Set)
    const down = states.filter(({ vars }) => vars['running']!.get(2) === false)
    expect(down.length).toBeGreaterThan(1) // before it started, and while it was crashed
  })
})
