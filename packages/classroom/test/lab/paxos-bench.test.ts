import { describe, expect, test } from 'vitest'
import { loadLab } from '../../src/lab/catalogue.ts'
import { Bench } from '../../src/lab/drivers/paxos/bench.ts'
import { Implementation } from '../../src/lab/drivers/paxos/implementation.ts'
import { Watch } from '../../src/lab/guard/watch.ts'
import { importText } from '../../src/lab/mutate.ts'

const lab = await loadLab('paxos')
const module = await importText(lab.solution['paxos.js']!)

function bench(): Bench {
  const watch = new Watch()
  return new Bench(new Implementation(module, watch), watch)
}

describe('the bench of the Paxos lab', () => {
  test('plays a decision, message by message', () => {
    const cluster = bench().cluster({ proposers: 1, acceptors: 3 })
    cluster.propose(1, 'A')
    expect(cluster.inFlight({ type: 'prepare' })).toHaveLength(3)
    cluster.drop({ to: 'acceptor 3' })
    cluster.deliverAll()
    expect(cluster.decided).toEqual([{ node: 'proposer 1', value: 'A' }])
    expect(cluster.sent({ from: 'acceptor 3' })).toHaveLength(1)
    expect(cluster.inFlight()).toEqual([])
  })

  test('delivers a duplicate again', () => {
    const cluster = bench().cluster({ proposers: 1, acceptors: 3 })
    cluster.propose(1, 'A')
    cluster.duplicate({ to: 'acceptor 1' })
    expect(cluster.inFlight({ type: 'prepare' })).toHaveLength(3)
    cluster.deliver({ to: 'acceptor 1' })
    expect(cluster.sent({ type: 'promise' })).toHaveLength(1)
  })

  test('crashes a node before its write, after it, and between events', () => {
    const cluster = bench().cluster({ proposers: 1, acceptors: 3 })
    cluster.propose(1, 'A')
    cluster.deliver({ to: 'acceptor 1' }, { crash: 'before persist' })
    cluster.deliver({ to: 'acceptor 2' }, { crash: 'after persist' })
    cluster.crash('acceptor 3')
    expect(cluster.sent({ type: 'promise' })).toEqual([])
    expect(
      cluster.history.filter(({ kind }) => kind === 'crashed').map((event) => 'node' in event && event.node),
    ).toEqual(['acceptor 1', 'acceptor 2', 'acceptor 3'])
  })

  test('says what cannot be done', () => {
    const cluster = bench().cluster({ proposers: 1, acceptors: 3 })
    expect(() => cluster.deliver({ type: 'accept' })).toThrow(
      'no message under way matches {"type":"accept"}',
    )
    expect(() => cluster.crash('acceptor 9')).toThrow('there is no acceptor 9')
    expect(() => cluster.propose(2, 'B')).toThrow(/^that cannot happen/)
    expect(() => bench().cluster({ acceptors: 0 })).toThrow(/1 to 7 acceptors/)
  })

  test('hands random runs to a check, and fails with what it says', () => {
    let runs = 0
    bench().random({ seeds: 20, check: () => void runs++ })
    expect(runs).toBe(20)
    const check = ({ decided }: { decided: readonly unknown[] }): string | undefined =>
      decided.length > 0 ? 'somebody decides' : undefined
    expect(() => bench().random({ check })).toThrow('somebody decides')
  })
})
