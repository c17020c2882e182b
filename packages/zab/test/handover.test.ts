import { majorityOf, weightedOf } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { answersTo, leadersOf, ledBy, tick } from './support/handover.ts'
import { Ensemble } from './support/ensemble.ts'

/** Ticks that a leader waits for the designated one. */
const limit = 10

describe('a transfer of leadership', () => {
  test('T3: to one who has everything takes one exchange of votes, and is done when the other leads', () => {
    const ensemble = ledBy(3, 3)
    ensemble.propose(3, 'a')
    ensemble.settle()
    const { time } = ensemble
    const request = ensemble.transfer(3, 2)
    expect(answersTo(ensemble, 3, request)).toEqual([])
    expect(ensemble.observe(3)).toMatchObject({ established: false, phase: 'LOOKING' })
    ensemble.settle()
    expect(leadersOf(ensemble)).toEqual([2])
    expect(answersTo(ensemble, 3, request)).toEqual(['done'])
    expect(ensemble.time).toBe(time) // no timer ran out
    for (const id of [1, 2, 3]) {
      expect(ensemble.observe(id)).toMatchObject({ epoch: 2, leader: 2, phase: 'BROADCAST' })
      expect(ensemble.state(id).handover).toBeUndefined()
      expect(ensemble.applied(id)).toEqual(['a'])
    }
    ensemble.propose(3, 'b')
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['a', 'b'])
  })

  test.each([1, 2, 3, 4])('to any voter, whatever the order of ids: %i of five', (to) => {
    const ensemble = ledBy(5, 5)
    const request = ensemble.transfer(5, to)
    ensemble.settle()
    expect(leadersOf(ensemble)).toEqual([to])
    expect(answersTo(ensemble, 5, request)).toEqual(['done'])
  })

  test('T1: waits until what the other has is on its disk', () => {
    const ensemble = ledBy(3, 3)
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    const request = ensemble.transfer(3, 2)
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['a'])
    expect(ensemble.state(3).handover).toMatchObject({ to: 2, sent: false })
    ensemble.node(2).autoPersist = true
    ensemble.node(2).drain(ensemble.now())
    ensemble.settle()
    expect(leadersOf(ensemble)).toEqual([2])
    expect(answersTo(ensemble, 3, request)).toEqual(['done'])
  })

  test('T1: and until all that was proposed is committed: nobody is left without an answer', () => {
    const ensemble = ledBy(5, 5)
    for (const id of [2, 3, 4]) ensemble.node(id).autoPersist = false
    ensemble.propose(5, 'a')
    ensemble.settle()
    ensemble.transfer(5, 1) // has it, but no quorum does
    ensemble.settle()
    expect(ensemble.state(5).leadership!.learners[0]).toMatchObject({ node: 1, acked: 1 })
    expect(ensemble.state(5).handover).toMatchObject({ to: 1, sent: false })
    ensemble.node(3).autoPersist = true
    ensemble.node(3).drain(ensemble.now())
    for (const id of [2, 4]) ensemble.node(id).autoPersist = true
    for (const id of [2, 4]) ensemble.node(id).drain(ensemble.now())
    ensemble.settle()
    expect(leadersOf(ensemble)).toEqual([1])
    expect(ensemble.applied(5)).toEqual(['a'])
    expect(ensemble.node(5).replies.filter(({ type }) => type === 'abandoned')).toEqual([])
  })

  test('T1: brings the other up to date first', () => {
    const ensemble = ledBy(3, 3, { maxInFlightMessages: 1, maxBatchBytes: 1 })
    ensemble.crash(1)
    for (let i = 0; i < 20; i++) ensemble.propose(3, `${i}`)
    ensemble.settle()
    ensemble.start(1)
    ensemble.until(() => ensemble.state(3).leadership?.learners[0]?.phase === 'SYNC')
    const request = ensemble.transfer(3, 1)
    ensemble.settle()
    expect(leadersOf(ensemble)).toEqual([1])
    expect(answersTo(ensemble, 3, request)).toEqual(['done'])
    expect(ensemble.applied(1)).toHaveLength(20)
  })

  test('T1: is given up in time, and certainly did not happen: the leader goes on', () => {
    const ensemble = ledBy(3, 3)
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    const request = ensemble.transfer(3, 2)
    for (let i = 1; i < limit; i++) tick(ensemble, 3)
    expect(answersTo(ensemble, 3, request)).toEqual([])
    tick(ensemble, 3)
    expect(answersTo(ensemble, 3, request)).toEqual(['transfer-failed, definitely-not'])
    expect(leadersOf(ensemble)).toEqual([3])
    ensemble.propose(3, 'b')
    ensemble.settle()
    expect(ensemble.applied(3)).toEqual(['a', 'b'])
  })

  test('T1: can be turned to another target: the first is answered, the second done', () => {
    const ensemble = ledBy(5, 5)
    ensemble.node(2).autoPersist = false
    ensemble.propose(5, 'a')
    ensemble.settle()
    const first = ensemble.transfer(5, 2)
    const again = ensemble.transfer(5, 2)
    const second = ensemble.transfer(5, 3)
    ensemble.node(2).autoPersist = true
    ensemble.node(2).drain(ensemble.now())
    ensemble.settle()
    expect(answersTo(ensemble, 5, first)).toEqual(['transfer-failed, definitely-not'])
    expect(answersTo(ensemble, 5, again)).toEqual(['transferring, definitely-not'])
    expect(answersTo(ensemble, 5, second)).toEqual(['done'])
    expect(leadersOf(ensemble)).toEqual([3])
  })

  test.each([
    ['the leader itself', 3],
    ['an observer', 4],
    ['one who is no member', 9],
    ['a voter of no weight', 1],
  ])('T1: to %s is refused', (_, to) => {
    const membership = weightedOf([{ node: 1, weight: 0 }, { node: 2, weight: 2 }, 3, 5], [4])
    const ensemble = new Ensemble(5, {}, { membership })
    ensemble.until(() => leadersOf(ensemble).length > 0)
    const first = leadersOf(ensemble)[0]!
    if (first !== 3) ensemble.transfer(first, 3)
    ensemble.until(() => leadersOf(ensemble)[0] === 3)
    ensemble.settle()
    const request = ensemble.transfer(3, to)
    expect(answersTo(ensemble, 3, request)).toEqual(['invalid-target, definitely-not'])
    expect(ensemble.state(3).handover).toBeUndefined()
  })

  test('to one who is not there is refused: nobody waits for it', () => {
    const ensemble = ledBy(3, 3)
    ensemble.crash(1)
    expect(answersTo(ensemble, 3, ensemble.transfer(3, 1))).toEqual(['transfer-failed, definitely-not'])
    ensemble.propose(3, 'a')
    ensemble.settle()
    expect(ensemble.applied(2)).toEqual(['a'])
  })

  test('is asked of an established leader alone', () => {
    const ensemble = ledBy(3, 3)
    const asked = ensemble.transfer(2, 1)
    expect(ensemble.node(2).replies).toMatchObject([{ sequence: asked, reason: 'not-leader', leader: 3 }])
    const fresh = new Ensemble(3)
    expect(answersTo(fresh, 2, fresh.transfer(2, 1))).toEqual(['no-leader, definitely-not'])
    fresh.until(() => fresh.state(3).leadership !== undefined)
    expect(answersTo(fresh, 3, fresh.transfer(3, 1))).toEqual(['no-leader, definitely-not'])
  })
})

