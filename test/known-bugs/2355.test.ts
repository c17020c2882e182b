import { describe, expect, it } from 'vitest'
import { Machines } from './support/machines.ts'
import { sessions } from './support/sessions.ts'

const exists = { type: 'exists', path: '/e' } as const

/** A follower fails to read the proposal that ends a session, and goes on: the session's node stays there for ever. */
describe('ZOOKEEPER-2355: the end of a session reaches every replica', () => {
  /** A session with a node is opened, and closed just as the link between 1 and the leader goes bad. */
  function play(deaf?: number): Machines {
    const machines = new Machines((node) => sessions({ deaf: node === deaf }))
    machines.write({ type: 'open', session: 's' })
    machines.write({ type: 'ephemeral', session: 's', path: '/e' })
    machines.propose(machines.leader, { type: 'close', session: 's' })
    return machines
  }

  it('by the next synchronization, if the link breaks while the proposal is on its way', () => {
    const machines = play()
    machines.cluster.cut(1, 3)
    machines.settle()
    expect(machines.query(1, exists)).toMatchObject({ type: 'exists', stat: { version: 0 } })
    machines.cluster.heal(1, 3)
    machines.run(2000)
    expect(machines.query(1, exists)).toMatchObject({ type: 'error', error: 'NONODE' })
    expect(new Set(machines.digests()).size).toBe(1)
  })

  it('also if the proposal were lost and the link went on: what follows is not taken', () => {
    const machines = play()
    const { cluster } = machines
    cluster.lose(({ to, message }) => to === 1 && message.type === 'PROPOSAL')
    machines.settle()
    const shutdowns = cluster.node(1).events.filter(({ name }) => name === 'FollowerShutdown')
    expect(shutdowns.at(-1)!.detail).toMatchObject({ reason: 'commit-not-held' })
    machines.run(2000)
    expect(machines.query(1, exists)).toMatchObject({ type: 'error', error: 'NONODE' })
    expect(new Set(machines.digests()).size).toBe(1)
  })

  it('a machine that cannot read it, and goes on, keeps the node: the digests tell', () => {
    const machines = play(1)
    machines.settle()
    expect(machines.query(2, exists)).toMatchObject({ type: 'error', error: 'NONODE' })
    expect(machines.query(1, exists)).toMatchObject({ type: 'exists', stat: { version: 0 } })
    const [first, ...others] = machines.digests()
    expect(new Set(others).size).toBe(1)
    expect(others).not.toContain(first)
  })
})
