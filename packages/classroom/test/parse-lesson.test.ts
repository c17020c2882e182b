import { describe, expect, it } from 'vitest'
import { parseLesson } from '../src/index.ts'
import { fence, lessonWith, sample, sampleText } from './support/lessons.ts'

const script = fence('scenario', 'elect 1', 'expect leader 1')

describe('a lesson', () => {
  it('is read', () => {
    const lesson = sample()
    expect(lesson).toMatchObject({
      name: 'stale',
      number: undefined,
      title: 'A deposed leader answers from the past',
      level: 'regular',
      minutes: 5,
      words: ['deposed'],
    })
    expect(lesson.sections.map(({ type, title }) => `${type} ${title}`)).toEqual([
      'text Words',
      'scene The rule switched off',
      'scene The rule in force',
    ])
    expect(lesson.questions.length).toBe(2)
  })

  it('has the number that its name begins with', () => {
    expect(parseLesson('lessons/07-reads.md', sampleText)).toMatchObject({ name: '07-reads', number: 7 })
  })

  it('has scripts, the questions in them with their answers, and text between', () => {
    const [, scene] = sample().sections
    const pieces = scene?.type === 'scene' ? scene.pieces : []
    expect(pieces.map(({ type }) => type)).toEqual(['text', 'script', 'text'])
    expect(pieces[1]).toMatchObject({
      line: 19,
      cues: [
        {
          line: 16,
          question: 'A client reads from node 1. What does it see?',
          answer: 'Only "a": nobody has told node 1 of "b".',
        },
      ],
    })
  })

  it('is the same whichever way its lines end', () => {
    expect(parseLesson('stale.md', `\uFEFF${sampleText.replaceAll('\n', '\r\n')}`)).toEqual(sample())
  })

  it('may have a heading in a fence, and a fence in a longer one', () => {
    const inner = '````text\n```\n## no heading\n```\n````'
    const text = lessonWith(`${script}\n\n${fence('text', '## no heading')}\n\n${inner}`)
    expect(parseLesson('x.md', text).sections.length).toBe(1)
  })
})

describe('a mistake in a lesson', () => {
  const good = lessonWith(script)

  it.each([
    ['no head', 'Text.', 'x.md:1: a lesson begins with a line "---"'],
    ['a head without end', '---\ntitle: T\n', 'x.md:1: the head of the lesson does not end'],
    [
      'an unknown field',
      good.replace('claim: C', 'clam: C'),
      'x.md:5: "clam: C" is no line of a lesson\'s head',
    ],
    ['a field twice', good.replace('claim: C', 'title: C'), 'x.md:5: "title" is there twice'],
    ['no title', good.replace('title: T\n', ''), 'x.md:5: the head has no "title"'],
    ['an empty claim', good.replace('claim: C', 'claim:'), 'x.md:5: "claim" is empty'],
    [
      'a level',
      good.replace('regular', 'easy'),
      'x.md:3: "easy" is no level; expected is starter, regular, advanced',
    ],
    ['minutes', good.replace('minutes: 1', 'minutes: soon'), 'x.md:4: "soon" are no minutes'],
    ['words twice', lessonWith(script, ['words: a, a'], 'a'), 'x.md:6: in "words" "a" is there twice'],
    ['a comma', lessonWith(script, ['words: a,,b'], 'a b'), 'x.md:6: in "words" there is a comma too many'],
    ['a word not explained', lessonWith(script, ['words: lease']), 'x.md:6: "lease" is explained nowhere'],
    [
      'no scene',
      good.replace('## Scene: S', '## S').replace(script, ''),
      'there is no scene; a part "## Scene: …"',
    ],
    ['a scene without title', good.replace('## Scene: S', '## Scene'), 'x.md:10: the scene has no title'],
    [
      'a fence outside of a scene',
      good.replace('## Scene: S', '## S'),
      'x.md:12: a fence `scenario` belongs to a scene',
    ],
    [
      'a scene without claims',
      good.replace('expect leader 1', 'settle'),
      'x.md:10: the scene claims nothing',
    ],
    ['a fence without end', good.replace('leader 1\n```', 'leader 1'), 'x.md:12: this fence does not end'],
    [
      'no statements',
      good.replace('elect 1\nexpect leader 1\n', ''),
      'x.md:12: the script has no statements',
    ],
    [
      'a statement',
      good.replace('elect 1', 'elekt 1'),
      'x.md:13: "elekt" is no statement; did you mean "elect"?',
    ],
    ['no answer', good.replace('elect 1', '#? Q\nelect 1'), 'x.md:13: this question has no answer'],
    [
      'no question',
      good.replace('elect 1', '#= A\nelect 1'),
      'x.md:13: this is an answer without a question',
    ],
    ['an empty question', good.replace('elect 1', '#?\nelect 1'), 'x.md:13: "#?" is without words'],
    [
      'a late question',
      good.replace('leader 1\n', 'leader 1\n#? Q\n#= A\n'),
      'x.md:16: no statement follows this question',
    ],
    ['no questions', good.replace('## Questions', '## Things'), 'there are no questions'],
    ['no list', good.replace('1. Q?', 'Q?'), 'a numbered list of questions is expected'],
    ['no answers', good.replace('   > A.', ''), 'x.md:19: this question has no answer'],
    ['nothing to read on', good.replace('## Read on', '## On'), 'there is nothing to read on'],
    ['an empty list', good.replace('- P', 'P'), 'x.md:22: a list of what to read on is expected'],
    ['a part behind the last', `${good}\n## More\n`, 'x.md:26: "## Read on" is the last part'],
  ])('is told with its line: %s', (_, text, message) => {
    expect(() => parseLesson('x.md', text)).toThrow(message)
  })
})
