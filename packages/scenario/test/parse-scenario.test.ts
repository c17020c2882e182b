import { describe, expect, it } from 'vitest'
import { type Act, type Condition, parseScenario } from '../src/index.ts'

function act(line: string): Act {
  return parseScenario(`replicas 5\n${line}\n`).statements[0]!.act
}

function condition(line: string): Condition {
  const parsed = act(`expect ${line}`)
  if (parsed.verb !== 'expect') throw new Error('not an expectation')
  return parsed.condition
}

describe('a script', () => {
  it('has a header', () => {
    const { header } = parseScenario(
      [
        'replicas 5',
        'observers 2',
        'spares 1',
        'engine raft {preVote=false electionTimeout.min=300 electionTimeout.max=1.5s, unsafe.commitOldTerms=true}',
        'engine zab',
        'by hand',
      ].join('\n'),
    )
    expect(header).toEqual({
      replicas: 5,
      observers: 2,
      spares: 1,
      byHand: true,
      engines: [
        {
          line: 4,
          engine: 'raft',
          options: {
            preVote: false,
            electionTimeout: { min: 300, max: 1500 },
            unsafe: { commitOldTerms: true },
          },
        },
        { line: 5, engine: 'zab', options: {} },
      ],
    })
  })

  it('has statements with their lines, without comments', () => {
    const { statements } = parseScenario(
      '# hello\n\nelect 3   # the third\r\npropose 3 "a # b" # c\n#1\nsettle',
    )
    expect(statements.map(({ line, text, act: { verb } }) => [line, text, verb])).toEqual([
      [3, 'elect 3', 'elect'],
      [4, 'propose 3 "a # b"', 'propose'],
      [6, 'settle', 'settle'],
    ])
  })

  it('may do things quietly', () => {
    const { statements } = parseScenario('quietly elect 3\nonly raft: quietly settle\nsettle')
    expect(statements.map(({ text, isQuiet }) => [text, isQuiet])).toEqual([
      ['quietly elect 3', true],
      ['quietly settle', true],
      ['settle', false],
    ])
    expect(() => parseScenario('quietly replicas 3')).toThrow('"replicas" is no statement')
  })

  it('has parts for some engines', () => {
    const { statements } = parseScenario(
      'only raft: timeout 1 election\nonly raft, zab:\n  settle\n  elect\nsettle',
    )
    expect(statements.map(({ text, only }) => [text, only])).toEqual([
      ['timeout 1 election', ['raft']],
      ['settle', ['raft', 'zab']],
      ['elect', ['raft', 'zab']],
      ['settle', undefined],
    ])
  })
})

