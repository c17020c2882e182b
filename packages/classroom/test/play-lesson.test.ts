import { describe, expect, it } from 'vitest'
import { type Frame, type PlayedLesson, parseLesson, playLesson, shownTo, verdictOf } from '../src/index.ts'
import { playScript } from '../src/play/play-script.ts'
import { everythingShown } from '../src/play/shown.ts'
import { fence, lessonWith, playedSample } from './support/lessons.ts'
import { parts } from './support/parts.ts'

function play(scene: string, words?: readonly string[]): PlayedLesson {
  const shown = words === undefined ? {} : { shown: shownTo(new Set(words)) }
  return playLesson(parseLesson('x.md', lessonWith(scene)), { parts, ...shown })
}

function framesOf<T extends Frame['type']>({ frames }: PlayedLesson, type: T): Extract<Frame, { type: T }>[] {
  return frames.filter((frame) => frame.type === type) as Extract<Frame, { type: T }>[]
}

const election = ['elect 1', 'propose 1 "a"', 'settle', 'expect applied 1 "a"']

describe('a played lesson', () => {
  it('is a row of frames in the order of the file', () => {
    const { frames } = playedSample()
    expect(frames.map(({ type, scene }) => `${type} ${scene}`)).toEqual([
      'text 0',
      'text 0',
      'text 1',
      'stage 1',
      'step 1',
      'step 1',
      'step 1',
      'note 1',
      'step 1',
      'step 1',
      'step 1',
      'step 1',
      'step 1',
      'ask 1',
      'step 1',
      'text 1',

      'stage 2',
      'step 2',
      'step 2',
      'step 2',
      'step 2',
      'step 2',
      'step 2',
      'step 2',
      'step 2',
      'step 2',
      'ask 2',
      'confirm 2',
      'step 2',
      'text 2',
      'question 0',
      'question 0',
      'text 0',
    ])
  })

  it('says which rule is switched off', () => {
    const [stage] = framesOf(playedSample(), 'stage')
    expect(stage?.lines).toEqual([
      '3 nodes with the engine Raft.',
      'A rule of the engine is switched off for this run (option unsafe.skipReadConfirmation), to show what it is for.',
    ])
  })

  it('asks before a step, and answers with it', () => {
    const played = playedSample()
    const [ask] = framesOf(played, 'ask')
    const step = played.frames[played.frames.indexOf(ask!) + 1]
    expect(step).toMatchObject({
      act: 'A client reads from node 1 (request "r1").',
      claims: [
        { text: '"r1" sees "a"', holds: true },
        { text: 'A rule of safety is broken', holds: true },
      ],
      answers: [{ question: ask!.question, answer: 'Only "a": nobody has told node 1 of "b".' }],
    })
  })

  it('has how the nodes stood before and after each step', () => {
    const step = framesOf(playedSample(), 'step').find(({ statement }) => statement === 'propose 2 "b"')!
    const logs = (stands: typeof step.stands): (string | undefined)[] =>
      stands.map(({ log }) => log.at(-1)?.text)
    expect(logs(step.before)).toEqual(['a', '', ''])
    expect(logs(step.stands)).toEqual(['a', 'b', ''])
    expect(step.stands[1]?.opinion).toMatchObject({
      role: 'leader',
      epoch: 2,
      commitIndex: 3,
      applied: ['a'],
    })
  })

  it('confirms its claims', () => {
    expect(verdictOf(playedSample())).toEqual({ claims: 4, failures: [] })
  })

  it('says where a claim does not hold, and ends the scene there', () => {
    const played = play(fence('scenario', ...election, 'expect leader 2', 'crash 1'))
    expect(verdictOf(played)).toEqual({
      claims: 2,
      failures: [
        {
          line: 17,
          scene: 1,
          where: 'Scene 1: S, on raft',
          message: 'it is not so: node 1 is the established leader of epoch 1',
        },
      ],
    })
    expect(
      framesOf(played, 'step')
        .at(-1)
        ?.claims.map(({ holds }) => holds),
    ).toEqual([true, false])
  })

  it('says where a step is not possible', () => {
    const played = play(fence('scenario', 'expect not leader 1', 'start 1'))
    expect(verdictOf(played).failures).toEqual([
      { line: 14, scene: 1, where: 'Scene 1: S, on raft', message: 'node 1 is running' },
    ])
    expect(framesOf(played, 'step')[0]?.claims[0]).toMatchObject({ holds: false, found: 'node 1 is running' })
  })

  it('counts a broken rule that nobody expected as a failure', () => {
    const script = fence(
      'scenario',
      'engine raft {unsafe.skipReadConfirmation=true}',
      'quietly elect 1',
      'freeze 1',
      'quietly elect 2',
      'propose 2 "b"',
      'settle',
      'expect answer "b" committed',
      'thaw 1',
      'read 1',
      'settle',
    )
    expect(verdictOf(play(script)).failures[0]).toMatchObject({ line: 21 })
  })

  it('asks nothing before a statement that is for other engines alone', () => {
    const script = [
      'engine raft',
      'engine zab',
      '#? For Zab?',
      '#= Yes.',
      'only zab: elect 2',
      '#? And?',
      '#= No.',
    ]
    const other = parseLesson('x.md', lessonWith(fence('scenario', ...script, 'elect 1', 'expect leader 1')))
    const [scene] = other.sections
    const piece = scene?.type === 'scene' ? scene.pieces[0] : undefined
    if (piece?.type !== 'script') throw new Error('no script')
    const { frames } = playScript(piece, { engine: parts.engine('raft'), shown: everythingShown })
    expect(frames.flatMap((frame) => (frame.type === 'ask' ? [frame.question] : []))).toEqual(['And?'])
  })

  it('names the file and the line of what cannot be played', () => {
    const script = fence('scenario', 'replicas 3', 'engine zab', ...election)
    expect(() => play(script)).toThrow('x.md:12: unknown engine "zab"')
  })

  it('is the same each time', () => {
    expect(playedSample()).toEqual(playedSample())
  })
})

