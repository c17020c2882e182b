import {
  type Change,
  changeSimply,
  emptyRoster,
  enterJoint,
  leaveJoint,
  participantsOf,
  type Roster,
  type RosterProblem,
  type RosterResult,
} from '../../src/index.ts'

/** One directive of a file of etcd/raft's `confchange/testdata`, with what is to come of it. */
export interface Directive {
  readonly command: string
  readonly input: string
  readonly expected: string
}

/** Directives are parted by blank lines: a command, its input if any, `----`, what is printed. `#` begins a comment. */
export function readDirectives(text: string): Directive[] {
  const directives: Directive[] = []
  let before: string[] = []
  let expected: string[] | undefined
  const end = (): void => {
    if (expected === undefined) return
    const [command = '', ...input] = before
    directives.push({ command, input: input.join(' '), expected: expected.join('\n') })
    before = []
    expected = undefined
  }
  for (const line of text.split('\n')) {
    if (expected !== undefined && line.trim() === '') end()
    else if (expected !== undefined) expected.push(line)
    else if (line === '----') expected = []
    else if (line.trim() !== '' && !line.startsWith('#')) before.push(line)
  }
  end()
  return directives
}

const kinds: Readonly<Record<string, Change['type']>> = {
  v: 'voter',
  l: 'learner',
  r: 'remove',
  u: 'update',
}

export function readChanges(tokens: string): Change[] {
  return tokens
    .split(/\s+/)
    .filter((token) => token !== '')
    .map((token) => {
      const type = kinds[token[0]!]
      if (type === undefined) throw new Error(`no change: ${token}`)
      return { type, node: Number(token.slice(1)) }
    })
}

/** The words of the vectors for what this calculus gives as a code. */
const problems: Readonly<Record<RosterProblem, string>> = {
  'already-joint': 'config is already joint',
  'no-voters-to-join': "can't make a zero-voter config joint",
  'not-joint': "can't leave a non-joint config",
  'simple-in-joint': "can't apply simple config change in joint config",
  'no-voters-left': 'removed all voters',
  'more-than-one-voter': 'more than one voter changed without entering joint config',
}

/**
 * Carries out one file. A leader replicates to a node from where its log ended when the node came in (a directive counts
 * for an entry), and goes on from there for as long as the node takes part, as whatever.
 */
export class ConfChangeRun {
  private roster: Roster = emptyRoster
  private next = new Map<number, number>()
  private logEnd = 0

  carryOut({ command, input }: Directive): string {
    const { roster, problem } = this.change(command, readChanges(input))
    if (roster !== undefined) {
      this.roster = roster
      const followed = participantsOf(roster)
      const start = Math.max(1, this.logEnd)
      this.next = new Map(followed.map((node) => [node, this.next.get(node) ?? start]))
    }
    this.logEnd += 1
    return problem === undefined ? this.print() : problems[problem]
  }

  private change(command: string, changes: readonly Change[]): RosterResult {
    if (command === 'simple') return changeSimply(this.roster, changes)
    if (command === 'leave-joint') return leaveJoint(this.roster)
    const [, auto] = /^enter-joint(?: autoleave=(true|false))?$/.exec(command) ?? []
    return enterJoint(this.roster, changes, auto === 'true')
  }

  private print(): string {
    const { voters, outgoing, learners, learnersNext, autoLeave } = this.roster
    const list = (nodes: readonly number[]): string => `(${nodes.join(' ')})`
    const head = [
      `voters=${list(voters)}${outgoing === undefined ? '' : `&&${list(outgoing)}`}`,
      ...(learners.length > 0 ? [`learners=${list(learners)}`] : []),
      ...(learnersNext.length > 0 ? [`learners_next=${list(learnersNext)}`] : []),
      ...(autoLeave ? ['autoleave'] : []),
    ].join(' ')
    const followed = [...this.next].map(
      ([node, next]) =>
        `${node}: StateProbe match=0 next=${next}${learners.includes(node) ? ' learner' : ''}`,
    )
    return [head, ...followed].join('\n')
  }
}
