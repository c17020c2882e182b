import { describe, expect, it } from 'vitest'
import { CodePage, codesUpTo } from './support/code-page.ts'

const page = new CodePage('raft.md')

describe('docs/raft.md', () => {
  it('leads to files that are there', () => {
    expect(page.deadLinks).toEqual([])
  })

  it('has every code of the list, once, each with tests that name it', () => {
    const counts = { V: 18, C: 8, R: 12, L: 18, M: 13, S: 14, P: 10, T: 3 }
    expect(page.rows.map(({ code }) => code)).toEqual(codesUpTo(counts))
    expect(page.unnamed).toEqual([])
  })
})
