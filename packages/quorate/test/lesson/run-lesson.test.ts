import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LessonCommandOptions, runLesson } from '../../src/lesson/run-lesson.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { sampleLesson } from './sample.ts'

let directory = ''
let good = ''
let bad = ''
let broken = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-lesson-'))
  good = join(directory, 'good.md')
  bad = join(directory, 'bad.md')
  broken = join(directory, 'broken.md')
  writeFileSync(good, sampleLesson())
  writeFileSync(bad, sampleLesson('expect leader 3'))
  writeFileSync(broken, sampleLesson('expekt leader 3'))
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function run(
  names: readonly string[],
  options: LessonCommandOptions = {},
  terminal?: FakeTerminal,
): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const output = { line: (text: string) => void lines.push(text), progress: () => {} }
  const code = await runLesson(names, options, output, terminal)
  return { code, lines }
}

describe('quorate lesson', () => {
  it('lists the lessons, with number, level and minutes', async () => {
    const { code, lines } = await run([])
    expect(lines[0]).toMatch(/^ {3}1 {2}starter +\d+ min {2}\S/)
    expect(lines.at(-1)).toContain('npx quorate lesson 1')
    expect(code).toBe(0)
  })

  it('writes a lesson out where nobody presses keys', async () => {
    const { code, lines } = await run([good])
    expect(lines).toEqual(
      expect.arrayContaining(['A sample', 'What now?', 'Confirmed: Node 1 leads.', '  Because.']),
    )
    expect(code).toBe(0)
  })

  it('finds a lesson by number and by name', async () => {
    const byNumber = await run(['1'], { plain: true })
    expect(byNumber.lines[0]).toMatch(/^Lesson 1\. /)
    await expect(run(['no-such'])).rejects.toThrow('there is no lesson "no-such"; there is 01-')
  })

  it('plays it in a terminal, but for --plain', async () => {
    const terminal = new FakeTerminal()
    const playing = run([good], { scene: 2 }, terminal)
    await terminal.press('')
    expect(terminal.lines).toContain('Scene 2: The second')
    await terminal.press('\u0003')
    expect(await playing).toEqual({ code: 130, lines: [] })

    const other = new FakeTerminal()
    expect((await run([good], { plain: true }, other)).lines[0]).toBe('A sample')
    expect(other.written).toBe('')
  })

  it('shows one scene', async () => {
    const { lines } = await run([good], { scene: 2 })
    expect(lines).toContain('Scene 2: The second')
    expect(lines).not.toContain('Scene 1: The first')
    await expect(run([good], { scene: 3 })).rejects.toThrow('good has 2 scenes, and no scene 3')
  })

  it('writes a page', async () => {
    const file = join(directory, 'page.html')
    const { lines } = await run([good], { html: file })
    expect(lines).toEqual([`A sample: written to ${file}`])
    expect(readFileSync(file, 'utf8')).toContain('<h1>A sample</h1>')
  })

  it('refuses what makes no sense', async () => {
    await expect(run([good, bad])).rejects.toThrow('one at a time')
    await expect(run([], { html: 'x.html' })).rejects.toThrow('which one?')
    await expect(run([good], { html: 'x.html', scene: 1 })).rejects.toThrow('--scene does not go with --html')
    await expect(run([good], { check: true, html: 'x' })).rejects.toThrow('--html does not go with --check')
    await expect(run([join(directory, 'none.md')])).rejects.toThrow('none.md cannot be read')
    await expect(run([broken])).rejects.toThrow(
      `${broken}:18: "expekt" is no statement; did you mean "expect"?`,
    )
  })
})

describe('quorate lesson --check', () => {
  it('confirms a lesson', async () => {
    expect(await run([good], { check: true })).toEqual({
      code: 0,
      lines: ['ok      good: 2 claims confirmed', '1 lesson, 2 claims: all confirmed'],
    })
  })

  it('says what does not hold, where, and how to look at it', async () => {
    expect(await run([good, bad, broken], { check: true })).toEqual({
      code: 1,
      lines: [
        'ok      good: 2 claims confirmed',
        `FAILED  ${bad}:18: Scene 1: The first, on raft: it is not so: node 1 is the established leader of epoch 1`,
        `        look at it: npx quorate lesson ${bad} --plain --scene 1`,
        `FAILED  ${broken}:18: "expekt" is no statement; did you mean "expect"?`,
        '3 lessons, 4 claims: 2 lessons do not hold',
      ],
    })
  })
})
