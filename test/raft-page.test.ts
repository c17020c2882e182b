import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const page = readFileSync(new URL('../docs/raft.md', import.meta.url), 'utf8')
const rows = page.split('\n').filter((line) => /^\| [VCRLMSPT]\d+ /.test(line))

/** The files that a row leads to. */
function linksOf(row: string): URL[] {
  return [...row.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(
    ([, path]) => new URL(path!, new URL('../docs/', import.meta.url)),
  )
}

describe('docs/raft.md', () => {
  it('leads to files that are there', () => {
    const missing = linksOf(page).filter((url) => !existsSync(url))
    expect(missing.map(String)).toEqual([])
  })

  it('has every code of the list, once, each with tests that name it', () => {
    const counts = { V: 18, C: 8, R: 12, L: 18, M: 13, S: 14, P: 10, T: 3 }
    const codes = rows.map((row) => row.split('|')[1]!.trim())
    expect(codes).toEqual(
      Object.entries(counts).flatMap(([letter, count]) =>
        Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
      ),
    )
    rows.forEach((row, i) => {
      const links = linksOf(row)
      expect(links.length, codes[i]).toBeGreaterThan(0)
      for (const link of links) {
        expect(readFileSync(link, 'utf8'), `${codes[i]} in ${String(link)}`).toMatch(
          new RegExp(`\\b${codes[i]}\\b`),
        )
      }
    })
  })
})
