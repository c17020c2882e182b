import { readFileSync } from 'node:fs'
import { parseLesson, playLesson, verdictOf } from '@quorate/classroom'
import { lessonParts } from 'quorate'
import { describe, expect, it } from 'vitest'

// The examples in docs/lessons.md and in the package's README are lessons that hold.

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

/** What stands in the fences of that kind, with four backquotes. */
function examplesIn(path: string): string[] {
  return [...read(path).matchAll(/^````markdown\n(.*?)^````$/gms)].map(([, text]) => text!)
}

/** A scene of its own, in what a lesson needs besides. */
function around(scene: string): string {
  return `---\ntitle: T\nlevel: regular\nminutes: 1\nclaim: C\n---\n\n${scene}\n## Questions\n\n1. Q?\n   > A.\n\n## Read on\n\n- P\n`
}

describe('docs/lessons.md', () => {
  const [whole, part] = examplesIn('docs/lessons.md')

  it('has a whole lesson, of which everything is so', () => {
    const played = playLesson(parseLesson('late-vote.md', whole!), { parts: lessonParts })
    expect(verdictOf(played)).toEqual({ claims: 2, failures: [] })
  })

  it('has a scene with an experiment, of which everything is so', () => {
    const played = playLesson(parseLesson('part.md', around(part!)), { parts: lessonParts })
    expect(verdictOf(played)).toEqual({ claims: 1, failures: [] })
  })
})

describe('packages/classroom/README.md', () => {
  const fences = [
    ...read('packages/classroom/README.md').matchAll(/^```(elections|explore|seeds)\n.*?^```$/gms),
  ]

  it('has an example of each experiment', () => {
    expect(fences.map(([, kind]) => kind)).toEqual(['elections', 'explore', 'seeds'])
  })

  it.each(fences.map(([text, kind]) => [kind, text]))('whose %s are so', (_, fence) => {
    const played = playLesson(parseLesson('fence.md', around(`## Scene: S\n\n${fence}\n`)), {
      parts: lessonParts,
    })
    expect(verdictOf(played).failures).toEqual([])
  })

  it('has a form of a lesson that can be read and is so', () => {
    const [form] = examplesIn('packages/classroom/README.md')
    const text = form!.replace('starter | regular | advanced', 'regular')
    expect(parseLesson('form.md', text).words).toEqual(['lease', 'read index'])
  })
})
