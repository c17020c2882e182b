import { describe, expect, test } from 'vitest'
import { labIds, loadLab } from '../../src/lab/catalogue.ts'
import { fullMarks, partNames } from '../../src/lab/lab.ts'
import { mutate } from '../../src/lab/mutate.ts'
import { graded, lostIn, pointsOf } from './support/graded.ts'

const lab = await loadLab('paxos')
const { data, solution, skeleton } = lab
const wrong = lab.mutants.filter(({ breaks }) => breaks !== undefined)
const right = lab.mutants.filter(({ breaks }) => breaks === undefined)

/** Without the search, which takes longest, and the tests, which do not depend on the module. */
const runs = ['basics', 'seeds', 'liveness'] as const

describe('the Paxos lab', () => {
  test('is there', () => {
    expect(labIds()).toContain('paxos')
    expect(fullMarks(data)).toBe(100)
  })

  test('gives its solution full marks', async () => {
    const results = await graded(
      lab,
      { module: solution['paxos.js']!, tests: solution['tests.js']! },
      partNames,
    )
    expect(lostIn(results)).toEqual([])
    expect(pointsOf(results)).toBe(100)
    expect(results.find(({ part }) => part === 'explore')!.notes.at(-1)).toBe(
      'exhaustive within these scopes; not a proof',
    )
  })

  test('gives the untouched skeleton nothing', async () => {
    const results = await graded(
      lab,
      { module: skeleton['paxos.js']!, tests: skeleton['tests.js']! },
      partNames,
    )
    expect(pointsOf(results)).toBe(0)
  })

  test.each(wrong.map((mutant) => [mutant.name, mutant] as const))(
    'takes points from a solution with %s, for the invariant that it breaks',
    async (_, mutant) => {
      const results = await graded(lab, { module: mutate(lab, mutant), tests: solution['tests.js']! }, runs)
      expect(lostIn(results)).toContain(mutant.breaks)
      const { failure } = results.find((result) => result.failure !== undefined)!
      expect(failure!.lines.length).toBe(failure!.steps.length)
    },
  )

  test.each(right.map((mutant) => [mutant.name, mutant] as const))(
    'takes nothing from a solution with %s, which is right too',
    async (_, mutant) => {
      const results = await graded(lab, { module: mutate(lab, mutant), tests: solution['tests.js']! }, runs)
      expect(lostIn(results)).toEqual([])
    },
  )

  test('has points for the tests of every wrong implementation', () => {
    expect(Object.keys(data.parts.tests!.points).toSorted()).toEqual(wrong.map(({ name }) => name).toSorted())
  })

  test('says what every name with points stands for', () => {
    const names = Object.values(data.parts).flatMap(({ points }) => Object.keys(points))
    expect(names.filter((name) => data.says[name] === undefined)).toEqual([])
  })

  test('has a text that names every part, with its points', () => {
    for (const { title, points } of Object.values(data.parts)) {
      const sum = Object.values(points).reduce((a, b) => a + b, 0)
      const row = new RegExp(`\\| ${title.split(':')[0]} +\\| ${sum} +\\|`)
      expect(lab.text).toMatch(row)
    }
  })
})

describe("a student's tests", () => {
  const tests = (body: string): string => `export const tests = [{ name: 'mine', run(bench) { ${body} } }]`
  const module = solution['paxos.js']!

  test('that check nothing catch nothing', async () => {
    const results = await graded(lab, { module, tests: tests('') }, ['tests'])
    expect(pointsOf(results)).toBe(0)
    expect(results[0]!.notes).toEqual(['tests that pass with every right implementation: 1 of 1'])
  })

  test('that fail with a right implementation do not count, and say how they failed', async () => {
    const body = "bench.cluster().propose(1, 'A'); throw new Error('no')"
    const results = await graded(lab, { module, tests: tests(body) }, ['tests'])
    expect(pointsOf(results)).toBe(0)
    expect(results[0]!.notes[1]).toMatch(/^"mine" does not count, .*: the test "mine" throws Error: no/)
    expect(results[0]!.failure!.lines[0]).toMatch(/^proposer 1 is asked for "A"/)
  })

  test('that fail with one of two right implementations do not count', async () => {
    const body =
      "const c = bench.cluster(); c.propose(1, 'A'); bench.check(c.sent()[0].ballot.round === 1, 'not round 1')"
    const results = await graded(lab, { module, tests: tests(body) }, ['tests'])
    expect(pointsOf(results)).toBe(0)
    expect(results[0]!.notes[1]).toMatch(/not round 1/)
  })

  test('that catch one wrong implementation get its points', async () => {
    const body = `const c = bench.cluster({ proposers: 1, acceptors: 3 })
      c.propose(1, 'A')
      c.deliverAll({ to: 'acceptor 1' })
      c.deliverAll({ type: 'promise' })
      bench.check(c.sent({ type: 'accept' }).length === 0, 'one promise was enough')`
    const results = await graded(lab, { module, tests: tests(body) }, ['tests'])
    expect(pointsOf(results)).toBe(2)
    expect(lostIn(results)).not.toContain('majority-minus-one')
  })

  test('that take too many steps do not count', async () => {
    const body = "const c = bench.cluster(); for (let i = 0; ; i++) c.propose(1, 'A' + i)"
    const results = await graded(lab, { module, tests: tests(body) }, ['tests'])
    expect(results[0]!.notes[1]).toMatch(/the test takes more than 1000 steps with one cluster/)
  })

  test('of the wrong form are said to be', async () => {
    const results = await graded(lab, { module, tests: 'export const tests = [{ name: 1 }]' }, ['tests'])
    expect(results[0]!.items[0]!.problem).toBe('tests[0] has not both a name and a function run')
  })
})
