import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's text files by path from its root, with `/` between parts. Rules see nothing else. */
export type Repository = ReadonlyMap<string, string>

const largestText = 1_000_000

/** Reads everything that is not ignored by `.gitignore`; large and binary files as empty text. */
export function readRepository(root: string): Repository {
  const isIgnored = ignoredBy(readFileSync(join(root, '.gitignore'), 'utf8'))
  const files = new Map<string, string>()
  const visit = (directory: string): void => {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (path === '.git' || isIgnored(path)) continue
      if (entry.isDirectory()) visit(path)
      else files.set(path, readText(join(root, path)))
    }
  }
  visit('')
  return files
}

function readText(path: string): string {
  // A file may vanish between the listing and here: editors and compilers work at the same time.
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0 || size > largestText) return ''
  const text = readFileSync(path, 'utf8')
  return text.includes('\0') ? '' : text
}

/** The part of `.gitignore`'s language that this repository uses: names, `*`, a leading `/`. Exceptions are left out. */
function ignoredBy(gitignore: string): (path: string) => boolean {
  const patterns = gitignore.split('\n').filter((line) => line !== '' && !/^[#!]/.test(line))
  const whole: RegExp[] = []
  for (const pattern of patterns) {
    const body = pattern.replace(/^\/|\/$/g, '')
    const source = body.replace(/[.+^$()[\]{}|\\?]/g, '\\$&').replaceAll('*', '[^/]*')
    whole.push(new RegExp(pattern.startsWith('/') ? `^${source}$` : `(^|/)${source}$`))
  }
  return (path) => whole.some((pattern) => pattern.test(path))
}
