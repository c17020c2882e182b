import type { MonitorInvariant } from '@quorate/core'
import { describe, expect, test } from 'vitest'
import { type ZabInvariant, type ZabMark, type ZabMessage, zab } from '../../src/index.ts'
import { FedMonitor, entry, members } from '../support/fed-monitor.ts'

/** What a story breaks of the invariants, each once. */
function brokenBy(story: (fed: FedMonitor) => void): MonitorInvariant[] {
  const fed = new FedMonitor()
  story(fed)
  return [...new Set(fed.found)]
}

/** 1 leads epoch 1 and broadcasts entries, which 2 and 3 have logged. */
function broadcast(fed: FedMonitor, last: number): void {
  const entries = Array.from({ length: last }, (_, i) => entry(i + 1, 1))
  fed.leads(1, 1)
  fed.turn(1, { append: entries })
  for (const node of [2, 3]) fed.follows(node, 1, 1, { append: entries })
}

/** Nobody leads or follows any more. */
function looks(fed: FedMonitor, ...nodes: number[]): void {
  for (const node of nodes) fed.turn(node, { phase: 'LOOKING', leader: undefined })
}

/** For each invariant a story that breaks it and no other, and the same story as it should have been. */
const stories: Readonly<Partial<Record<ZabInvariant, readonly [wrong: Story, right: Story]>>> = {
  Leadership2: [
    (fed) => {
      fed.leads(1, 1)
      looks(fed, 1)
      fed.leads(2, 1)
    },
    (fed) => {
      fed.leads(1, 1)
      looks(fed, 1)
      fed.leads(2, 2)
    },
  ],
  PrefixConsistency: [
    (fed) => {
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)], commit: 1 })
      fed.turn(3, { append: [entry(1, 2)], commit: 1 })
    },
    (fed) => {
      broadcast(fed, 1)
      fed.turn(1, { commit: 1 })
      fed.turn(3, { commit: 1 })
    },
  ],
  Integrity: [
    (fed) => {
      fed.turn(2, { append: [entry(1, 1)] })
      fed.delivers(2, entry(1, 1))
    },
    (fed) => {
      broadcast(fed, 1)
      fed.delivers(1, entry(1, 1))
      fed.delivers(2, entry(1, 1))
    },
  ],
  Agreement: [
    (fed) => {
      fed.leads(3, 2)
      fed.turn(3, { append: [entry(1, 2)] })
      looks(fed, 3)
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)] })
      fed.delivers(1, entry(1, 1))
      fed.turn(2, { apply: [entry(1, 2)] })
    },
    (fed) => {
      broadcast(fed, 1)
      fed.delivers(1, entry(1, 1))
      fed.turn(2, { apply: [entry(1, 1)] })
    },
  ],
  TotalOrder: [
    (fed) => {
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)] })
      looks(fed, 1)
      fed.leads(1, 2)
      fed.turn(1, { commit: 1, apply: [entry(1, 1)], append: [entry(2, 2)] })
      fed.turn(2, { append: [entry(1, 1), entry(2, 2)] })
      fed.turn(2, { apply: [entry(2, 2)] })
    },
    (fed) => {
      broadcast(fed, 2)
      for (const node of [1, 2]) fed.delivers(node, entry(1, 1), entry(2, 1))
    },
  ],
  LocalPrimaryOrder: [
    (fed) => {
      broadcast(fed, 2)
      fed.turn(2, { apply: [entry(2, 1)] })
    },
    (fed) => {
      broadcast(fed, 2)
      fed.turn(2, { apply: [entry(1, 1), entry(2, 1)] })
    },
  ],
  GlobalPrimaryOrder: [
    (fed) => {
      fed.leads(1, 2)
      fed.turn(1, { append: [entry(1, 2)] })
      looks(fed, 1)
      fed.start(3, [entry(1, 2)])
      fed.leads(3, 1)
      fed.turn(3, { append: [entry(2, 1)] })
      fed.turn(2, { apply: [entry(1, 2)] })
      fed.turn(2, { apply: [entry(2, 1)] })
    },
    (fed) => {
      fed.leads(1, 2)
      fed.turn(1, { append: [entry(1, 2), entry(2, 2)] })
      fed.turn(2, { apply: [entry(1, 2)] })
      fed.turn(2, { apply: [entry(2, 2)] })
    },
  ],
  PrimaryIntegrity: [
    (fed) => {
      broadcast(fed, 1)
      fed.delivers(1, entry(1, 1))
      looks(fed, 1, 2)
      fed.leads(2, 2, { commit: 1 }) // but not delivered
      fed.turn(2, { append: [entry(2, 2)] })
    },
    (fed) => {
      broadcast(fed, 1)
      fed.delivers(1, entry(1, 1))
      looks(fed, 1, 2)
      fed.leads(2, 2, { commit: 1, apply: [entry(1, 1)] })
      fed.turn(2, { append: [entry(2, 2)] })
    },
  ],
  CommittedLogMonotonicity: [
    (fed) => {
      broadcast(fed, 1)
      fed.delivers(1, entry(1, 1))
      looks(fed, 1, 2)
      fed.leads(2, 2)
    },
    (fed) => {
      broadcast(fed, 1)
      fed.delivers(1, entry(1, 1))
      looks(fed, 1, 2)
      fed.leads(2, 2, { phase: 'SYNCHRONIZATION' })
      fed.leads(2, 2, { commit: 1 })
    },
  ],
  ProcessConsistency: [
    (fed) => {
      fed.leads(1, 1)
      fed.follows(2, 1, 1, { append: [entry(1, 1)] })
    },
    (fed) => {
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)] })
      fed.follows(2, 1, 1, { append: [entry(1, 1)] })
    },
  ],
  LeaderLogCompleteness: [
    (fed) => {
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)] })
      fed.delivers(1, entry(1, 1))
      fed.leads(2, 2, { phase: 'SYNCHRONIZATION' })
    },
    (fed) => {
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)] })
      fed.leads(2, 2, { phase: 'SYNCHRONIZATION' })
    },
  ],
  CommittedLogDurability: [
    (fed) => {
      broadcast(fed, 2)
      fed.delivers(1, entry(1, 1))
      fed.turn(3, { truncate: 0 })
    },
    (fed) => {
      broadcast(fed, 2)
      fed.delivers(1, entry(1, 1))
      fed.turn(3, { truncate: 0, append: [entry(1, 1)] })
    },
  ],
  stateInconsistent: meets('FilterNonexistentMessage.wrong-phase', 'NEWLEADER'),
  proposalInconsistent: meets('looking.proposal-not-next'),
  commitInconsistent: meets('looking.commit-not-held'),
  ackInconsistent: meets('learner-dropped.ack-unknown'),
  messageIllegal: meets('FilterNonexistentMessage.other-epoch', 'PROPOSAL'),
}

