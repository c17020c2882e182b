import { describe, expect, it } from 'vitest'
import { type Experiment, parseLesson } from '../src/index.ts'
import { fence, lessonWith } from './support/lessons.ts'

function experimentOf(text: string): Experiment {
  const [scene] = parseLesson('x.md', lessonWith(text)).sections
  const piece = scene?.type === 'scene' ? scene.pieces[0] : undefined
  if (piece?.type !== 'experiment') throw new Error('no experiment')
  return piece.experiment
}

describe('the form of experiments', () => {
  it('has elections', () => {
    const text = fence(
      'elections',
      'voters 5 # of whom one is down',
      'latency 15ms',
      'timeouts 150ms..200ms',
      'timeouts 150ms..300ms',
      'option preVote=true',
      'give up 2s',
      'expect split at 150ms..300ms below 10%',
      'expect mean at 150ms..200ms about form within 5%',
    )
    expect(experimentOf(text)).toMatchObject({
      voters: 5,
      live: 4,
      latency: 15,
      elections: 1000,
      giveUp: 2000,
      options: { preVote: true },
      ranges: [
        { min: 150, max: 200 },
        { min: 150, max: 300 },
      ],
      claims: [
        {
          line: 19,
          what: { measure: 'split', range: { max: 300 }, comparison: { how: 'below', value: 0.1 } },
        },
        {
          line: 20,
          what: { measure: 'mean', range: { max: 200 }, comparison: { how: 'about form', within: 0.05 } },
        },
      ],
    })
  })

  it('has explorations', () => {
    const text = fence(
      'explore',
      'protocol paxos',
      'quorums 2,1',
      'symmetry',
      'states 1,000',
      'expect violation in 8 steps',
      'expect seen "votes can collide"',
      'expect states at most 900',
    )
    expect(experimentOf(text)).toMatchObject({
      protocol: 'paxos',
      quorums: [2, 1],
      symmetry: true,
      states: 1000,
      claims: [
        { what: { what: 'violation', steps: 8 } },
        { what: { what: 'seen', name: 'votes can collide', steps: undefined } },
        { what: { what: 'states', comparison: { how: 'at most', value: 900 } } },
      ],
    })
  })

  it('has seeds', () => {
    const text = fence(
      'seeds',
      'engine zab',
      'seeds 3..9',
      'option a.b=2',
      'expect good is 7',
      'expect violation "history"',
    )
    expect(experimentOf(text)).toMatchObject({
      engine: 'zab',
      first: 3,
      last: 9,
      options: { 'a.b': 2 },
      claims: [
        { what: { measure: 'good', comparison: { how: 'is', value: 7 } } },
        { what: { what: 'violation', name: 'history' } },
      ],
    })
  })
})

describe('a mistake in an experiment', () => {
  it.each([
    [['elections', 'expect split below 1%'], 'x.md:12: a line "timeouts 150ms..300ms" is expected'],
    [['elections', 'timeouts 300ms..150ms'], 'x.md:13: "300ms..150ms" is no range'],
    [['elections', 'timeouts 1s..2s'], 'x.md:12: it claims nothing'],
    [
      ['elections', 'timeouts 1s..2s', 'expect luck below 1%'],
      'x.md:14: "luck below 1%" is nothing to expect',
    ],
    [
      ['elections', 'timeouts 1s..2s', 'expect p99 about form within 1%'],
      'the closed form gives split and mean, not p99',
    ],
    [
      ['elections', 'timeouts 1s..2s', 'timeouts 1s..3s', 'expect split below 1%'],
      'x.md:15: "at" and one of 1000ms..2000ms, 1000ms..3000ms is expected',
    ],
    [['elections', 'voters many'], 'x.md:13: "many" is not right; "voters" and a whole number from 1 to 15'],
    [['elections', 'voters 3', 'voters 5'], 'x.md:14: "voters" is there twice'],
    [['elections', 'latency long'], 'x.md:13: "long" is not right; a duration'],
    [
      ['elections', 'timeouts 1s..2s', 'expect split below 1%', 'colour red'],
      'x.md:15: "colour" is no setting here',
    ],
    [['elections', 'note 7'], 'x.md:13: a text in quotes is expected behind "note"'],
    [['explore', 'expect holds'], 'x.md:12: a line "protocol …" is expected'],
    [['explore', 'protocol raft'], 'x.md:13: "raft" is no protocol; expected is paxos, fast-paxos, caspaxos'],
    [['explore', 'protocol paxos', 'quorums two'], 'x.md:14: "two" are no sizes of quorums'],
    [['explore', 'protocol paxos', 'symmetry on'], 'x.md:14: "symmetry" stands alone'],
    [['seeds', 'engine raft', 'seeds 1..500'], 'x.md:14: "1..500" are no seeds'],
    [['seeds', 'engine raft', 'option x'], 'x.md:14: "x" is no option'],
  ])('is told with its line: %j', ([kind, ...lines], message) => {
    expect(() => experimentOf(fence(kind!, ...lines))).toThrow(message)
  })
})
