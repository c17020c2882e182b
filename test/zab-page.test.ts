import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CodePage, codesUpTo } from './support/code-page.ts'

const page = new CodePage('zab.md')

/** The lines of zab.md, section 1.9. */
const knownBugs = `
  2845 3911 3023 4646 4643 4685 4394 4785 4712 4541 4925 3642 3104 2355 3144 4846
  1277 1291 1282 1732 1805 1818 1624 2678 4708 4653 4352 2164
`

function namesIn(directory: string, ending: string): string[] {
  const files = readdirSync(new URL(directory, import.meta.url))
  return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length))
}

/** The first cells of a part's tables, without the marks of code and links. */
function firstCells(heading: string): string[] {
  const rows = page.section(heading).split('\n')
  return rows
    .filter((line) => /^\| *[^ -]/.test(line))
    .slice(1)
    .map((line) => line.split('|')[1]!.replaceAll('`', '').trim())
}

describe('docs/zab.md', () => {
  it('leads to files that are there', () => {
    expect(page.deadLinks).toEqual([])
    expect(page.text).not.toContain('@@') // a place left open
    expect(page.linksOf().length).toBeGreaterThan(100)
  })

  it('leads to sections of the README that are there', () => {
    const readme = readFileSync(new URL('../packages/zab/README.md', import.meta.url), 'utf8')
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, words]) =>
      words!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    )
    const anchors = [...page.text.matchAll(/zab\/README\.md#([\w-]+)/g)].map(([, anchor]) => anchor!)
    expect(anchors.length).toBeGreaterThan(3)
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([])
  })

  it('has every code of the list, once: with tests that name it, or with the reason why there are none', () => {
    const tested = page.rows.map(({ code }) => code)
    const without = page.section('## What does not apply')
    const reasons = [...without.matchAll(/^- \*\*([VCRLMSPT]\d+)\*\*: [^@\n]{10,}/gm)].map(
      ([, code]) => code!,
    )
    const all = codesUpTo({ V: 18, C: 8, R: 12, L: 18, M: 13, S: 15, P: 10, T: 3 })
    expect([...tested, ...reasons].sort()).toEqual([...all].sort())
    expect(tested).toEqual(all.filter((code) => tested.includes(code)))
    expect(page.unnamed).toEqual([])
  })

  it('has every scenario that runs on Zab', () => {
    expect(firstCells('## Scenarios').sort()).toEqual(namesIn('scenarios', '.zab.txt').sort())
  })

  it('has every known bug of ZooKeeper, with its test', () => {
    const part = page.section('## ZooKeeper’s bugs')
    const links = page.linksOf(part).map(String)
    for (const directory of ['../packages/zab/test/known-bugs/', './known-bugs/']) {
      for (const name of namesIn(directory, '.test.ts')) {
        const url = new URL(`${directory}${name}.test.ts`, import.meta.url)
        if (!/^\d/.test(name)) continue
        expect(links, name).toContain(String(url))
      }
    }
    for (const number of knownBugs.trim().split(/\s+/)) {
      const row = part.split('\n').find((line) => line.startsWith('| ') && line.includes(number))
      expect(row, `ZOOKEEPER-${number}`).toBeDefined()
      const tests = page.linksOf(row)
      expect(tests, `ZOOKEEPER-${number}`).not.toEqual([])
      for (const test of tests) {
        expect(existsSync(test), String(test)).toBe(true)
        expect(readFileSync(test, 'utf8'), `${number} in ${String(test)}`).toContain(number)
      }
    }
  })
})