type Story = (fed: FedMonitor) => void

/** A branch that is never to be taken, and one that may be. */
function meets(name: ZabMark, type?: ZabMessage['type']): readonly [Story, Story] {
  const wrong = type === undefined ? { name } : { name, type }
  return [
    (fed) => fed.turn(1, { event: wrong }),
    (fed) => fed.turn(1, { event: { name: 'FilterNonexistentMessage.other-connection', type: 'ACK' } }),
  ]
}

describe.each(Object.entries(stories))('%s', (name, [wrong, right]) => {
  test('is broken, and nothing else is', () => expect(brokenBy(wrong)).toEqual([`zab ${name}`]))
  test('is kept', () => expect(brokenBy(right)).toEqual([]))
})

describe('LeaderLogCompleteness', () => {
  test('is of what was committed in earlier epochs: a leader may be late (simulator, seed 861)', () => {
    const late = (fed: FedMonitor): void => {
      fed.leads(3, 3)
      fed.turn(3, { append: [entry(1, 3)] })
      fed.delivers(3, entry(1, 3))
      fed.turn(2, { append: [entry(1, 1)] })
      fed.leads(2, 2, { phase: 'SYNCHRONIZATION' })
    }
    expect(brokenBy(late)).toEqual([])
  })

  test('so may be who commits: it has left its epoch in the same turn', () => {
    const late = (fed: FedMonitor): void => {
      fed.leads(3, 3)
      fed.turn(3, { append: [entry(1, 3)] })
      fed.turn(3, { phase: 'LOOKING', leader: undefined, commit: 1, apply: [entry(1, 3)] })
      fed.leads(2, 2, { phase: 'SYNCHRONIZATION' })
    }
    expect(brokenBy(late)).toEqual([])
  })

  test('is of what was proposed earlier and committed later, too, for the leader after that', () => {
    const lost = (fed: FedMonitor): void => {
      fed.leads(1, 1)
      fed.turn(1, { append: [entry(1, 1)] })
      looks(fed, 1)
      fed.leads(1, 2, { commit: 1, apply: [entry(1, 1)] })
      fed.leads(2, 3, { phase: 'SYNCHRONIZATION' })
    }
    expect(brokenBy(lost)).toEqual(['zab LeaderLogCompleteness'])
  })
})

