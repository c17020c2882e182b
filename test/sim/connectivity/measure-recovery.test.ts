import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { describe, expect, it } from 'vitest'
import { type Picture, measureRecovery, pictures, recoveryLimits } from '@quorate/sim'

const engines = [raft(), zab(), multiPaxos()]
const seeds = [1, 2, 3, 4, 5]

function named(name: string): Picture {
  return pictures.find((picture) => picture.name === name)!
}

const whole: Picture = { name: 'whole', replicas: 5, hubLags: false, draw: () => {} }

const leaderGone: Picture = {
  name: 'leader gone',
  replicas: 5,
  hubLags: false,
  draw: (links, { leader }) => links.isolate(leader),
}

const noQuorum: Picture = {
  name: 'no quorum',
  replicas: 3,
  hubLags: false,
  draw: (links) => [1, 2, 3].forEach((id) => links.isolate(id)),
}

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s', (_name, engine) => {
  it('goes on at once where nothing broke', () => {
    for (const seed of seeds) {
      const { after, changes } = measureRecovery(engine, whole, seed)
      expect(after).toBeLessThan(0.2)
      expect(changes).toBe(0)
    }
  })

  it('recovers with a new leader where the old one is gone', () => {
    for (const seed of seeds) {
      const { after, changes } = measureRecovery(engine, leaderGone, seed)
      expect(after).toBeLessThan(5)
      expect(changes).toBeGreaterThan(0)
    }
  })

  it('never recovers where nobody reaches anybody', () => {
    for (const seed of seeds) {
      expect(measureRecovery(engine, noQuorum, seed)).toEqual({ after: undefined, changes: 0, commits: 0 })
    }
  })

  it('does the same for the same seed, and something else for another', () => {
    const [first, second] = [1, 2].map((seed) => measureRecovery(engine, leaderGone, seed))
    expect(measureRecovery(engine, leaderGone, 1)).toEqual(first)
    expect(second!.after).not.toBe(first!.after)
  })
})

describe('recovery', () => {
  const careless = raft({ preVote: false, checkQuorum: false })

  it('is not what flaps, though each of its leaders commits', () => {
    for (const seed of seeds) {
      const { after, changes, commits } = measureRecovery(careless, named('deaf follower'), seed)
      expect(after).toBeUndefined()
      expect(changes).toBeGreaterThan(recoveryLimits.budget / recoveryLimits.stable)
      expect(commits).toBeGreaterThan(changes)
    }
  })

  it('is not a leader that stays, and commits nothing', () => {
    for (const seed of seeds) {
      const recovery = measureRecovery(careless, named('deaf leader'), seed)
      expect(recovery).toEqual({ after: undefined, changes: 0, commits: 0 })
    }
  })

  it('is counted from the leader that stayed, not from the one before', () => {
    for (const seed of seeds) {
      // The old leader commits at once; the other end deposes it, an election timeout after it heard of it last.
      const { after, changes, commits } = measureRecovery(careless, named('chain'), seed)
      expect(after).toBeGreaterThan(0.5)
      expect(changes).toBeGreaterThan(0)
      expect(commits).toBeGreaterThan(0)
    }
  })
})

describe('pictures', () => {
  it.each(pictures.map((picture) => [picture.name, picture] as const))(
    '%s: breaks links of a leader, a hub and the others',
    (_name, picture) => {
      let drawn = 0
      const watched: Picture = {
        ...picture,
        draw(links, { leader, hub, others }) {
          drawn += 1
          const ids = [leader, hub, ...others]
          expect(ids.toSorted((a, b) => a - b)).toEqual([...links.nodes.keys()])
          expect(links.observe(leader).established).toBe(true)
          const lag = links.observe(leader).lastIndex - links.observe(hub).lastIndex
          if (picture.hubLags) expect(lag).toBeGreaterThan(0)
          picture.draw(links, { leader, hub, others })
          const reaches = (a: number, b: number): boolean =>
            a !== b && !links.isCut(a, b) && !links.isBlocked(a, b) && !links.isBlocked(b, a)
          const peersOf = (id: number): number => ids.filter((other) => reaches(id, other)).length
          expect({
            leader: peersOf(leader),
            hub: peersOf(hub),
            others: others.map(peersOf),
          }).toEqual(expected[picture.name])
        },
      }
      measureRecovery(multiPaxos(), watched, 1)
      expect(drawn).toBe(1)
    },
  )

  /** Whom each reaches and is reached by, besides itself. */
  const expected: Readonly<Record<string, { leader: number; hub: number; others: readonly number[] }>> = {
    'quorum loss': { leader: 1, hub: 4, others: [1, 1, 1] },
    'constrained election': { leader: 0, hub: 3, others: [1, 1, 1] },
    chain: { leader: 1, hub: 2, others: [1] },
    'deaf follower': { leader: 1, hub: 0, others: [1] },
    'deaf leader': { leader: 0, hub: 1, others: [1] },
  }

  it('cast different leaders and hubs', () => {
    for (const engine of engines) {
      const casts = new Set<string>()
      const watched: Picture = {
        ...whole,
        draw: (_links, { leader, hub }) => casts.add(`${leader} ${hub}`),
      }
      for (let seed = 1; seed <= 20; seed++) measureRecovery(engine, watched, seed)
      expect(casts.size).toBeGreaterThan(6)
    }
  })
})
