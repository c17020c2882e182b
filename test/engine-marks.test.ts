import { readFileSync, readdirSync } from 'node:fs'
import { multiPaxos, multiPaxosMarks } from '@quorate/paxos'
import { raft, raftMarks } from '@quorate/raft'
import { zab, zabMarks } from '@quorate/zab'
import { describe, expect, it } from 'vitest'

/** Everything that an engine's sources say, but for the list itself. */
function engineText(folder: string): string {
  const sources = new URL(`../packages/${folder}/`, import.meta.url)
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts') && file !== 'marks.ts')
    .map((file) => readFileSync(new URL(file, sources), 'utf8'))
    .join('\n')
}

describe.each([
  { definition: raft(), marks: raftMarks, folder: 'raft/src' },
  { definition: zab(), marks: zabMarks, folder: 'zab/src' },
  { definition: multiPaxos(), marks: multiPaxosMarks, folder: 'paxos/src/multi' },
])('the marks of $definition.name', ({ definition, marks, folder }) => {
  it('are what the definition tells, each once', () => {
    expect(definition.marks).toBe(marks)
    expect(new Set(marks).size).toBe(marks.length)
  })

  // That no other event is reported is for the compiler to say: the name of an event is one of them.
  it('are all reported somewhere', () => {
    const text = engineText(folder)
    const unused = marks.filter((mark) => {
      const reason = mark.slice(mark.indexOf('.') + 1)
      return !text.includes(`'${reason}'`)
    })
    expect(unused).toEqual([])
  })
})
