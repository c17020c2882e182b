import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as check from '../src/index.ts'

test('the example of the README runs and prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const example = /```js\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const printed: unknown[] = []
  const script = example.replace(/import (\{[^}]*\}) from '@quorate\/check'/, 'const $1 = check')
  // oxlint-disable-next-line typescript/no-implied-eval -- the example is ours, from the file beside this test
  new Function('check', 'console', script)(check, { log: (line: unknown) => printed.push(line) })
  const promised = [...example.matchAll(/\/\/ (.*)$/gm)].map((comment) => comment[1])
  expect(printed).toEqual(promised)
  expect(promised).not.toEqual([])
})
