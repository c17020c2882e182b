import { describe, expect, test } from 'vitest'
import { Ensemble } from './support/ensemble.ts'

// Replication and flow control: the codes L1 to L18 of docs/zab.md.

function learnerOf(ensemble: Ensemble, node: number) {
  return ensemble.state(3).leadership!.learners.find((learner) => learner.node === node)!
}

/** Three voters, of which 3 leads. */
function led(options: ConstructorParameters<typeof Ensemble>[1] = {}): Ensemble {
  const ensemble = new Ensemble(3, options)
  expect(ensemble.elect()).toBe(3)
  return ensemble
}

describe('what a leader knows of a learner', () => {
  test('L1: one exchange finds where histories part, however many epochs lie between', () => {
    const ensemble = led()
    ensemble.isolate(1)
    for (let i = 0; i < 4; i++) {
      ensemble.propose(
        [2, 3].find((id) => ensemble.observe(id).established)!,
        `${i}`,
      )
      ensemble.settle()
      ensemble.resetLink(2, 3)
      ensemble.elect()
    }
    const leader = [2, 3].find((id) => ensemble.observe(id).established)!
    const counts = new Map<string, number>()
    ensemble.filter = ({ from, to, message }) => {
      if (from === 1 || to === 1) counts.set(message.type, (counts.get(message.type) ?? 0) + 1)
      return true
    }
    ensemble.heal(1, leader)
    ensemble.run(300, () => ensemble.observe(1).phase === 'BROADCAST')
    for (const type of ['ACKEPOCH', 'DIFF', 'PROPOSAL', 'NEWLEADER', 'ACK']) expect(counts.get(type)).toBe(1)
    expect(ensemble.applied(1)).toEqual(['0', '1', '2', '3'])
  })

  test('L2: a follower is told of no commit beyond what it was sent', () => {
    const ensemble = led({ maxInFlightMessages: 1 })
    ensemble.filter = ({ from, message }) => !(from === 1 && message.type === 'ACK')
    for (const text of 'abcd') {
      ensemble.propose(3, text)
      ensemble.settle()
    }
    expect(ensemble.observe(3).commitIndex).toBe(4)
    expect(ensemble.observe(1)).toMatchObject({ lastIndex: 1, commitIndex: 1 })
    expect(learnerOf(ensemble, 1).committed).toBe(1)
  })

  test('L3: an acknowledgement of what was never sent ends the connection', () => {
    const ensemble = led()
    ensemble.invariants.checkActions = false // the message is forged
    const { connection } = learnerOf(ensemble, 1)
    const message = { type: 'ACK', connection, epoch: 1, index: 9 } as const
    ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
    expect(ensemble.events(3, 'learner-dropped').at(-1)!.detail).toMatchObject({ reason: 'ack-unknown' })
    expect(ensemble.observe(3).commitIndex).toBe(0)
    ensemble.run(500)
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', leader: 3 })
  })

  test('L4: an acknowledgement that comes again takes nothing back', () => {
    const ensemble = led()
    ensemble.invariants.checkActions = false // the message is forged
    for (const text of 'ab') ensemble.propose(3, text)
    ensemble.settle()
    const { connection } = learnerOf(ensemble, 1)
    const message = { type: 'ACK', connection, epoch: 1, index: 1 } as const
    ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
    expect(learnerOf(ensemble, 1)).toMatchObject({ acked: 2, next: 3 })
  })

  test.each(['ACK', 'PONG'] as const)(
    'L8, L9: a late %s of an earlier connection is not this one’s',
    (type) => {
      const ensemble = led()
      ensemble.propose(3, 'a')
      ensemble.settle()
      ensemble.invariants.checkActions = false // the message is late, as links never are
      const old = learnerOf(ensemble, 1).connection
      ensemble.restart(1)
      ensemble.isolate(2)
      ensemble.heal(2, 3)
      ensemble.run(500)
      expect(learnerOf(ensemble, 1).connection).toBeGreaterThan(old)
      ensemble.filter = ({ from }) => from === 3
      ensemble.propose(3, 'b')
      const before = learnerOf(ensemble, 1)
      const fields = type === 'ACK' ? { index: 2 } : { round: 7 }
      const message = { type, connection: old, epoch: ensemble.observe(3).epoch, ...fields } as never
      ensemble.node(3).step({ type: 'receive', from: 1, message }, ensemble.now())
      expect(learnerOf(ensemble, 1)).toEqual(before)
      expect(ensemble.events(3, 'FilterNonexistentMessage.other-connection')).not.toEqual([])
      expect(ensemble.observe(3).commitIndex).toBe(1)
    },
  )
})

