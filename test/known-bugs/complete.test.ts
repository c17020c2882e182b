import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folders = [
  new URL('../../packages/zab/test/known-bugs/', import.meta.url),
  new URL('.', import.meta.url),
]

/** ZooKeeper's bugs, by their numbers; families that are one bug in several places are one line. */
const bugs: readonly (readonly number[])[] = [
  [2845],
  [3911],
  [3023, 4646],
  [4643],
  [4685],
  [4394],
  [4785],
  [4712, 4541],
  [4925],
  [3642],
  [3104],
  [2355],
  [3144],
  [4846],
  [1277],
  [1291, 1282],
  [1732, 1805, 1818],
  [1624],
  [2678],
  [4708, 4653],
  [4352],
  [2164],
]

interface TestFile {
  readonly name: string
  readonly text: string
}

function testFiles(): TestFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^[\d-]+\.test\.ts$/.test(name))
      .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') })),
  )
}

describe("ZooKeeper's known bugs", () => {
  const files = testFiles()
  const readme = readFileSync(new URL('../../packages/zab/README.md', import.meta.url), 'utf8')

  it.each(bugs)('%i has a test that names it, and a line in the README of zab', (...numbers) => {
    const name = `${numbers.join('-')}.test.ts`
    const texts = files.filter((file) => file.name === name).map(({ text }) => text)
    expect(texts.length).toBeGreaterThan(0)
    for (const number of numbers)
      expect(texts.join('\n')).toMatch(new RegExp(`ZOOKEEPER-[\\d, ]*${number}\\b`))
    const line = readme.split('\n').find((row) => row.startsWith(`| ${numbers.join(', ')} `))
    expect(line).toContain(`/${name})`)
  })

  it('are all that have tests', () => {
    const names = bugs.map((numbers) => `${numbers.join('-')}.test.ts`)
    expect([...new Set(files.map(({ name }) => name))].toSorted()).toEqual(names.toSorted())
  })
})
