import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { zabMarks } from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The rows of the README's table of actions: the specification's name, and the mark or why there is none. */
const rows = readme
  .slice(readme.indexOf('## Actions of the specifications'))
  .split('\n## ')[0]!
  .split('\n')
  .flatMap((line) => {
    const [, action, mark] = /^\| `(\w+)` *\| ([^|]*?) *\|/.exec(line) ?? []
    return action === undefined ? [] : [{ action, mark: mark! }]
  })

/** What stands for an action: its own name, or several with what happened behind a point. */
function marksOf(name: string): string[] {
  return zabMarks.filter((mark) => mark === name || mark.startsWith(`${name}.`))
}

test('the README lists every action of FastLeaderElection.tla and ZkV3_7_0.tla that takes a step', () => {
  expect(rows.map(({ action }) => action)).toEqual([
    'FLEReceiveNotmsg',
    'FLENotmsgTimeout',
    'FLEHandleNotmsg',
    'FLEWaitNewNotmsg',
    'PartitionStart',
    'PartitionRecover',
    'NodeCrash',
    'NodeStart',
    'ConnectAndFollowerSendFOLLOWERINFO',
    'LeaderProcessFOLLOWERINFO',
    'FollowerProcessLEADERINFO',
    'LeaderProcessACKEPOCH',
    'LeaderSyncFollower',
    'FollowerProcessSyncMessage',
    'FollowerProcessPROPOSALInSync',
    'FollowerProcessCOMMITInSync',
    'FollowerProcessNEWLEADER',
    'LeaderProcessACKLD',
    'FollowerProcessUPTODATE',
    'LeaderProcessRequest',
    'FollowerProcessPROPOSAL',
    'LeaderProcessACK',
    'FollowerProcessCOMMIT',
    'FilterNonexistentMessage',
  ])
})

test.each(rows)('$action: its mark is there, or the reason why not', ({ action, mark }) => {
  const named = [...mark.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!)
  if (mark.startsWith('none')) {
    expect(marksOf(action)).toEqual([])
    expect(mark).toMatch(/^none: \w+/)
  } else {
    expect(named[0]!.split('.')[0]).toBe(action)
    expect(marksOf(action).length).toBeGreaterThan(0)
  }
})

test('every mark that is spelt as an action is one, there or in Zab.tla', () => {
  const ofZab = ['UpdateLeader', 'FollowLeader', 'FollowerShutdown', 'LeaderShutdown']
  const known = [...ofZab, ...rows.map(({ action }) => action)]
  const spelt = zabMarks.map((mark) => mark.split('.')[0]!).filter((name) => /^[A-Z]/.test(name))
  expect(spelt.filter((name) => !known.includes(name))).toEqual([])
})
