import { describe, expect, it } from 'vitest'
import { shownTo } from '../src/index.ts'
import { toldMembers } from '../src/play/members-text.ts'
import { messageWords } from '../src/play/message-words.ts'
import { violationText } from '../src/play/violation-text.ts'

describe('members in plain words', () => {
  it.each([
    ['voters 1 2 3 4 observers 5', 'the voters 1, 2, 3 and 4, with node 5 as observer'],
    ['voters 1 2 3 witnesses 3', 'the voters 1, 2 and 3, with node 3 as witness'],
    ['weights 1=2 2=1', 'the voters 1 (weight 2) and 2, of which more than half of the weight decides'],
    ['groups 1 2 | 3 4', 'voters in groups: 1 and 2; 3 and 4'],
    ['grid 1 2 | 3 4', 'voters in a grid, of which a row elects and a column decides: 1 and 2; 3 and 4'],
    ['joint voters 1 then voters 2 3', 'both voter 1 alone (old) and the voters 2 and 3 (new)'],
    ['nobody can read', 'nobody can read'],
  ])('say %s', (text, words) => {
    expect(toldMembers(text).words).toBe(words)
  })

  it('say what comes later, and in short the newest alone', () => {
    const { words, short } = toldMembers(
      'voters 1 2 3, from 3 on voters 1 2 3 flexible election=3 replication=1',
    )
    expect(words).toBe(
      'the voters 1, 2 and 3, and from index 3 on the voters 1, 2 and 3, of which any 3 elect and any 1 decide',
    )
    expect(short).toBe('1 2 3 with 3 to elect, 1 to decide')
  })
})

describe('an answer says what it answers', () => {
  const says = (engine: string, type: string, fields: object, words: readonly string[]): string =>
    messageWords({ id: 1, type, fields: { ...fields }, snapshot: undefined }, engine, shownTo(new Set(words)))

  it('in words that have been explained', () => {
    const refused = { granted: false }
    expect(says('raft', 'RequestVoteResponse', refused, [])).toBe('RequestVoteResponse (no)')
    expect(says('raft', 'RequestVoteResponse', refused, ['vote'])).toBe('RequestVoteResponse (vote refused)')
    expect(says('zab', 'NOTIFICATION', { leader: 3, state: 'LOOKING' }, [])).toBe('NOTIFICATION')
    expect(says('zab', 'NOTIFICATION', { leader: 3, state: 'LOOKING' }, ['leader', 'vote'])).toBe(
      'NOTIFICATION (vote for node 3)',
    )
    expect(says('multi-paxos', 'Refuse', { promisedRound: 2, promisedNode: 3 }, ['ballot'])).toBe(
      'Refuse (has seen ballot 2.3)',
    )
  })
})

describe('what broke', () => {
  it('is said by the word of the engine, and without JSON', () => {
    expect(violationText('replica 2 leads epoch 3', 'raft')).toBe('node 2 leads term 3')
    expect(violationText('replicas 1 and 2 lead epoch 3', 'multi-paxos')).toBe('nodes 1 and 2 lead round 3')
    expect(violationText('a vote stays {"before":1,"votedFor":2}', 'raft')).toBe(
      'a vote stays (before 1, voted for 2)',
    )
  })
})
