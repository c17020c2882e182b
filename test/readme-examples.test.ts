import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readRepository } from './architecture/repository.ts'
import { compile } from './doctest/compile.ts'
import { examplesOf } from './doctest/examples.ts'
import { exampleModule } from './doctest/plugin.ts'

// Every `ts` block of the documents, and every `@example` of the sources, is compiled and run.

/** How many blocks of a document are marked `no-run`. Whoever adds one says here why it cannot run. */
const notRun: Readonly<Record<string, number>> = {
  'packages/quorate/README.md': 1, // one replica of three, at addresses that are nobody's
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isDocument = /^(README\.md|docs\/.*\.md|packages\/[^/]+\/(README\.md|src\/.*\.tsx?))$/
const examples = [...readRepository(root)]
  .filter(([path]) => isDocument.test(path))
  .flatMap(([path, text]) => examplesOf(path, text))

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the examples', () => {
  it('are run, but for the listed ones', () => {
    const skipped = examples.filter(({ isRun }) => !isRun)
    const counts = new Map<string, number>()
    for (const { document } of skipped) counts.set(document, (counts.get(document) ?? 0) + 1)
    expect(Object.fromEntries(counts)).toEqual(notRun)
  })

  it('compile', () => {
    expect(compile(examples.filter(({ isRun }) => isRun))).toEqual([])
  })

  for (const { document, number, line } of examples.filter(({ isRun }) => isRun)) {
    it(`run: ${document}:${line}`, async () => {
      await import(/* @vite-ignore */ exampleModule(join(root, document), number))
    })
  }
})
