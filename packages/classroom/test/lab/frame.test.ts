import { describe, expect, test } from 'vitest'
import { LabFault } from '../../src/lab/guard/lab-fault.ts'
import { plainText } from '../../src/lab/guard/plain-text.ts'
import { labData, loadLab, startingFiles } from '../../src/lab/catalogue.ts'
import { numberedLines, sentence, wrapText } from '../../src/lab/lab-report-text.ts'
import { mutate } from '../../src/lab/mutate.ts'
import { shrinkSteps } from '../../src/lab/grade/shrink.ts'
import { openSeal, sealOf } from '../../src/lab/seal.ts'
import { graded } from './support/graded.ts'

const salt = 'a salt that nobody guesses'

describe('hidden seeds', () => {
  test('follow from the salt alone, and another salt or count has another commitment', () => {
    const seal = sealOf('paxos', salt, 20)
    expect(seal).toEqual(sealOf('paxos', `${salt}\n`, 20))
    expect(openSeal('paxos', salt, seal)).toEqual(openSeal('paxos', salt, seal))
    expect(new Set(openSeal('paxos', salt, seal)).size).toBe(20)
    expect(sealOf('paxos', salt, 21).commitment).not.toBe(seal.commitment)
    expect(sealOf('raft', salt, 20).commitment).not.toBe(seal.commitment)
  })

  test('are not derived from a salt that was not sealed, or for another count', () => {
    const seal = sealOf('paxos', salt, 20)
    expect(() => openSeal('paxos', `${salt}!`, seal)).toThrow(/not the one of the commitment/)
    expect(() => openSeal('paxos', salt, { ...seal, count: 5 })).toThrow(/not the one of the commitment/)
  })

  test('need a salt that cannot be guessed', () => {
    expect(() => sealOf('paxos', 'short', 20)).toThrow(/at least 16 characters/)
  })

  test('are run besides the public ones, and a failure names them by number', async () => {
    const lab = await loadLab('paxos')
    const hidden = openSeal('paxos', salt, sealOf('paxos', salt, 30))
    const handedIn = { module: lab.solution['paxos.js']!, tests: lab.solution['tests.js']!, hidden }
    const results = await graded(lab, handedIn, ['seeds', 'liveness'])
    expect(results.map(({ notes }) => notes[0])).toEqual([
      'seeds 1 to 500, and 30 hidden ones: loss, duplication, reordering, crashes before and after every write',
      'seeds 1 to 60, and 30 hidden ones',
    ])
  })
})

describe('plain data', () => {
  test('is what JSON can keep', () => {
    expect(plainText({ a: [1, 'b', null, true], gone: undefined }, 'it')).toBe('{"a":[1,"b",null,true]}')
  })

  test.each([
    [{ a: new Map() }, 'a, in the state, is a Map; use objects and arrays of plain data'],
    [{ a: [new Set()] }, 'a[0], in the state, is a Set; use objects and arrays of plain data'],
    [Infinity, 'the state is Infinity, which a disk cannot keep; use null for "none yet"'],
    [{ a: () => 1 }, 'a, in the state, is a function, not plain data'],
    [undefined, 'the state is undefined; use null'],
    [Promise.resolve(1), 'the state is a Promise; use objects and arrays of plain data'],
  ])('is not %o', (value, message) => {
    expect(() => plainText(value, 'the state')).toThrow(new LabFault(message))
  })

  test('has no circles and does not grow without end', () => {
    const circle: Record<string, unknown> = {}
    circle['again'] = circle
    expect(() => plainText(circle, 'the state')).toThrow(/nested too deeply, or in a circle/)
    expect(() => plainText('x'.repeat(30_000), 'the state')).toThrow(/beyond 20000 characters/)
  })
})

describe('the catalogue', () => {
  test('names the labs that there are when asked for another', () => {
    expect(() => labData('paxso')).toThrow(/there is no lab "paxso"; there is: paxos/)
  })

  test('has what a student starts with: the text, and files that need nothing but Node', () => {
    const files = startingFiles('paxos')
    expect(Object.keys(files)).toEqual(['README.md', 'paxos.js', 'tests.js', 'types.js'])
    expect(Object.values(files).filter((text) => /^import .* from/m.test(text))).toEqual([])
  })

  test('refuses a mutant whose text does not stand in the solution exactly once', async () => {
    const lab = await loadLab('paxos')
    const mutant = { name: 'm', about: '', replace: [['no such text', '']] as const }
    expect(() => mutate(lab, mutant)).toThrow(/mutant m: "no such text" stands 0 times in the solution/)
  })
})

describe('shrinking', () => {
  test('keeps what is needed, and that alone', () => {
    const steps = Array.from({ length: 100 }, (_, i) => ({ i }))
    const small = shrinkSteps(steps, (left) => left.includes(steps[17]!) && left.includes(steps[80]!))
    expect(small).toEqual([{ i: 17 }, { i: 80 }])
  })

  test('leaves alone what fails only as a whole', () => {
    const steps = [{ i: 1 }, { i: 2 }, { i: 3 }]
    expect(shrinkSteps(steps, (left) => left.length === 3)).toBe(steps)
  })
})

describe('text', () => {
  test('is broken between words at 80 columns, indented after the first line', () => {
    const lines = wrapText(`   ${'word '.repeat(40)}`, 5)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
    expect(lines[0]).toMatch(/^ {3}word/)
    expect(lines[1]).toMatch(/^ {5}word/)
  })

  test('of many steps has the first and the last', () => {
    const lines = numberedLines(Array.from({ length: 60 }, (_, i) => `step ${i + 1}`))
    expect(lines).toHaveLength(41)
    expect(lines[10]).toBe('     (20 steps left out)')
    expect(lines.at(-1)).toBe(' 60  step 60')
  })

  test('of a message is a sentence', () => {
    expect(sentence('nothing is decided')).toBe('Nothing is decided.')
  })
})
