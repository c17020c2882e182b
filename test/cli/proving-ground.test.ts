import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runQuorate, temporaryDirectory } from './run-quorate.ts'

const brokenRaft = ['--option', 'preVote=false', '--option', 'unsafe.persistNoVote=true']
const smallScope = ['--proposals', '0', '--crashes', '1', '--timeouts', 'election=2']

describe('quorate explore', () => {
  it('covers a small scope, and says what it covered', async () => {
    const { code, stdout } = await runQuorate('explore', '--engine', 'raft', '--timeouts', '1')
    expect(stdout).toMatch(/^raft: holds in the whole scope$/m)
    expect(stdout).toMatch(/^ {2}scope +3 replicas of raft; 1 proposal;/m)
    expect(stdout).toMatch(/^ {2}memory +\d+\.\d bytes a visited state$/m)
    expect(code).toBe(0)
  })

  it('covers another one up to a depth', async () => {
    const { code, stdout } = await runQuorate('explore', '--engine', 'zab', '--depth', '4')
    expect(stdout).toMatch(/^zab: nothing is wrong within 4 steps, all of which were covered/m)
    expect(code).toBe(0)
  })

  it('covers a small scope of Multi-Paxos, whose messages may be late, lost and repeated', async () => {
    const words = [
      '--engine',
      'multi-paxos',
      '--timeouts',
      'election=1',
      '--proposals',
      '0',
      '--duplicates',
      '1',
    ]
    const { code, stdout } = await runQuorate('explore', ...words, '--drops', '1')
    expect(stdout).toMatch(/^multi-paxos: holds in the whole scope$/m)
    expect(code).toBe(0)
  })

  it('does not say that all is well when its budget ends', async () => {
    const { code, stdout } = await runQuorate('explore', '--engine', 'raft', '--states', '100')
    expect(stdout).toMatch(/^raft: unknown: the budget of states ended the search/m)
    expect(code).toBe(2)
  })

  it('finds a broken rule, as a script that shows it and that a sound engine survives', async () => {
    const file = join(temporaryDirectory(), 'two-leaders.scenario')
    const found = await runQuorate('explore', ...brokenRaft, ...smallScope, '--scenario', file)
    expect(found.stdout).toMatch(/^raft: violated in \d+ steps: election-safety: replicas \d and \d/m)
    expect(found.code).toBe(1)

    const shown = await runQuorate('scenario', file)
    expect(shown.stdout).toContain('election-safety')
    expect(shown.stderr).toMatch(/^raft: ok, 1 expectation held$/m)
    expect(shown.code).toBe(0)

    writeFileSync(file, readFileSync(file, 'utf8').replace('unsafe.persistNoVote=true', ''))
    const sound = await runQuorate('scenario', file)
    expect(sound.stdout).not.toContain('violated')
    expect(sound.code).toBe(1)
  })
})

describe('quorate explore --from', () => {
  const opening = join(import.meta.dirname, '../scenarios/figure-8-opening.scenario')
  const scope = ['--proposals', '0', '--timeouts', 'election=2']

  it('finds the rest of figure 8 if a leader commits entries of earlier terms', async () => {
    const option = ['--option', 'unsafe.commitOldTerms=true']
    const { code, stdout } = await runQuorate('explore', '--from', opening, ...option, ...scope)
    expect(stdout).toMatch(/^raft: violated in \d+ steps: leader-completeness/m)
    expect(stdout).toMatch(/^engine raft \{.*unsafe\.commitOldTerms=true/m)
    expect(code).toBe(1)
  })

  it('finds nothing if it does not', async () => {
    const { code, stdout } = await runQuorate('explore', '--from', opening, ...scope, '--depth', '11')
    expect(stdout).toMatch(/^raft: nothing is wrong within 11 steps/m)
    expect(code).toBe(0)
  })
})

describe('quorate scenario', () => {
  const script = join(import.meta.dirname, '../scenarios/lost-vote.scenario')

  it.each([
    ['mermaid', /^sequenceDiagram/],
    ['shiviz', /^\(\?<host>/],
    ['itf', /^\{\n "#meta"/],
  ])('shows a run as %s', async (format, begins) => {
    const { code, stdout } = await runQuorate('scenario', script, '--format', format)
    expect(stdout).toMatch(begins)
    expect(code).toBe(0)
  })

  it('runs scripts in the format of CCF', async () => {
    const file = join(temporaryDirectory(), 'one-entry')
    const lines = [
      'start_node,0',
      'trust_nodes,2,1,2',
      'emit_signature,2',
      'periodic_all,10',
      'dispatch_all',
      'replicate,2,hello',
      'emit_signature,2',
      'periodic_all,10',
      'dispatch_all',
      'periodic_all,10',
      'dispatch_all',
      'assert_is_primary,0',
      'assert_is_backup,1',
      'assert_state_sync',
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    const { code, stderr, stdout } = await runQuorate('scenario', file, '--ccf')
    expect(stderr).toMatch(/^raft: ok, 3 expectations held$/m)
    expect(stdout).toMatch(/^sequenceDiagram/)
    expect(code).toBe(0)
  })
})

describe('quorate replay', () => {
  it('shows a seed event by event, writes it to a file, and runs that again', async () => {
    const file = join(temporaryDirectory(), 'three.run')
    const words = ['--engine', 'zab', '--machine', 'znode', '--last', '5']
    const first = await runQuorate('replay', '3', ...words, '--output', file)
    expect(first.stdout).toMatch(/^all went well$/m)
    expect(first.code).toBe(0)
    const again = await runQuorate('replay', file)
    const hash = /^trace hash (\w+)$/m
    expect(hash.exec(again.stdout)![1]).toBe(hash.exec(first.stdout)![1])
    expect(again.stdout.split('\n').length).toBeGreaterThan(first.stdout.split('\n').length + 100)
  })

  it('makes a failing run small', async () => {
    const words = ['--option', 'unsafe.ackBeforeDurable=true', '--shrink', '--last', '0']
    const { code, stdout } = await runQuorate('replay', '1', ...words)
    expect(stdout).toMatch(/^# shrunk from seed 1: \d+ events|^ {2}# shrunk from seed 1: \d+ events/m)
    expect(stdout).toMatch(/^ {2}run raft mvcc seed \d+$/m)
    expect(code).toBe(1)
  })
})

describe('what cannot be done is said in one line', () => {
  it.each([
    [['explore', '--engine', 'paxos?'], 'unknown engine "paxos?"'],
    [['explore', '--option', 'preVoet=false'], 'raft has no option "preVoet"'],
    [['explore', '--option', 'preVote'], '"preVote" is no option of an engine'],
    [['explore', '--engine', 'zab', '--drops', '1'], 'zab needs links that keep order'],
    [['explore', '--timeouts', 'often'], '"often" are no timeouts'],
    [['scenario', 'missing.scenario'], 'missing.scenario cannot be read'],
    [['replay', 'missing.run'], 'there is no file missing.run'],
    [['replay', 'A'.repeat(60)], 'this is no link to a run'],
    [['replay', '7', '--machine', 'turing'], 'unknown machine "turing"'],
    [['sim', '--seeds', '1', '--option', 'speed=9'], 'raft has no option "speed"'],
  ])('%j', async (words, expected) => {
    const { code, stderr, stdout } = await runQuorate(...words)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(expected)
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })
})