describe('a statement', () => {
  it.each<[string, Act]>([
    ['start all', { verb: 'start', nodes: 'all' }],
    ['restart 1,2', { verb: 'restart', nodes: [1, 2] }],
    ['crash 1', { verb: 'crash', nodes: [1], keep: 0 }],
    ['crash 1 before fsync', { verb: 'crash', nodes: [1], keep: 0 }],
    ['crash 1 after fsync', { verb: 'crash', nodes: [1], keep: 'all' }],
    ['crash 1 keeping 2', { verb: 'crash', nodes: [1], keep: 2 }],
    ['elect', { verb: 'elect', node: undefined }],
    ['propose 1 "a b" c, d', { verb: 'propose', node: 1, texts: ['a b', 'c', 'd'] }],
    ['propose 1 "\\u0000\\u00ff\\"\\n"', { verb: 'propose', node: 1, texts: ['\0\u00ff"\n'] }],
    ['read 1', { verb: 'read', node: 1, mode: 'linearizable', as: undefined }],
    ['read 1 sequential as r', { verb: 'read', node: 1, mode: 'sequential', as: 'r' }],
    ['read 1 as r', { verb: 'read', node: 1, mode: 'linearizable', as: 'r' }],
    ['transfer 1 to 3', { verb: 'transfer', node: 1, to: 3, as: undefined }],
    ['transfer 1 to 3 as t', { verb: 'transfer', node: 1, to: 3, as: 't' }],
    ['clock 1 rate 0.95', { verb: 'clock', nodes: [1], rate: 0.95 }],
    ['clock all rate 1', { verb: 'clock', nodes: 'all', rate: 1 }],
    ['clock 2,3 rate 1e-3', { verb: 'clock', nodes: [2, 3], rate: 0.001 }],
    ['timeout 2', { verb: 'timeout', node: 2, timer: undefined }],
    ['deliver', { verb: 'deliver', what: 'next', until: undefined }],
    ['deliver all', { verb: 'deliver', what: 'all', until: undefined }],
    ['deliver until leader 1', { verb: 'deliver', what: 'all', until: { what: 'leader', node: 1 } }],
    [
      'deliver 1->2 Vote #3',
      { verb: 'deliver', what: { from: 1, to: 2, messageType: 'Vote', position: 3 }, until: undefined },
    ],
    ['drop 1 -> 2 all', { verb: 'drop', what: { from: 1, to: 2, messageType: undefined, position: 'all' } }],
    ['hold 1,2 -> 3 ACK', { verb: 'hold', what: { from: [1, 2], to: [3], messageType: 'ACK' } }],
    ['release', { verb: 'release', what: 'all' }],
    ['cut 1 2', { verb: 'cut', links: { left: [1], right: [2], isOneWay: false } }],
    ['cut 1,2 | 3,4', { verb: 'cut', links: { left: [1, 2], right: [3, 4], isOneWay: false } }],
    ['heal 1,2 -> 3', { verb: 'heal', links: { left: [1, 2], right: [3], isOneWay: true } }],
    ['heal', { verb: 'heal', links: 'all' }],
    ['pause writes all', { verb: 'pause', nodes: 'all' }],
    ['persist 1 all', { verb: 'persist', node: 1, count: 'all' }],
    ['run 1.5s', { verb: 'run', milliseconds: 1500, until: undefined }],
    ['run 20ms until running 2', { verb: 'run', milliseconds: 20, until: { what: 'running', node: 2 } }],
    ['wait 1e-7ms', { verb: 'wait', milliseconds: 1e-7 }],
    ['note "Hello, wörld — ok"', { verb: 'note', words: 'Hello, wörld — ok' }],
  ])('%s', (line, expected) => {
    expect(act(line)).toEqual(expected)
  })
})

describe('an expectation', () => {
  it.each<[string, Condition]>([
    ['no leader', { what: 'leader', node: undefined }],
    ['role 2 follower', { what: 'role', node: 2, role: 'follower' }],
    ['applied 1 nothing', { what: 'applied', node: 1, texts: [] }],
    ['applied 1 "a" "b"', { what: 'applied', node: 1, texts: ['a', 'b'] }],
    ['disk 1 a,b', { what: 'disk', node: 1, texts: ['a', 'b'] }],
    ['same logs', { what: 'same logs' }],
    ['primary order', { what: 'primary order' }],
    [
      'under way ACK 1 -> 2',
      {
        what: 'under way',
        messageType: 'ACK',
        link: { left: [1], right: [2], isOneWay: true },
      },
    ],
    ['answer "x" committed', { what: 'answer', request: 'x', answer: { status: 'committed' } }],
    [
      'answer r1 rejected no-leader',
      { what: 'answer', request: 'r1', answer: { status: 'rejected', reason: 'no-leader' } },
    ],
    ['answer r1 sees nothing', { what: 'answer', request: 'r1', answer: { status: 'sees', texts: [] } }],
    ['violation agreement', { what: 'violation', invariant: 'agreement' }],
    ['violation', { what: 'violation', invariant: undefined }],
    ['violation "paxos A4"', { what: 'violation', invariant: 'paxos A4' }],
  ])('%s', (line, expected) => {
    expect(condition(line)).toEqual(expected)
  })

  it('may be of the opposite', () => {
    expect(act('expect not leader 2')).toMatchObject({ verb: 'expect', isNegated: true })
  })
})

