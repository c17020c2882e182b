import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { raft, raftMarks } from '../src/index.ts'

const sources = new URL('../src/', import.meta.url)

/** Everything that the engine's sources say, but for the list itself. */
function engineText(): string {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts') && file !== 'marks.ts')
    .map((file) => readFileSync(new URL(file, sources), 'utf8'))
    .join('\n')
}

describe('the marks', () => {
  it('are what the definition tells, each once', () => {
    expect(raft().marks).toBe(raftMarks)
    expect(new Set(raftMarks).size).toBe(raftMarks.length)
  })

  // That no other event is reported is for the compiler to say: the name of an event is one of them.
  it('are all reported somewhere', () => {
    const text = engineText()
    const unused = raftMarks.filter((mark) => {
      const reason = mark.slice(mark.indexOf('.') + 1)
      return !text.includes(`'${reason}'`)
    })
    expect(unused).toEqual([])
  })
})
