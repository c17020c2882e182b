import { readFileSync } from 'node:fs'
import { type Lesson, type PlayedLesson, parseLesson, playLesson } from '../../src/index.ts'
import { parts } from './parts.ts'

/** The text of the sample. */
export const sampleText: string = readFileSync(new URL('../fixtures/stale.md', import.meta.url), 'utf8')

export function sample(): Lesson {
  return parseLesson('stale.md', sampleText)
}

export function playedSample(): PlayedLesson {
  return playLesson(sample(), { parts })
}

/** A lesson with one scene, and what it needs besides. */
export function lessonWith(scene: string, front: readonly string[] = [], opening = 'Text.'): string {
  const head = ['title: T', 'level: regular', 'minutes: 1', 'claim: C', ...front]
  return `---
${head.join('\n')}
---

${opening}

## Scene: S

${scene}

## Questions

1. Q?
   > A.

## Read on

- P
`
}

/** A fence. */
export function fence(kind: string, ...lines: readonly string[]): string {
  return ['```' + kind, ...lines, '```'].join('\n')
}