describe('a mistake', () => {
  it.each([
    ['elekt 1', 'line 1: "elekt" is no statement; did you mean "elect"?'],
    ['frobnicate', 'line 1: "frobnicate" is no statement; known are start, restart'],
    ['\n\npropose x', 'line 3: a node\'s number is expected, and there is "x"'],
    ['propose 1', 'a command is expected, and there is the end of the line'],
    ['elect 4', 'there is no node 4; the nodes are 1 to 3'],
    ['cut 1,2 | 9', 'there is no node 9; the nodes are 1 to 3'],
    ['elect 0', 'nodes are numbered from 1'],
    ['elect 1 2', 'nothing more is expected, and there is "2"'],
    ['cut 1,2 3', '"|" or "->" is expected'],
    ['cut 1 1', 'node 1 is on both sides'],
    ['crash 1 befor fsync', '"befor" is no moment; did you mean "before"?'],
    ['deliver 1 2', '"->" is expected, and there is "2"'],
    ['deliver 1 -> 2 #0', 'messages are counted from #1'],
    ['run 5', 'a duration, as 50ms or 2s, is expected, and there is "5"'],
    ['clock 1 0.5', '"rate" is expected, and there is "0.5"'],
    ['clock 1 rate slow', 'a rate, as 0.95 or 1, is expected, and there is "slow"'],
    ['clock 1 rate 0', 'a rate is above 0 and at most 1000, and this is 0'],
    ['clock 1 rate 1001', 'a rate is above 0'],
    ['run 0ms', 'a duration is above 0'],
    ['run 2000000s', 'at most 3600s'],
    ['expect leaderr 1', '"leaderr" is no condition; did you mean "leader"?'],
    ['expect violation agreemint', '"agreemint" is no invariant; did you mean "agreement"?'],
    ['expect answer x maybe', '"maybe" is no answer; known are waiting'],
    ['note hello', 'text in quotes is expected, and there is "hello"'],
    ['note "hello', 'the text "hello has no closing quote'],
    ['propose 1 "\\q"', 'has an escape that JSON does not know'],
    ['propose 1 "\\u2014"', 'is a character above U+00FF, no byte'],
    ['propose 1 €', 'nothing can begin with "€"; put text in quotes'],
    ['  settle', 'only the lines below an "only …:" are indented'],
    ['only raft settle', '":" is expected, and there is "settle"'],
    ['engine raft\nonly rafft: settle', '"rafft" is no engine of the header; did you mean "raft"?'],
    ['settle\nreplicas 5', 'line 2: "replicas" belongs to the header, before every statement'],
    ['replicas 0', 'there can be 1 to 32'],
    ['replicas 99', 'there can be 1 to 32'],
    ['engine raft\nengine raft', 'line 2: engine raft has a line already'],
    ['engine raft {a=1 a=2}', 'option a is given twice'],
    ['engine raft {a=1 a.b=2}', 'option a is given twice'],
    ['engine raft {a 1}', '"=" is expected, and there is "1"'],
    ['engine raft {a=1', 'an option or "}" is expected, and there is the end of the line'],
  ])('%j', (script, message) => {
    expect(() => parseScenario(script)).toThrow(message)
    try {
      parseScenario(script)
    } catch (error) {
      expect(error).toMatchObject({
        name: 'QuorateError',
        code: 'USAGE',
        details: { line: expect.any(Number) },
      })
    }
  })

  it('is not what an editor adds: byte order mark, carriage returns', () => {
    const script = 'replicas 3\nelect 1\nonly raft:\n  settle\n'
    const { statements } = parseScenario(`\uFEFF${script.replaceAll('\n', '\r\n')}`)
    expect(statements).toEqual(parseScenario(script).statements)
  })

  it('in an option cannot reach a prototype', () => {
    const { header } = parseScenario('engine raft {__proto__.polluted=true}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.keys(header.engines[0]!.options)).toEqual(['__proto__'])
  })
})
