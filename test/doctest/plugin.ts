import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { examplesOf } from './examples.ts'
import { moduleOf } from './instrument.ts'

const pattern = /^(.*)\.example-(\d+)\.ts$/

/** The module of a document's `number`-th example: a file that is not there, beside the document. */
export function exampleModule(document: string, number: number): string {
  return `${document}.example-${number}.ts`
}

/**
 * Makes a module of each example in a document. It lies beside the document, so that it finds the packages that the
 * document's package depends on.
 */
export function doctest(): Plugin {
  const checkModule = join(dirname(fileURLToPath(import.meta.url)), 'check-value.ts')
  return {
    name: 'quorate:doctest',
    enforce: 'pre',
    resolveId: (id) => (pattern.test(id) ? id : undefined),
    load: (id) => {
      const [, document, number] = pattern.exec(id) ?? []
      if (document === undefined) return undefined
      const example = examplesOf(document, readFileSync(document, 'utf8'))[Number(number) - 1]
      return example && moduleOf(example, checkModule)
    },
  }
}
