import type { Rule } from '../rule.ts'
import type { Violation } from '../violation.ts'
import { type Workspace, allModules } from '../workspace.ts'

/** Words that stand for unfinished work; put together here so that this file does not hold them. */
const unfinishedWork = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)].join('|')})\\b`)

/** A path that is true on one machine only: someone's home, a container's working directory. */
const machinePath = /(?:^|[^\w.$})/-])\/(?:work|root|home|Users)\//

/** Where packages come from is the machine's affair. */
const registry = /^\s*(?:\S*registry\s*=|tarball:)|tarball: *http/

function matchingLines(path: string, text: string, pattern: RegExp): { file: string; line: number }[] {
  if (!new RegExp(pattern, 'm').test(text)) return []
  return text.split('\n').flatMap((line, i) => (pattern.test(line) ? [{ file: path, line: i + 1 }] : []))
}

/** What is not finished is not in the repository. */
export const finishedWork: Rule = {
  name: 'unfinished',
  law: 'has no notes about unfinished work',
  check: (workspace) =>
    allModules(workspace).flatMap(({ path, text }) =>
      matchingLines(path, text, unfinishedWork).map((at) => ({
        ...at,
        rule: 'unfinished',
        message: 'finish it, or say in a sentence what is not supported and why',
      })),
    ),
}

function machinePaths({ files }: Workspace): Violation[] {
  const rule = 'machine-paths'
  return [...files].flatMap(([path, text]) => [
    ...matchingLines(path, text, machinePath).map((at) => ({
      ...at,
      rule,
      message: "a path of one machine; make it relative, or os.tmpdir()'s",
    })),
    ...(path === '.npmrc' || path === 'pnpm-lock.yaml' ? matchingLines(path, text, registry) : []).map(
      (at) => ({
        ...at,
        rule,
        message: 'names a registry; it belongs in the settings of the machine',
      }),
    ),
  ])
}

/** The repository is the same on every machine. */
export const portableText: Rule = {
  name: 'machine-paths',
  law: 'names no path or registry of one machine',
  check: machinePaths,
}
