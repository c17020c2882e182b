import { posix } from 'node:path'
import { directoryOf, packageName } from '../layers.ts'
import { packageOf } from '../imports.ts'
import type { Rule } from '../rule.ts'
import type { Violation } from '../violation.ts'
import type { Module } from '../workspace.ts'

function refusal(path: string, specifier: string, home: string): string | undefined {
  if (specifier.startsWith('/')) return `an absolute path (${specifier}) is true on one machine only`
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier)
    return target.startsWith(home) ? undefined : `${specifier} leaves ${home}; import the package by its name`
  }
  const name = packageOf(specifier)
  const directory = name === undefined ? undefined : directoryOf(name)
  if (directory === undefined || specifier === name) return undefined
  return `import ${packageName(directory)} itself, and export from its index what is needed`
}

function checkModules(modules: readonly Module[], home: string): readonly Violation[] {
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ line, specifier }) => {
      const message = specifier === undefined ? undefined : refusal(path, specifier, home)
      return message === undefined ? [] : [{ file: path, line, rule: 'deep-imports', message }]
    }),
  )
}

/** A package is entered by its name and nothing else. */
export const deepImports: Rule = {
  name: 'deep-imports',
  law: 'enters other packages by their names alone',
  check: ({ packages, tests }) => [
    ...packages.flatMap(({ directory, src }) => checkModules(src, `packages/${directory}/src/`)),
    ...packages.flatMap((self) => checkModules(self.tests, `packages/${self.directory}/`)),
    ...checkModules(tests, 'test/'),
  ],
}
