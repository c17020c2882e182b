import { describe, expect, test } from 'vitest'
import { loadLab } from '../../src/lab/catalogue.ts'
import { type LabReport, checkLab } from '../../src/lab/check-lab.ts'
import { type PartName, partNames } from '../../src/lab/lab.ts'
import { labReportText } from '../../src/lab/lab-report-text.ts'
import { replayLab } from '../../src/lab/replay-lab.ts'
import { studentDirectory } from './support/student-directory.ts'

const lab = await loadLab('paxos')
const solution = lab.solution['paxos.js']!
const tests = 'export const tests = []'
const patience = { processorMs: 400, wallMs: 20_000 }

/** Without the search, which takes longest, unless it is asked for. */
const quick: readonly PartName[] = partNames.filter((part) => part !== 'explore')

function check(module: string, testsFile = tests, parts = quick): Promise<LabReport> {
  const directory = studentDirectory({ 'paxos.js': module, 'tests.js': testsFile })
  return checkLab('paxos', directory, { patience, parts })
}

function changed(from: string, to: string): string {
  expect(solution.split(from)).toHaveLength(2)
  return solution.replace(from, to)
}

const handles = "    if (event.type === 'prepare') return onPrepare(state, event)"

describe('code of a student that', () => {
  test('is right gets all points but those for tests', async () => {
    const report = await check(solution, tests, partNames)
    expect([report.points, report.of, report.faults]).toEqual([76, 100, []])
    expect(report.failure).toBeUndefined()
  })

  test('is wrong gets the same report each time, to the byte', async () => {
    const module = changed('highest === null ? wish : highest.value', 'wish')
    const [first, second] = await Promise.all([check(module), check(module)])
    expect(JSON.stringify(first)).toBe(JSON.stringify(second))
    expect(first.failure!.name).toBe('adopts')
  })

  test('loops without end is stopped, and the report says where it looped', async () => {
    const report = await check(changed(handles, `    if (event.type === 'accept') for (;;);\n${handles}`))
    expect(report.faults).toEqual(['acceptor.on (accept) does not return: it loops without end'])
    expect(report.points).toBe(0)
  })

  test('loops when it is loaded is stopped too', async () => {
    const report = await check('for (;;);')
    expect(report.faults).toEqual(['loading paxos.js or the tests does not return: it loops without end'])
  })

  test('throws loses points for that, and keeps others', async () => {
    const module = changed(
      'function refuse(state, to, ballot) {',
      'function refuse(state, to, ballot) {\n  state.no.way',
    )
    const { points, parts } = await check(module)
    const { problem } = parts[1]!.items.find(({ name }) => name === 'handlers')!
    expect(problem).toMatch(/acceptor\.on \(prepare\) throws TypeError: .* at paxos\.js:\d+$/)
    expect(points).toBeGreaterThan(50)
  })

  test.each([
    ['Math.random', 'Math.floor(Math.random() * 9)'],
    ['Date', 'Date.now()'],
    ['Date', '+new Date()'],
    ['performance.now', 'performance.now()'],
    ['crypto.randomUUID', 'crypto.randomUUID().length'],
    ['Math.random', '(() => { try { return Math.random() } catch { return 1 } })()'],
  ])('uses %s is told so', async (name, expression) => {
    const { parts } = await check(changed('const round = last + 1', `const round = ${expression}`))
    expect(parts[0]!.items[0]!.problem).toContain(`proposer.on (propose) uses ${name}`)
  })

  test('keeps something outside of its state is told so', async () => {
    const module = `let count = 0\n${changed('const round = last + 1', 'const round = ++count')}`
    const { parts } = await check(module)
    expect(parts[0]!.items[0]!.problem).toMatch(/answers the same question differently the second time/)
  })

  test.each([
    ['cannot be parsed', 'export const = 1', /^paxos\.js cannot be loaded: SyntaxError/],
    ['lacks a role', 'export const acceptor = {}', /^paxos\.js has to export acceptor, with the functions/],
    [
      'imports a module of Node',
      "import fs from 'node:fs'\nexport { fs }",
      /^paxos\.js imports node:fs; it may/,
    ],
    ['ends the process', 'process.exit(3)', /^the code cannot go on: it ended the process, with code 3/],
    ['uses a clock when it is loaded', 'Date.now()', /^paxos\.js cannot be loaded: Error: Date is not there/],
  ])('%s ends with a report that says so', async (_, module, fault) => {
    const report = await check(module)
    expect(report.faults).toHaveLength(1)
    expect(report.faults[0]).toMatch(fault)
    expect(report.points).toBe(0)
  })

  test('has a test that loops loses the points for tests alone', async () => {
    const report = await check(solution, 'export const tests = [{ name: "mine", run() { for (;;); } }]')
    expect(report.faults).toEqual(['a test of tests.js does not return: it loops without end'])
    expect(report.points).toBe(60)
  })

  test('has tests that cannot be loaded loses the points for tests alone', async () => {
    const report = await check(solution, 'throw new Error("oh")')
    expect(report.points).toBe(60)
    expect(report.parts[3]!.items[0]!.problem).toBe('tests.js cannot be loaded: Error: oh, at tests.js:1')
  })
})

describe('a report', () => {
  test('keeps to 80 columns, and ends with the command that plays the failure again', async () => {
    const report = await check(changed('highest === null ? wish : highest.value', 'wish'))
    const lines = labReportText(report, 'npx quorate lab replay here/failure.json')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines[0]).toBe('Paxos, one decision: 44 of 100 points')
    expect(lines.at(-1)).toBe('  npx quorate lab replay here/failure.json')
  })
})

describe('a replay', () => {
  test('plays the steps again, with states and disks, and tells where an invariant breaks', async () => {
    const module = changed('Math.floor(acceptors.length / 2) + 1', 'Math.floor(acceptors.length / 2)')
    const directory = studentDirectory({ 'paxos.js': module, 'tests.js': tests })
    const { parts } = await checkLab('paxos', directory, { patience, parts: quick })
    const failure = parts[1]!.failure!
    const { played, fault } = await replayLab('paxos', directory, failure)
    expect(fault).toBeUndefined()
    expect(played.map(({ text }) => text)).toEqual(failure.lines)
    expect(played.at(-1)!.breaches[0]!.invariant).toBe('integrity')
    expect(played[0]!.details[1]).toBe('its disk: { "round": 1 }')
  })

  test('of code that was mended breaks nothing, and leaves out what is not possible any more', async () => {
    const module = changed('Math.floor(acceptors.length / 2) + 1', 'Math.floor(acceptors.length / 2)')
    const broken = await check(module)
    const mended = studentDirectory({ 'paxos.js': solution, 'tests.js': tests })
    const { played } = await replayLab('paxos', mended, broken.parts[1]!.failure!)
    expect(played.flatMap(({ breaches }) => breaches)).toEqual([])
  })

  test('of code that loops says so', async () => {
    const directory = studentDirectory({ 'paxos.js': 'for (;;);', 'tests.js': tests })
    const { fault } = await replayLab('paxos', directory, { part: 'seeds', setting: {}, steps: [] }, patience)
    expect(fault).toMatch(/does not return/)
  })
})