describe('commits', () => {
  test('L5: what is committed is not truncated, whoever asks', () => {
    const ensemble = led()
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.invariants.checkActions = false // the message is forged
    ensemble.filter = ({ message }) => message.type !== 'DIFF'
    ensemble.resetLink(1, 3)
    ensemble.until(() => ensemble.state(1).following?.phase === 'PROMISED')
    const { connection, epoch } = ensemble.state(1).following!
    const message = { type: 'TRUNC', connection, epoch, index: 0, indexEpoch: 0 } as const
    ensemble.node(1).step({ type: 'receive', from: 3, message }, ensemble.now())
    expect(ensemble.log(1)).toEqual(['a'])
    expect(ensemble.state(1).state).toBe('LOOKING')
  })

  test('L10: the commit is what a quorum has, in whatever order acknowledgements come', () => {
    // All orders in which the disks of five voters can complete two writes each.
    const orders = (left: readonly number[]): number[][] =>
      left.every((count) => count === 0)
        ? [[]]
        : left.flatMap((count, i) =>
            count === 0 ? [] : orders(left.with(i, count - 1)).map((rest) => [i + 1, ...rest]),
          )
    const all = orders([2, 2, 2, 2, 2]).filter((_, i) => i % 1201 === 0)
    expect(all.length).toBeGreaterThan(80)
    for (const order of all) {
      const ensemble = new Ensemble(5)
      ensemble.elect()
      for (const node of ensemble.nodes.values()) node.autoPersist = false
      ensemble.propose(5, 'a')
      ensemble.settle()
      ensemble.propose(5, 'b')
      ensemble.settle()
      const written = [0, 0, 0, 0, 0]
      for (const id of order) {
        ensemble.node(id).completeWrite(ensemble.now())
        ensemble.settle()
        written[id - 1]! += 1
        const expected = [...written].sort((x, y) => y - x)[2]
        expect(ensemble.observe(5).commitIndex, order.join(' ')).toBe(expected)
      }
    }
  })

  test('L14: a follower that missed the last commit has it as soon as it is back', () => {
    const ensemble = led()
    ensemble.filter = ({ to, message }) => !(to === 1 && message.type === 'COMMIT')
    ensemble.propose(3, 'a')
    ensemble.settle()
    expect(ensemble.observe(1)).toMatchObject({ lastIndex: 1, commitIndex: 0 })
    ensemble.filter = () => true
    ensemble.resetLink(1, 3) // on a link that keeps order, only its end loses a message
    ensemble.run(300)
    expect(ensemble.observe(1).commitIndex).toBe(1)
  })

  test('L16: the only voter commits when its own disk has it', () => {
    const ensemble = new Ensemble(1)
    ensemble.elect()
    ensemble.node(1).autoPersist = false
    ensemble.propose(1, 'a')
    expect(ensemble.applied(1)).toEqual([])
    ensemble.node(1).completeWrite(ensemble.now())
    expect(ensemble.applied(1)).toEqual(['a'])
  })
})

