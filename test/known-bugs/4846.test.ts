import { describe, expect, it } from 'vitest'
import { accessLists } from './support/access-lists.ts'
import { Machines } from './support/machines.ts'

/** A snapshot has the access lists of one moment and the nodes of a later one: it cannot be loaded. */
describe('ZOOKEEPER-4846: access lists and nodes of a snapshot are of one moment', () => {
  /** A node gets a list that is new while 1 writes a snapshot. */
  function play(fuzzy: boolean): Machines {
    const machines = new Machines(() => accessLists(fuzzy))
    machines.write({ type: 'create', path: '/a', acl: 'world:anyone:r' })
    machines.snapshot(1, () => machines.write({ type: 'setACL', path: '/a', acl: 'digest:ann:cdrwa' }))
    return machines
  }

  it('so a restart finds every list that a node names', () => {
    const machines = play(false)
    machines.restart(1)
    machines.run(2000)
    expect(machines.results(1)).toEqual(['setACL'])
    expect(new Set(machines.digests()).size).toBe(1)
  })

  it('of two, the replica never comes back', () => {
    const machines = play(true)
    expect(() => machines.restart(1)).toThrow('names the access list 2, which is not there')
  })
})
