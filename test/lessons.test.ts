import {
  type Lesson,
  lessonFiles,
  lessonTranscript,
  type PlayedLesson,
  parseLesson,
  playLesson,
  readCatalogue,
  shownTo,
  termPattern,
  verdictOf,
  vocabularyErrors,
  wordsKnown,
} from '@quorate/classroom'
import { lessonParts } from 'quorate'
import { describe, expect, it } from 'vitest'

// Every lesson is read and played, and what it claims is so: what `quorate lesson --check` does.

const files = lessonFiles()

describe('the lessons', () => {
  it('are numbered, and can be read', () => {
    expect(readCatalogue(files).length).toBeGreaterThan(0)
  })

  it('use no word before it is explained', () => {
    expect(vocabularyErrors(readCatalogue(files)).map(({ message }) => message)).toEqual([])
  })

  it.each(files.map(({ file }, i) => [file.replace(/\.md$/, ''), i]))(
    '%s: all that it claims is so',
    (_, i) => {
      const { lesson, played } = play(i)
      const { claims, failures } = verdictOf(played)
      expect(
        failures.map(({ line, where, message }) => `${lesson.file}:${line}: ${where}: ${message}`),
      ).toEqual([])
      expect(claims).toBeGreaterThan(0)
    },
  )
})

describe('what is told of the scenes', () => {
  it('uses no word before it is explained, either', () => {
    const lessons = catalogue()
    const found: string[] = []
    let told = 0
    for (const [i, lesson] of lessons.entries()) {
      const known = wordsKnown(lessons, lesson)
      const later = new Set(
        lessons.slice(i + 1).flatMap(({ words }) => words.filter((word) => !known.has(word))),
      )
      const lines = toldLines(play(i).played)
      told += lines.length
      for (const word of later) {
        const line = lines.find((text) => termPattern(word).test(text))
        if (line !== undefined) found.push(`${lesson.name} uses "${word}": ${line}`)
      }
    }
    expect(found).toEqual([])
    expect(told).toBeGreaterThan(20 * lessons.length)
  })
})

function catalogue(): readonly Lesson[] {
  return readCatalogue(files).map(({ lesson }) => lesson)
}

const played = new Map<number, PlayedLesson>()

/** Plays a lesson once, as the command does. */
function play(i: number): { readonly lesson: Lesson; readonly played: PlayedLesson } {
  const { file, text } = files[i]!
  const lesson = parseLesson(file, text)
  const lessons = files.slice(0, i + 1).map((other) => parseLesson(other.file, other.text))
  const known =
    played.get(i) ?? playLesson(lesson, { parts: lessonParts, shown: shownTo(wordsKnown(lessons, lesson)) })
  played.set(i, known)
  return { lesson, played: known }
}

/** What the player says by itself, without the names of messages, options and rules. */
function toldLines(lesson: PlayedLesson): readonly string[] {
  const frames = lesson.frames.filter(({ type }) => type === 'stage' || type === 'step' || type === 'confirm')
  return lessonTranscript({ ...lesson, frames }, 10_000)
    .filter((line) => !/^(Settings:|A rule of the engine|And messages that changed nothing)/.test(line))
    .map((line) =>
      line.replace(/(node \d+ to node \d+:|messages?) [A-Z]\w+/gi, '$1').replace(/"[^"]*"/g, '""'),
    )
}
