import { describe, expect, test } from 'vitest'
import type { UnsafeRules } from '../../src/index.ts'
import type { Ensemble } from '../support/ensemble.ts'
import { ensembleOf, promptDisk, slowDisk } from './support.ts'

/** A leader tells followers an epoch that it has not yet promised on its own disk. */
describe('ZOOKEEPER-1291: an epoch is durable before it is told', () => {
  test('LEADERINFO waits for the leader, ACKEPOCH for the follower', () => {
    const ensemble = ensembleOf(3)
    for (const id of [1, 2, 3]) slowDisk(ensemble, id)
    ensemble.settle()
    expect(ensemble.node(3).writing[0]!.held.map(({ message }) => message.type)).toContain('LEADERINFO')
    expect(ensemble.events(1, 'FollowerProcessLEADERINFO')).toEqual([])
    ensemble.node(3).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.node(1).writing[0]!.held.map(({ message }) => message.type)).toEqual(['ACKEPOCH'])
    expect(ensemble.events(3, 'LeaderProcessACKEPOCH')).toEqual([])
    ensemble.node(1).completeWrite(ensemble.now())
    ensemble.settle()
    expect(ensemble.observe(3).phase).toBe('SYNCHRONIZATION')
  })

  /** 2 proposes an epoch to 1 and crashes before its disk has it; then 2 and 3 elect 3. */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    ensemble.crash(3)
    slowDisk(ensemble, 2)
    ensemble.settle()
    expect(ensemble.state(2).leadership!.epoch).toBe(1)
    ensemble.crash(1)
    ensemble.restart(2)
    promptDisk(ensemble, 2)
    ensemble.start(3)
    ensemble.elect()
    return ensemble
  }

  test('no two leaders have one epoch', () => {
    const ensemble = play()
    expect(ensemble.observe(3)).toMatchObject({ established: true, epoch: 1 })
    ensemble.start(1)
    ensemble.run(1000)
    expect(ensemble.observe(1)).toMatchObject({ leader: 3, epoch: 1 })
  })

  test('proposeEpochBeforeDurable: it can be proposed by two', () => {
    expect(() => play({ proposeEpochBeforeDurable: true })).toThrow('Leadership2')
  })
})

/** currentEpoch is written with UPTODATE: a follower that crashes before it has acknowledged for nothing. */
describe('ZOOKEEPER-1282: currentEpoch is written with NEWLEADER', () => {
  test('it is on disk before UPTODATE comes', () => {
    const ensemble = ensembleOf(3)
    ensemble.untilSent('UPTODATE')
    const { to } = ensemble.inFlight.find(({ message }) => message.type === 'UPTODATE')!
    expect(ensemble.state(to)).toMatchObject({ currentEpoch: 1, following: { phase: 'ADOPTED' } })
    ensemble.restart(to)
    expect(ensemble.state(to).currentEpoch).toBe(1)
  })

  /**
   * a of epoch 1 is at 3 alone; 2 begins epoch 2 with 1 and gets no further than to write it on its own disk; then 3
   * leads epoch 3 with 1, which takes a.
   */
  function play(unsafe?: UnsafeRules): Ensemble {
    const ensemble = ensembleOf(3, unsafe)
    expect(ensemble.elect()).toBe(3)
    ensemble.filter = ({ message }) => message.type !== 'PROPOSAL'
    ensemble.propose(3, 'a')
    ensemble.filter = () => true
    ensemble.crash(3)
    ensemble.untilPhase(2, 'SYNCHRONIZATION')
    ensemble.crash(2)
    ensemble.crash(1)
    ensemble.start(3)
    ensemble.start(1)
    ensemble.untilSent('UPTODATE')
    return ensemble
  }

  /** 1 loses power before UPTODATE comes, and 3 for good. */
  function goOn(ensemble: Ensemble): void {
    ensemble.crash(3)
    ensemble.restart(1)
    ensemble.start(2)
    ensemble.run(1000)
  }

  test('a history that a quorum adopted wins over a later entry of a lost epoch', () => {
    const ensemble = play()
    expect(ensemble.applied(3)).toEqual(['a'])
    goOn(ensemble)
    expect(ensemble.observe(1)).toMatchObject({ established: true })
    expect(ensemble.applied(2)).toEqual(['a'])
  })

  test('adoptEpochOnUpToDate: it loses, though it was delivered', () => {
    const ensemble = play({ adoptEpochOnUpToDate: true })
    expect(ensemble.applied(3)).toEqual(['a'])
    expect(() => goOn(ensemble)).toThrow('LeaderLogCompleteness')
  })
})
