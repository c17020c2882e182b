import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it, vi } from 'vitest'
import { raftShapes } from '../src/index.ts'

const here = dirname(fileURLToPath(import.meta.url))
const readme = readFileSync(join(here, '..', 'README.md'), 'utf8')

it('the example runs and prints what it says', async () => {
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
  for (const id of [1, 2, 3]) expect(printed).toContain(`${id} applies 2: hello`)
})

it('the message table names every message and field', () => {
  for (const [type, fields] of Object.entries(raftShapes)) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${type}\``))
    expect(row, type).toBeDefined()
    for (const field of fields) if (field !== 'term') expect(row, type).toContain(field)
  }
})

it('the places that the rules lead to exist', () => {
  const paths = [...readme.matchAll(/\]\((src\/[a-z-]+\.ts)\)/g)].map(([, path]) => path!)
  expect(paths.length).toBeGreaterThan(20)
  for (const path of paths) expect(readFileSync(join(here, '..', path), 'utf8')).not.toBe('')
  for (const [, name, path] of readme.matchAll(/`([a-zA-Z]+)` in \[[a-z-]+\.ts\]\((src\/[a-z-]+\.ts)\)/g)) {
    expect(readFileSync(join(here, '..', path!), 'utf8')).toContain(`function ${name}(`)
  }
})
