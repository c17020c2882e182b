import { describe, expect, it } from 'vitest'
import { Machines } from './support/machines.ts'
import { sessions } from './support/sessions.ts'

const exists = { type: 'exists', path: '/e' } as const

/**
 * A snapshot has the sessions of one moment and the tree of a later one. Restored, and the log applied again behind it,
 * a session does not own the node that it made: it outlives it.
 */
describe('ZOOKEEPER-3144: sessions and tree of a snapshot are of one moment', () => {
  /** A session comes, with a node, while 1 writes a snapshot; 1 restarts from it; then the session goes. */
  function play(fuzzy: boolean): Machines {
    const machines = new Machines(() => sessions({ fuzzy }))
    machines.write({ type: 'open', session: 'other' })
    machines.snapshot(1, () => {
      machines.write({ type: 'open', session: 's' })
      machines.write({ type: 'ephemeral', session: 's', path: '/e' })
    })
    machines.restart(1)
    machines.run(2000)
    for (const node of [1, 2, 3]) expect(machines.query(node, exists)).toMatchObject({ stat: { version: 0 } })
    machines.write({ type: 'close', session: 's' })
    return machines
  }

  it('so a restart from it makes no difference', () => {
    const machines = play(false)
    for (const node of [1, 2, 3])
      expect(machines.query(node, exists)).toMatchObject({ type: 'error', error: 'NONODE' })
    expect(new Set(machines.digests()).size).toBe(1)
  })

  it('of two, the restarted replica keeps a node whose session is gone', () => {
    const machines = play(true)
    expect(machines.query(1, exists)).toMatchObject({ type: 'exists', stat: { version: 0 } })
    for (const node of [2, 3])
      expect(machines.query(node, exists)).toMatchObject({ type: 'error', error: 'NONODE' })
    expect(new Set(machines.digests()).size).toBe(2)
  })
})
