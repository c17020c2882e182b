import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from './compile.ts'
import { type Example, examplesOf } from './examples.ts'
import { moduleOf } from './instrument.ts'
import { exampleModule } from './plugin.ts'

const fixtures = join(dirname(fileURLToPath(import.meta.url)), 'fixtures')

function run(name: string, number: number): Promise<unknown> {
  return import(/* @vite-ignore */ exampleModule(join(fixtures, name), number))
}

function fixture(name: string): readonly Example[] {
  return examplesOf(name, readFileSync(join(fixtures, name), 'utf8'))
}

const markdown = (code: string): Example => examplesOf('a.md', `\`\`\`ts\n${code}\n\`\`\`\n`)[0]!

describe('examples of a document', () => {
  it('are its ts blocks, with their lines', () => {
    const found = fixture('right.md').map(({ number, line, isRun }) => ({ number, line, isRun }))
    expect(found).toEqual([
      { number: 1, line: 6, isRun: true },
      { number: 2, line: 23, isRun: true },
      { number: 3, line: 41, isRun: true },
      { number: 4, line: 47, isRun: false },
    ])
  })

  it('run', async () => {
    for (const { number } of fixture('right.md').filter(({ isRun }) => isRun)) await run('right.md', number)
  })

  it('fail if a value is wrong, and say where', async () => {
    await expect(run('wrong-value.md', 1)).rejects.toThrow(/wrong-value\.md:5: expected 2 to deeply equal 3/)
  })

  it('fail if they throw', async () => {
    await expect(run('throws.md', 1)).rejects.toThrow(TypeError)
  })

  it('are compiled', () => {
    expect(compile(fixture('does-not-compile.md'))).toEqual([
      "does-not-compile.md:10: error TS2322: Type 'string' is not assignable to type 'number'.",
      expect.stringMatching(/^does-not-compile\.md:11: error TS2345: Argument of type '"NO_SUCH_CODE"'/),
    ])
  })
})

describe('examples in comments', () => {
  const source = [
    'export {}',
    '/**',
    ' * Adds.',
    ' *',
    ' * ```ts',
    ' * notAnExample()',
    ' * ```',
    ' *',
    ' * @param a one',
    ' * @example',
    ' * ```ts',
    ' * 1 + 1 // => 2',
    ' * ```',
    ' * @returns the sum',
    ' */',
  ].join('\n')

  it('are those marked @example', () => {
    expect(examplesOf('add.ts', source)).toEqual([
      { document: 'add.ts', number: 1, line: 12, code: '1 + 1 // => 2', isRun: true },
    ])
  })
})

describe('a mistake in an example', () => {
  it('is a mark that does not exist', () => {
    expect(() => examplesOf('a.md', '\n```ts norun\n```\n')).toThrow('a.md:2: "norun" is no mark')
  })

  it('is a block without an end', () => {
    expect(() => examplesOf('a.md', '```ts\n1\n')).toThrow('a.md:1: the block has no end')
  })

  it('is a value that is none', () => {
    expect(() => moduleOf(markdown('1 + 1 // => the sum'), 'c')).toThrow(
      'a.md:2: "the sum" is not an expression',
    )
    expect(() => moduleOf(markdown('1 + 1 // => 2, yes'), 'c')).toThrow(
      'a.md:2: "2, yes" is not an expression',
    )
  })

  it('is a value of nothing', () => {
    expect(() => moduleOf(markdown('\nfor (;;) {} // => 2'), 'c')).toThrow('a.md:3: there is no statement')
  })

  it('is a value of several things', () => {
    expect(() => moduleOf(markdown('const [a, b] = [1, 2] // => 1'), 'c')).toThrow('of one name')
  })
})