describe('what a scene shows', () => {
  const told = (words: readonly string[]): string[] =>
    framesOf(play(fence('scenario', ...election, 'crash 3'), words), 'step').flatMap(({ happenings }) =>
      happenings.map(({ text }) => text),
    )

  it('is what there are words for', () => {
    expect(told([])).toEqual(['node 1 applies "a"', 'node 1 answers "a": done', 'node 3 crashes'])
  })

  it.each([
    ['message', 'node 1 to node 2: AppendEntries with "a" arrives (message 13)'],
    ['leader', 'node 1 is now leader, and may work'],
    ['term', 'node 1 is in term 1'],
    ['log', 'node 1 applies "a" (index 2)'],
    ['commit', 'node 1 answers "a": done, committed at index 2'],
    ['disk', 'node 1: what it wrote is on its disk (append 2)'],
    ['timeout', 'node 1: its timer runs out (election)'],
  ])('grows with the word %s', (word, text) => {
    expect(told([])).not.toContain(text)
    expect(told([word])).toContain(text)
  })
})

describe('experiments', () => {
  it('of elections are those of the engine, and agree with the closed form', () => {
    const played = play(
      fence(
        'elections',
        'voters 5',
        'live 4',
        'latency 15ms',
        'elections 2000',
        'timeouts 150ms..300ms',
        'note "Look."',
        'expect split about form within 1.5%',
        'expect mean about form within 5%',
        'expect none is 0',
        'expect split above 50%',
      ),
    )
    const [numbers] = framesOf(played, 'numbers')
    expect(numbers?.notes).toEqual(['Look.'])
    expect(numbers?.report.rows[0]?.slice(0, 3)).toEqual([
      '150 to 300 ms',
      expect.stringMatching(/^\d\.\d%$/),
      '5.2%',
    ])
    expect(numbers?.report.claims.map(({ holds }) => holds)).toEqual([true, true, true, false])
    expect(verdictOf(played)).toMatchObject({ claims: 4, failures: [{ line: 22 }] })
  })

  it('of elections count those without a leader in time', () => {
    const scene = fence(
      'elections',
      'elections 20',
      'give up 100ms',
      'timeouts 150ms..300ms',
      'expect none is 100%',
    )
    expect(verdictOf(play(scene)).failures).toEqual([])
  })

  it('of elections refuse an option that the engine does not take', () => {
    const scene = fence(
      'elections',
      'timeouts 150ms..300ms',
      'option heartbeatInterval=0',
      'expect none is 0',
    )
    expect(() => play(scene)).toThrow('x.md:12: ')
  })

  it('explore, and show the ways that were asked for', () => {
    const played = play(
      fence(
        'explore',
        'protocol paxos',
        'unsafe majorityMinusOne',
        'expect violation in 2 steps',
        'expect violation',

        'expect seen "votes can collide"',
        'expect states is 1234',
        'expect holds',
        'expect violation in 3 steps',
      ),
    )
    const [numbers] = framesOf(played, 'numbers')
    expect(numbers?.report.paths).toEqual([
      {
        title:
          'The shortest way to break it, 2 steps. It should be that one value is chosen, and here it is not: A and B are chosen',
        steps: ['first', 'second'],
      },
      { title: 'The shortest way to see that votes can collide, 1 step', steps: ['only'] },
    ])
    expect(numbers?.report.claims.map(({ holds }) => holds)).toEqual([true, true, true, true, false, false])
  })

  it('run seeds, and count how they end', () => {
    const played = play(
      fence(
        'seeds',

        'engine raft',
        'seeds 1..6',
        'expect failed is 2',
        'expect good at least 4',
        'expect undecided is 0',

        'expect commits is 210',
        'expect violation "agreement"',
        'expect violation "history"',
        'expect failed is 0',
      ),
    )
    const [numbers] = framesOf(played, 'numbers')
    expect(numbers?.report.claims.map(({ holds }) => holds)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ])
    expect(numbers?.report.rows).toContainEqual(['runs that broke "agreement"', '2'])
  })
})
