import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it, vi } from 'vitest'
import { multiPaxosShapes } from '../src/index.ts'

const here = dirname(fileURLToPath(import.meta.url))
const readme = readFileSync(join(here, '..', 'README.md'), 'utf8')

it('the example of Multi-Paxos runs and prints what it says', async () => {
  const code = /```ts\n([\s\S]*?)```/.exec(readme)![1]!
  const folder = mkdtempSync(join(here, 'tmp-readme-'))
  const printed: unknown[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line) => printed.push(line))
  try {
    writeFileSync(join(folder, 'example.ts'), code)
    await import(/* @vite-ignore */ pathToFileURL(join(folder, 'example.ts')).href)
  } finally {
    log.mockRestore()
    rmSync(folder, { recursive: true })
  }
  for (const id of [1, 2, 3]) expect(printed).toContain(`${id} applies 1: hello`)
})

it('the message table names every message and field', () => {
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'))
  for (const [type, fields] of Object.entries(multiPaxosShapes)) {
    const row = rows.find((line) => line.split('|')[1]!.includes(`\`${type}\``))
    expect(row, type).toBeDefined()
    for (const field of fields) {
      if (field !== 'round' && field !== 'node') expect(row, type).toContain(field)
    }
  }
})

it('the places that the tables lead to exist, and have what is named beside them', () => {
  const rows = readme.split('\n').filter((line) => line.startsWith('|'))
  const links = rows.flatMap((row) => [...row.matchAll(/\]\(((?:src|test)\/[^)]+)\)([^[|]*)/g)])
  expect(links.length).toBeGreaterThan(60)
  for (const [, path, behind] of links) {
    const file = join(here, '..', path!)
    expect(existsSync(file), path).toBe(true)
    if (!path!.endsWith('.ts')) continue
    const text = readFileSync(file, 'utf8')
    const names = [...behind!.split(';')[0]!.matchAll(/`([A-Za-z0-9]+)(?:\.([a-zA-Z0-9]+))?`/g)]
    for (const [, name, member] of names) {
      expect(text, path).toContain(name)
      if (member !== undefined) expect(text, path).toContain(member)
    }
  }
})
