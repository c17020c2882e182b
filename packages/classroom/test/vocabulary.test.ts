import { describe, expect, it } from 'vitest'
import {
  checkCatalogue,
  findLesson,
  parseLesson,
  readCatalogue,
  termPattern,
  vocabularyErrors,
  wordsKnown,
} from '../src/index.ts'
import { fence, lessonWith } from './support/lessons.ts'

const plain = fence('scenario', 'elect 1', 'expect leader 1')

/** A lesson with these words and this opening. */
function file(name: string, opening: string, words = '', scene = plain): { file: string; text: string } {
  return { file: name, text: lessonWith(scene, [`words: ${words}`], opening) }
}

const later = file('02-b.md', 'A quorum, a majority, a read index.', 'quorum, majority, read index')

function problems(first: { file: string; text: string }): string[] {
  return vocabularyErrors(readCatalogue([later, first])).map(({ message }) => message)
}

describe('words', () => {
  it('may be used where they are explained, and later', () => {
    expect(problems(file('01-a.md', 'Nothing.'))).toEqual([])
    expect(problems(file('03-c.md', 'A quorum.'))).toEqual([])
  })

  it.each(['a quorum', 'Quorums', 'QUORUM.', 'each quorum’s size', '_quorum_', '- **quorum**'])(
    'may not be used before: %s',
    (text) => {
      expect(problems(file('01-a.md', `First.\n\n${text}`))).toEqual([
        '01-a.md:11: "quorum" is used here, and only explained in 02-b; explain it here or before (words), or say it otherwise',
      ])
    },
  )

  it.each(['the majorities', 'a read index', 'read indexes', 'the read\nindex', 'read-index'])(
    'may not be used as several or over lines: %s',
    (text) => {
      expect(problems(file('01-a.md', text))).toHaveLength(1)
    },
  )

  it.each(['quorumless', 'a `quorum` in code', '[a link](quorum.md)', 'an index', '~~~\nquorum\n~~~'])(
    'are not: %s',
    (text) => {
      expect(problems(file('01-a.md', text))).toEqual([])
    },
  )

  it('are looked for in notes, questions and answers of scenes, and not in scripts', () => {
    const scene = (...lines: readonly string[]): string[] =>
      problems(file('01-a.md', 'Text.', '', fence('scenario', ...lines, 'elect 1', 'expect leader 1')))
    expect(scene('note "A quorum."')).toHaveLength(1)
    expect(scene('#? Which quorum?', '#= None.')).toHaveLength(1)
    expect(scene('#? Which?', '#= The quorum.')).toHaveLength(1)
    expect(scene('# quorum', 'propose 1 "quorum"')).toEqual([])
  })

  it('are looked for in titles and claims, and not in what to read on', () => {
    const { text } = file('01-a.md', 'Text.')
    expect(problems({ file: '01-a.md', text: text.replace('title: T', 'title: Quorums') })).toHaveLength(1)
    expect(problems({ file: '01-a.md', text: text.replace('claim: C', 'claim: Quorums') })).toHaveLength(1)
    expect(problems({ file: '01-a.md', text: text.replace('- P', '- Quorum systems') })).toEqual([])
  })

  it('are known once a lesson has explained them', () => {
    const lessons = [file('01-a.md', 'Log.', 'log'), later].map((each) => parseLesson(each.file, each.text))
    expect([...wordsKnown(lessons, lessons[0]!)]).toEqual(['log'])
    expect([...wordsKnown(lessons, lessons[1]!)]).toEqual(['log', 'quorum', 'majority', 'read index'])
  })
})

describe('a term', () => {
  it.each([
    ['flexible quorums', 'a flexible quorum'],
    ['index', 'indices'],
    ['lossy link', 'Lossy  Links'],
  ])('%s is found in: %s', (term, text) => {
    expect(termPattern(term).test(text)).toBe(true)
  })

  it.each([
    ['log', 'a dialog, logging, un-log'],
    ['loss', 'los'],
    ['a.b', 'axb'],
  ])('%s is not found in: %s', (term, text) => {
    expect(termPattern(term).test(text)).toBe(false)
  })
})

describe('the catalogue', () => {
  it('is in the order of the numbers', () => {
    const lessons = readCatalogue([later, file('01-a.md', 'Text.')])
    expect(lessons.map(({ lesson }) => lesson.number)).toEqual([1, 2])
  })

  it('refuses a name without a number, a number that is there twice, and words that come too early', () => {
    expect(() => readCatalogue([file('a.md', 'Text.')])).toThrow('a.md:1: "a.md" is no name of a lesson')
    expect(() => readCatalogue([file('01-a.md', 'Text.'), file('01-b.md', 'Text.')])).toThrow(
      "number 1 is 01-a's already",
    )
    expect(() => checkCatalogue([file('01-a.md', 'quorum'), later])).toThrow('"quorum" is used here')
  })

  it('finds lessons by number and name, and says what there is', () => {
    const lessons = [file('01-a.md', 'Text.'), later].map((each) => parseLesson(each.file, each.text))
    expect(['2', '02', '02-b', 'b'].map((wanted) => findLesson(lessons, wanted).name)).toEqual(
      Array.from({ length: 4 }, () => '02-b'),
    )
    expect(() => findLesson(lessons, '7')).toThrow('there is no lesson "7"; there is 01-a, 02-b')
  })
})