describe('flow control', () => {
  test('L6: a full window opens again with the next acknowledgement, also after all of it was lost', () => {
    const ensemble = led({ maxInFlightMessages: 2 })
    ensemble.block(3, 1)
    for (let i = 0; i < 5; i++) {
      ensemble.propose(3, `${i}`)
      ensemble.settle()
    }
    expect(learnerOf(ensemble, 1).inFlight).toHaveLength(2)
    ensemble.lose(({ to }) => to === 1)
    ensemble.unblock(3, 1)
    ensemble.resetLink(1, 3)
    ensemble.run(500)
    expect(ensemble.applied(1)).toEqual(['0', '1', '2', '3', '4'])
    expect(learnerOf(ensemble, 1)).toMatchObject({ inFlight: [], inFlightBytes: 0 })
  })

  test('L12: one follower that takes nothing hinders nobody', () => {
    const ensemble = new Ensemble(5, { maxInFlightMessages: 2 })
    ensemble.elect()
    ensemble.block(5, 1)
    for (let i = 0; i < 20; i++) {
      ensemble.propose(5, `${i}`)
      ensemble.settle()
    }
    expect(ensemble.observe(5).commitIndex).toBe(20)
    ensemble.crash(2)
    ensemble.start(2)
    ensemble.run(200)
    expect(ensemble.observe(2)).toMatchObject({ phase: 'BROADCAST', commitIndex: 20 })
  })

  test('L13: what is uncommitted is bounded; anything goes when nothing waits; a new leader starts from nothing', () => {
    const ensemble = led({ maxUncommittedBytes: 4 })
    ensemble.filter = ({ message }) => message.type !== 'ACK'
    ensemble.propose(3, 'a larger one')
    const refused = ensemble.propose(3, 'b')
    ensemble.settle()
    expect(ensemble.node(3).replies).toMatchObject([{ sequence: refused, reason: 'overloaded' }])
    ensemble.filter = () => true
    for (const id of [1, 2]) ensemble.resetLink(id, 3)
    const leader = ensemble.elect()
    ensemble.run(300)
    expect(ensemble.state(leader).leadership!.uncommittedBytes).toBe(0)
    ensemble.propose(leader, 'c')
    ensemble.settle()
    expect(ensemble.applied(leader)).toEqual(['a larger one', 'c'])
  })
})

describe('disks that stall', () => {
  test('L17: a leader’s: it gives up, and stands again when it has recovered', () => {
    const ensemble = led({ stallLimit: 4 })
    ensemble.node(3).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.run(1500)
    expect(ensemble.observe(2).established).toBe(true)
    ensemble.node(3).autoPersist = true
    ensemble.node(3).drain(ensemble.now())
    ensemble.run(1000)
    expect(ensemble.observe(3)).toMatchObject({ phase: 'BROADCAST', leader: 2 })
    ensemble.crash(2)
    expect(ensemble.elect()).toBe(3)
  })

  test('L18: a follower’s: the others go on, and it has everything when it has recovered', () => {
    const ensemble = led({ stallLimit: 4 })
    ensemble.node(1).autoPersist = false
    for (const text of 'abc') {
      ensemble.propose(3, text)
      ensemble.run(200)
    }
    ensemble.run(2000)
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1, commitIndex: 3 })
    expect(ensemble.observe(1).durableIndex).toBe(0)
    ensemble.node(1).autoPersist = true
    ensemble.node(1).drain(ensemble.now())
    ensemble.propose(3, 'd')
    ensemble.run(1000)
    expect(ensemble.observe(1)).toMatchObject({ phase: 'BROADCAST', durableIndex: 4, commitIndex: 4 })
  })

  test('L18: such a follower does not hold up a quorum of two that have acknowledged', () => {
    const ensemble = led({ stallLimit: 4 })
    ensemble.node(1).autoPersist = false
    ensemble.propose(3, 'a')
    ensemble.settle()
    ensemble.node(2).autoPersist = false
    ensemble.propose(3, 'b')
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(1)
    ensemble.node(2).drain(ensemble.now())
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3).commitIndex).toBe(2)
  })
})
