import { blankEntry, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { refinementRules } from '../../src/index.ts'
import { Hand, entries, entry } from './hand.ts'

const meta = (index: number, epoch: number) => ({ index, epoch, membership: majorityOf([1, 2, 3]) })
/** Rules that some hand-made trace below has broken. */
const broken = new Set<unknown>()

/** The trace breaks that rule, and breaks it first. */
function expectBroken(hand: Hand, rule: string): void {
  broken.add(hand.rules[0])
  expect(hand.rules[0]).toBe(rule)
}

describe('logs like those of Raft', () => {
  const hand = () => new Hand('entry').sees(1, 1, 1).sees(2, 1, 1).sees(3, 1, 1)

  it('are chosen when a quorum has them durably, and learned in order', () => {
    const run = hand().append(1, ...entries(1, 1, 1))
    expect(run.chosen).toBe(0)
    const write = run.write(2, { type: 'append', entries: entries(1, 1, 1) })
    expect(run.chosen).toBe(0)
    run.sync(2, write)
    expect(run.chosen).toBe(2)
    run.apply(1, ...entries(1, 1, 1)).apply(2, entry(1, 1))
    expect(run.rules).toEqual([])
  })

  it('are not chosen where a later round brought them to a quorum: figure 8', () => {
    const run = hand().append(1, entry(1, 1))
    run.sees(2, 2, 2).append(2, entry(1, 2)) // alone
    run.sees(1, 3, 1).sees(3, 3, 1).append(3, entry(1, 1)) // the first one leads again
    expect(run.chosen).toBe(0)
    const other = run.sees(2, 4, 2).sees(3, 4, 2).append(2, entry(2, 4)).append(3, entry(1, 2), entry(2, 4))
    expect(other.chosen).toBe(2)
    expect(other.rules).toEqual([])
  })

  it('are chosen with what lies before them', () => {
    const run = hand().append(1, entry(1, 1)).sees(1, 3, 1).sees(3, 3, 1).append(3, entry(1, 1))
    run.append(1, entry(2, 3)).append(3, entry(2, 3))
    expect(run.chosen).toBe(2)
  })

  it('may be overwritten where nothing is chosen', () => {
    const run = hand()
      .append(1, ...entries(1, 1, 1, 1))
      .append(2, entry(1, 1))
    run.sees(2, 2, 2).append(2, entry(2, 2)).sees(1, 2, 2).append(1, entry(2, 2)).sees(3, 2, 2)
    run.append(3, entry(1, 1), entry(2, 2))
    expect(run.chosen).toBe(2)
    expect(run.rules).toEqual([])
  })

  it('come back after a crash without what was not durable', () => {
    const run = hand().append(1, entry(1, 1))
    run.write(2, { type: 'append', entries: [entry(1, 1)] })
    run.start(2).sync(2)
    expect(run.chosen).toBe(0)
    run.start(2, { entries: [entry(1, 1)] }) // a write may survive that was never reported
    expect(run.chosen).toBe(1)
    expect(run.rules).toEqual([])
  })

  it('go on behind a snapshot', () => {
    const run = hand()
      .append(1, ...entries(1, 1, 1))
      .append(2, ...entries(1, 1, 1))
      .apply(1, ...entries(1, 1, 1))
    run.write(3, { type: 'installSnapshot', meta: meta(2, 1) })
    run.sync(3).append(1, entry(3, 1)).append(3, entry(3, 1))
    run.write(1, { type: 'compactTo', meta: meta(2, 1) })
    expect(run.chosen).toBe(3)
    expect(run.rules).toEqual([])
  })

  it('are chosen by the members that their sequencer now has in its log, also what lies there already', () => {
    const run = hand().append(1, entry(1, 1))
    expect(run.chosen).toBe(0)
    run.knows(1, 0, majorityOf([1])).write(1, { type: 'append', entries: [entry(2, 1)] })
    expect(run.chosen).toBe(1) // the next one is not durable yet
    expect(run.apply(1, entry(1, 1)).rules).toEqual([])
  })

  it('are accepted and learned by a witness without their commands', () => {
    const run = hand().append(1, entry(1, 1))
    run.append(2, blankEntry(entry(1, 1)))
    expect(run.chosen).toBe(1)
    run.apply(1, entry(1, 1)).apply(2, blankEntry(entry(1, 1)))
    run.start(2, { entries: [blankEntry(entry(1, 1))] })
    run.append(2, blankEntry(entry(2, 1)))
    expectBroken(run, 'accept-proposed') // nobody has proposed that
  })

  it('may not have two sequencers of one round', () => {
    const run = hand().append(1, entry(1, 1)).sees(2, 1, 2)
    expectBroken(run.append(2, entry(1, 1, 9)), 'one-sequencer')
  })

  it('may not be proposed twice by one round', () => {
    expectBroken(
      hand()
        .append(1, entry(1, 1))
        .append(1, entry(1, 1, 9)),
      'one-proposal',
    )
  })

  it('may not be led by a replica without what is chosen', () => {
    const run = hand().append(1, entry(1, 1)).append(2, entry(1, 1))
    expectBroken(run.sees(3, 2, 3).append(3, entry(1, 2)), 'safe-proposal')
  })

  it('may not be accepted otherwise than they were proposed', () => {
    expectBroken(
      hand()
        .append(1, entry(1, 1))
        .append(2, entry(1, 1, 9)),
      'accept-proposed',
    )
    expectBroken(
      hand()
        .append(1, entry(1, 1))
        .append(2, ...entries(1, 1, 1)),
      'accept-proposed',
    )
  })

  it('may not be accepted on top of others than the sequencer has', () => {
    const run = hand().append(1, entry(1, 1)).append(3, entry(1, 1))
    run.sees(2, 2, 2).sees(1, 3, 1).append(1, entry(2, 3))
    run.start(2).append(2, entry(1, 2))
    expectBroken(run.sees(2, 3, 1).append(2, entry(2, 3)), 'safe-proposal')
  })

  it('may not lose what is chosen, not even at one replica', () => {
    const run = hand()
      .append(1, ...entries(1, 1, 1))
      .append(2, ...entries(1, 1, 1))
      .append(3, ...entries(1, 1, 1))
    run.write(3, { type: 'truncateAfter', index: 1 })
    expectBroken(run, 'keep-chosen')
    expect(run.violations[0]).toMatchObject({
      invariant: 'refinement',
      node: 3,
      message: 'keep-chosen: replica 3 drops what is chosen at 2',
      context: { step: { type: 'drop', replica: 3, slot: 2 } },
    })
  })

  it('may be dropped and put back in one write', () => {
    const run = hand()
      .append(1, ...entries(1, 1, 1))
      .append(2, ...entries(1, 1, 1))
    run.write(2, { type: 'truncateAfter', index: 0 }, { type: 'append', entries: entries(1, 1, 1) })
    expect(run.rules).toEqual([])
  })

  it('may not be learned before they are chosen', () => {
    expectBroken(hand().append(1, entry(1, 1)).apply(1, entry(1, 1)), 'learn-chosen')
  })

  it('may not be learned with another value', () => {
    const run = hand().append(1, entry(1, 1)).append(2, entry(1, 1))
    expectBroken(run.apply(3, entry(1, 1, 9)), 'learn-chosen')
  })

  it('may not be learned out of order, or twice', () => {
    const run = () =>
      hand()
        .append(1, ...entries(1, 1, 1))
        .append(2, ...entries(1, 1, 1))
    expectBroken(run().apply(1, entry(2, 1)), 'learn-in-order')
    expectBroken(run().apply(1, entry(1, 1)).apply(1, entry(1, 1)), 'learn-in-order')
  })

  it('may not be in a snapshot before they are chosen', () => {
    const run = hand().append(1, entry(1, 1))
    run.write(1, { type: 'compactTo', meta: meta(1, 1) })
    expectBroken(run, 'snapshot-chosen')
    const other = hand().append(1, entry(1, 1)).append(2, entry(1, 1))
    other.write(3, { type: 'installSnapshot', meta: meta(1, 9) })
    expectBroken(other, 'snapshot-chosen')
  })
})

describe('logs like those of Zab', () => {
  const adopt = (run: Hand, node: number, ...list: ReturnType<typeof entries>): Hand =>
    run.sync(node, run.write(node, { type: 'truncateAfter', index: 0 }, { type: 'append', entries: list }))

  it('are chosen when a quorum has adopted them, whatever the epochs of their entries', () => {
    const run = new Hand('history').sees(1, 1, 1).append(1, ...entries(1, 1, 1))
    run.sees(1, 2, 1).sync(1, run.write(1, { type: 'setHardState', bytes: Uint8Array.of(2) }))
    run.sees(2, 2, 1)
    expect(run.chosen).toBe(0)
    adopt(run, 2, ...entries(1, 1, 1))
    expect(run.chosen).toBe(2)
    expect(run.rules).toEqual([])
  })

  it('may not have two prospective leaders of one epoch', () => {
    const run = new Hand('history').sees(1, 1, 1).append(1, entry(1, 1))
    expectBroken(adopt(run.sees(2, 1, 2), 2, entry(1, 1, 9)), 'one-sequencer')
  })

  it('may not be adopted in part only where it says otherwise', () => {
    const run = new Hand('history')
      .sees(1, 1, 1)
      .append(1, ...entries(1, 1, 1))
      .sees(2, 1, 1)
    expectBroken(adopt(run, 2, entry(1, 1), entry(2, 1, 9)), 'accept-proposed')
  })
})

describe('slots like those of Paxos', () => {
  const b = (round: number, node: number) => ({ round, node })

  it('are chosen one by one, with holes, in the ballot that a quorum accepted them with', () => {
    const run = new Hand('slot').accept(1, b(1, 1), entry(3, 1)).accept(2, b(1, 1), entry(3, 1))
    expect(run.chosen).toBe(0)
    expect(run.refinement.log.chosenAt(3)?.entry.index).toBe(3)
    run.accept(1, b(1, 1), entry(1, 1)).accept(3, b(1, 1), entry(1, 1))
    run
      .accept(1, b(1, 1), entry(2, 1))
      .accept(2, b(2, 2), entry(2, 2, 9))
      .accept(3, b(2, 2), entry(2, 2, 9))
    expect(run.chosen).toBe(3)
    run.accept(1, b(2, 2), entry(2, 2, 9)) // overwrites what never was chosen
    run.accept(3, b(2, 2), entry(3, 1)) // a later ballot with the same value
    run.apply(1, entry(1, 1), entry(2, 2, 9), entry(3, 1))
    expect(run.rules).toEqual([])
  })

  it('are not chosen by acceptances in different ballots', () => {
    const run = new Hand('slot').accept(1, b(1, 1), entry(1, 1)).accept(2, b(2, 2), entry(1, 1))
    expect(run.chosen).toBe(0)
    expectBroken(run.apply(1, entry(1, 1)), 'learn-chosen')
  })

  it('keep what was accepted over a restart', () => {
    const run = new Hand('slot').accept(1, b(1, 1), entry(2, 1))
    run.start(2, { entries: [entry(2, 1)], ballots: new Map([[2, b(1, 1)]]) })
    expect(run.refinement.log.chosenAt(2)).toBeDefined()
  })

  it('may not be proposed anew where something else is chosen', () => {
    const run = new Hand('slot').accept(1, b(1, 1), entry(1, 1)).accept(2, b(1, 1), entry(1, 1))
    expectBroken(run.accept(3, b(2, 2), entry(1, 2, 9)), 'safe-proposal')
  })

  it('may not be chosen late, against what a later ballot has proposed', () => {
    const run = new Hand('slot').accept(1, b(1, 1), entry(1, 1)).accept(2, b(2, 2), entry(1, 2, 9))
    expectBroken(run.accept(3, b(1, 1), entry(1, 1)), 'safe-proposal')
  })

  it('may not be chosen twice', () => {
    const run = new Hand('slot').accept(2, b(1, 1), entry(1, 1)).accept(2, b(2, 2), entry(1, 2, 9))
    run.accept(3, b(2, 2), entry(1, 2, 9))
    expectBroken(run.accept(1, b(1, 1), entry(1, 1)), 'one-choice')
  })

  it('may not be accepted with another value than their ballot has', () => {
    const run = new Hand('slot').accept(1, b(1, 1), entry(1, 1))
    expectBroken(run.accept(2, b(1, 1), entry(1, 1, 9)), 'accept-proposed')
  })
})

it('every rule is broken by some trace', () => {
  expect(broken).toEqual(new Set(refinementRules))
})