describe('a transfer that does not succeed', () => {
  test('the other dies before it is told: the leader goes on at once', () => {
    const ensemble = ledBy(3, 3)
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    const request = ensemble.transfer(3, 2)
    ensemble.crash(2)
    expect(answersTo(ensemble, 3, request)).toEqual(['transfer-failed, definitely-not'])
    expect(leadersOf(ensemble)).toEqual([3])
    ensemble.propose(3, 'b')
    ensemble.settle()
    expect(ensemble.applied(1)).toEqual(['a', 'b'])
  })

  test('the other dies when it is told: somebody is elected, and whoever asked hears that', () => {
    const ensemble = ledBy(3, 3)
    const request = ensemble.transfer(3, 2)
    ensemble.crash(2)
    ensemble.run(300)
    expect(leadersOf(ensemble)).toEqual([3])
    expect(answersTo(ensemble, 3, request)).toEqual(['leadership-lost, unknown'])
    ensemble.start(2)
    ensemble.run(1000)
    expect(leadersOf(ensemble)).toEqual([3])
  })

  test('leadership is lost before the other is told', () => {
    const ensemble = ledBy(3, 3)
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    const request = ensemble.transfer(3, 2)
    ensemble.isolate(3)
    expect(ensemble.observe(3).phase).toBe('LOOKING')
    expect(answersTo(ensemble, 3, request)).toHaveLength(1)
    expect(answersTo(ensemble, 3, request)[0]).toContain('definitely-not')
    expect(ensemble.state(3).handover).toBeUndefined()
  })

  test('and so it is if the one who loses its quorum can still reach the other', () => {
    const ensemble = ledBy(5, 5)
    ensemble.node(1).autoPersist = false
    ensemble.propose(5, 'a')
    ensemble.settle()
    const request = ensemble.transfer(5, 1)
    for (const id of [2, 3, 4]) ensemble.cut(5, id)
    expect(answersTo(ensemble, 5, request)).toEqual(['leadership-lost, definitely-not'])
    expect(ensemble.node(5).replies.at(-1)).toMatchObject({ sequence: request, leader: undefined })
  })

  test('nobody is heard of again: that nothing is known is said in time', () => {
    const ensemble = ledBy(3, 3)
    const request = ensemble.transfer(3, 2)
    ensemble.isolate(3)
    for (let i = 1; i < limit; i++) ensemble.fire(3, 'tick')
    expect(answersTo(ensemble, 3, request)).toEqual([])
    ensemble.fire(3, 'tick')
    expect(answersTo(ensemble, 3, request)).toEqual(['transfer-failed, unknown'])
    expect(ensemble.state(3).handover).toBeUndefined()
  })

  test('the disk fails', () => {
    const ensemble = ledBy(3, 3)
    ensemble.node(2).autoPersist = false
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'a')
    const request = ensemble.transfer(3, 2)
    const { token } = ensemble.node(3).writing[0]!.persist
    ensemble.node(3).step({ type: 'persistFailed', token, cause: 'full' }, ensemble.now())
    expect(answersTo(ensemble, 3, request)).toEqual(['stopping, definitely-not'])
  })

  test('the leader crashes having told one of them: that one votes, and the others find out', () => {
    for (const told of [1, 2]) {
      const ensemble = ledBy(3, 3)
      ensemble.propose(3, 'a')
      ensemble.settle()
      ensemble.transfer(3, 2)
      ensemble.deliver(({ to, message }) => to === told && message.type === 'HANDOVER')
      ensemble.crash(3)
      ensemble.run(200)
      expect(leadersOf(ensemble)).toHaveLength(1)
      ensemble.start(3)
      ensemble.run(1000)
      expect(leadersOf(ensemble)).toHaveLength(1)
      for (const id of [1, 2, 3]) expect(ensemble.applied(id)).toEqual(['a'])
    }
  })

  test('a leader that gets office back says so', () => {
    const ensemble = ledBy(3, 3)
    const request = ensemble.transfer(3, 2)
    ensemble.cut(2, 3)
    ensemble.cut(1, 2)
    ensemble.run(400)
    expect(leadersOf(ensemble)).toEqual([3])
    expect(answersTo(ensemble, 3, request)).toEqual(['leadership-lost, unknown'])
  })
})