describe('Leadership1', () => {
  test('is broken by two who lead one epoch at once, and Leadership2 with it', () => {
    const broken = brokenBy((fed) => {
      fed.leads(1, 1)
      fed.leads(2, 1)
    })
    expect(broken).toEqual(['zab Leadership1', 'zab Leadership2'])
  })

  test('is kept by a leader that has not noticed its successor', () => {
    const broken = brokenBy((fed) => {
      fed.leads(1, 1)
      fed.leads(2, 2)
    })
    expect(broken).toEqual([])
  })
})

test('there is a story for every invariant', () => {
  const told = ['Leadership1', ...Object.keys(stories)].map((name) => `zab ${name}`)
  expect(told.toSorted()).toEqual(zab().monitor!.invariants.toSorted())
})

describe('snapshots', () => {
  const snapshot = { index: 2, epoch: 1, membership: members }

  test('stand for what others have committed', () => {
    const broken = brokenBy((fed) => {
      broadcast(fed, 3)
      fed.delivers(1, entry(1, 1), entry(2, 1), entry(3, 1))
      fed.start(3)
      fed.follows(3, 1, 1, { install: snapshot, commit: 2 })
      fed.turn(3, { append: [entry(3, 1)], commit: 3, apply: [entry(3, 1)] })
    })
    expect(broken).toEqual([])
  })

  test('that hold more than anybody has committed break Integrity', () => {
    const broken = brokenBy((fed) => {
      broadcast(fed, 2)
      fed.delivers(1, entry(1, 1))
      fed.follows(3, 1, 1, { install: snapshot, commit: 2 })
    })
    expect(broken).toEqual(['zab Integrity'])
  })

  test('of another history break PrefixConsistency', () => {
    const broken = brokenBy((fed) => {
      broadcast(fed, 2)
      fed.delivers(1, entry(1, 1), entry(2, 1))
      looks(fed, 3)
      fed.turn(3, { install: { ...snapshot, epoch: 2 }, commit: 2 })
    })
    expect(broken).toEqual(['zab PrefixConsistency'])
  })
})

test('a message that finds its receiver in another role is illegal, unless memberships change', () => {
  const wrongRole: Story = (fed) =>
    fed.turn(2, { event: { name: 'FilterNonexistentMessage.wrong-role', type: 'INFORM' } })
  expect(brokenBy(wrongRole)).toEqual(['zab messageIllegal'])
  const broken = brokenBy((fed) => {
    fed.leads(1, 1)
    fed.turn(1, { append: [{ ...entry(1, 1), kind: 'membership' }] })
    wrongRole(fed)
  })
  expect(broken).toEqual([])
})

test('what a restarted replica delivers again is held against what was delivered before', () => {
  const broken = brokenBy((fed) => {
    broadcast(fed, 2)
    for (const node of [1, 2]) fed.delivers(node, entry(1, 1), entry(2, 1))
    fed.start(2, [entry(1, 1), entry(2, 1)])
    fed.delivers(2, entry(1, 1), entry(2, 1))
  })
  expect(broken).toEqual([])
})
