import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CodePage } from './support/code-page.ts'

const page = new CodePage('raft-zab-paxos-vr.md')

/** The columns that have an engine here. */
const engines = ['raft', 'zab', 'multi-paxos'] as const

interface Cell {
  readonly point: string
  readonly engine: (typeof engines)[number]
  readonly text: string
}

const [head, , ...rows] = page
  .section('## Point by point')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
const cells: Cell[] = rows.flatMap(([point = '', ...texts]) =>
  engines.map((engine, i) => ({ point, engine, text: texts[i] ?? '' })),
)

/** What is wrong with a link as evidence about an engine; undefined if nothing is. */
function problemOf(url: URL, engine: string): string | undefined {
  const path = fileURLToPath(url)
  if (path.endsWith('.scenario')) {
    const golden = path.replace(/\.scenario$/, `.${engine}.txt`)
    return existsSync(golden) ? undefined : `${path} is not run on ${engine}`
  }
  const text = readFileSync(url, 'utf8')
  if (path.includes('/lessons/')) {
    return new RegExp(`^engine ${engine}\\b`, 'm').test(text)
      ? undefined
      : `${path} has no scene on ${engine}`
  }
  const isTest = path.endsWith('.test.ts')
  const home = engine === 'multi-paxos' ? '/paxos/' : `/${engine}/`
  return isTest && (path.includes(home) || path.includes('/quorate/test/'))
    ? undefined
    : `${path} is no test of ${engine}`
}

describe('docs/raft-zab-paxos-vr.md', () => {
  it('leads to files that are there', () => {
    expect(page.deadLinks).toEqual([])
  })

  it('has a column for each engine and one for Viewstamped Replication, with something in every cell', () => {
    expect(head).toEqual(['point', 'Raft', 'Zab', 'Multi-Paxos', 'Viewstamped Replication'])
    expect(rows.length).toBeGreaterThanOrEqual(13)
    expect(rows.filter((row) => row.length !== 5 || row.includes(''))).toEqual([])
  })

  it.each(cells)('shows what it says of $engine: $point', ({ engine, text }) => {
    const links = page.linksOf(text)
    expect(links).not.toEqual([])
    expect(links.map((url) => problemOf(url, engine)).filter((problem) => problem !== undefined)).toEqual([])
  })

  it('claims to show nothing of a protocol that has no engine here', () => {
    expect(rows.filter((row) => page.linksOf(row[4]!).length > 0)).toEqual([])
  })
})
