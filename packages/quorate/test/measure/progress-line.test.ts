import { describe, expect, test } from 'vitest'
import { ProgressLine } from '../../src/measure/progress-line.ts'

const clear = '\r\u001B[2K'

function start({
  isTTY = true,
  columns = 80,
  environment = { NO_COLOR: '1' } as Record<string, string>,
} = {}) {
  const written: string[] = []
  const clock = { now: 1000 }
  const stream = { isTTY, columns, write: (text: string) => written.push(text) }
  const line = new ProgressLine(stream, { environment, now: () => clock.now })
  return { line, clock, written }
}

describe('in a terminal', () => {
  test('one line is written over: phase, time, rate', () => {
    const { line, clock, written } = start()
    line.phase('raft: load')
    clock.now += 1000
    line.update(18_402)
    expect(written).toEqual([`${clear}raft: load  0.0 s`, `${clear}raft: load  1.0 s  18,402 operations/s`])
  })

  test('at most ten times a second', () => {
    const { line, clock, written } = start()
    line.phase('raft: load')
    for (let ms = 0; ms < 1000; ms++) {
      clock.now++
      line.update(ms)
    }
    expect(written).toHaveLength(11)
  })

  test('the rate is that of the last half to whole second, not the mean since the beginning', () => {
    const { line, clock, written } = start()
    line.phase('load')
    let operations = 0
    for (let tick = 0; tick < 40; tick++) {
      clock.now += 100
      operations += tick < 20 ? 1000 : 100
      line.update(operations)
    }
    expect(written[20]).toContain('10,000 operations/s')
    expect(written.at(-1)).toContain(' 1,000 operations/s')
  })

  test('a new phase begins to count anew', () => {
    const { line, clock, written } = start()
    line.phase('load')
    clock.now += 2000
    line.update(5000)
    line.phase('check')
    clock.now += 1000
    line.update()
    expect(written.at(-1)).toBe(`${clear}check  1.0 s`)
  })

  test('a note stays above the line', () => {
    const { line, written } = start()
    line.phase('load')
    line.note('leader 2 killed')
    expect(written.slice(1)).toEqual([clear, 'leader 2 killed\n', `${clear}load  0.0 s`])
  })

  test('nothing is left at the end', () => {
    const { line, written } = start()
    line.phase('load')
    line.end()
    line.end()
    line.note('done')
    expect(written.slice(1)).toEqual([clear, 'done\n'])
  })

  test('a narrow one is never filled to the last column', () => {
    const { line, clock, written } = start({ columns: 30 })
    line.phase('a phase with a very long name indeed')
    clock.now += 1000
    line.update(500)
    for (const text of written) expect(text.replace(clear, '').length).toBeLessThan(30)
    expect(written.at(-1)).toContain('500 operations/s')
  })

  test('colour is used, unless NO_COLOR says no', () => {
    const { line, written } = start({ environment: {} })
    line.phase('load')
    expect(written).toEqual([`${clear}load\u001B[2m  0.0 s\u001B[22m`])
  })
})

describe.for([
  { name: 'a file', isTTY: false, environment: {} },
  { name: 'a terminal without escape codes', isTTY: true, environment: { TERM: 'dumb' } },
])('in $name', ({ isTTY, environment }) => {
  test('each phase is one plain line', () => {
    const { line, clock, written } = start({ isTTY, environment })
    line.phase('raft: start')
    clock.now += 1234
    line.update(10)
    line.phase('raft: load')
    line.note('leader 2 killed')
    line.end()
    expect(written).toEqual(['   0.0 s  raft: start\n', '   1.2 s  raft: load\n', 'leader 2 killed\n'])
  })
})