describe('while leadership is handed over', () => {
  function handingOver(): Ensemble {
    const ensemble = ledBy(3, 3)
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.transfer(3, 2)
    return ensemble
  }

  function finish(ensemble: Ensemble): void {
    ensemble.node(2).autoPersist = true
    ensemble.node(2).drain(ensemble.now())
    ensemble.settle()
  }

  test('L15, T2: commands are refused from the beginning, own and forwarded, and say why', () => {
    const ensemble = handingOver()
    const own = ensemble.propose(3, 'b')
    const forwarded = ensemble.propose(1, 'c')
    ensemble.settle()
    expect(answersTo(ensemble, 3, own)).toEqual(['transferring, definitely-not'])
    expect(answersTo(ensemble, 1, forwarded)).toEqual(['transferring, definitely-not'])
    expect(ensemble.observe(3).lastIndex).toBe(1)
    finish(ensemble)
    for (const id of [1, 2, 3]) expect(ensemble.log(id)).toEqual(['a'])
  })

  test('so are those of an observer that a follower feeds', () => {
    const ensemble = ledBy(4, 3, { followersFeedObservers: true }, majorityOf([1, 2, 3], [4]))
    ensemble.run(300)
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.transfer(3, 2)
    const sequence = ensemble.propose(4, 'b')
    ensemble.settle()
    expect(answersTo(ensemble, 4, sequence)).toEqual(['transferring, definitely-not'])
  })

  test('a command that crosses HANDOVER is given up by the one who forwarded it', () => {
    const ensemble = ledBy(3, 3)
    ensemble.transfer(3, 2)
    const forwarded = ensemble.propose(1, 'b')
    ensemble.settle()
    expect(ensemble.node(1).replies).toEqual([
      { type: 'abandoned', sequence: forwarded, reason: 'leadership-lost' },
    ])
    expect(ensemble.log(2)).toEqual([])
  })

  test('R6: linearizable reads go on, at the leader, followers and observers', () => {
    const ensemble = ledBy(4, 3, {}, majorityOf([1, 2, 3], [4]))
    ensemble.run(300)
    expect(ensemble.observe(4).phase).toBe('BROADCAST')
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.transfer(3, 2)
    const reads = [1, 3, 4].map((id) => [id, ensemble.read(id)] as const)
    ensemble.settle()
    expect(ensemble.state(3).handover).toMatchObject({ sent: false })
    for (const [id, sequence] of reads) {
      expect(ensemble.node(id).replies).toMatchObject([{ type: 'readReady', sequence, index: 1 }])
    }
  })

  test('a read that is not confirmed when the leader leaves fails cleanly', () => {
    const ensemble = ledBy(3, 3)
    const sequence = ensemble.read(3)
    ensemble.transfer(3, 2)
    ensemble.settle()
    expect(answersTo(ensemble, 3, sequence)).toEqual(['leadership-lost, definitely-not'])
  })
})
