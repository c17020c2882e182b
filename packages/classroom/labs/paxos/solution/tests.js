// Tests for any implementation of the lab.

const compare = (a, b) => a.round - b.round || a.proposer - b.proposer
const same = (a, b) => compare(a, b) === 0
const show = ({ round, proposer }) => `${round}.${proposer}`
const majority = (acceptors) => Math.floor(acceptors / 2) + 1

/** Looks through what happened, in order, for the first thing that breaks a rule. */
function brokenRule({ acceptors, history }) {
  const needed = majority(acceptors)
  const heard = [] // what each proposer has received
  const said = [] // what each acceptor has sent
  const begun = new Map() // by proposer: the highest ballot before it was last asked, and the one now
  const decided = []
  for (const event of history) {
    if (event.kind === 'asked') {
      const last = begun.get(event.node)
      begun.set(event.node, { before: last?.now ?? last?.before ?? null, now: null })
    }
    if (event.kind === 'received') heard.push(event)
    if (event.kind === 'decided') {
      const problem = decisionProblem(event, heard, needed)
      if (problem !== undefined) return problem
      decided.push(event.value)
      if (decided[0] !== event.value) return `${decided[0]} and ${event.value} are decided`
    }
    if (event.kind !== 'sent') continue
    const problem = messageProblem(event, { heard, said, begun, needed })
    if (problem !== undefined) return problem
    said.push(event)
  }
  return undefined
}

function messageProblem(message, { heard, said, begun, needed }) {
  const { type, from, ballot } = message
  const mine = said.filter((other) => other.from === from)
  if (type === 'prepare') {
    const asked = begun.get(from)
    if (asked.before !== null && compare(ballot, asked.before) <= 0)
      return `${from} uses ${show(ballot)} again`
    asked.now = ballot
  }
  if (type === 'promise') {
    const accepted = mine.filter((other) => other.type === 'accepted').map((other) => other.ballot)
    const highest = accepted.sort(compare).at(-1)
    if (
      highest !== undefined &&
      (message.accepted === null || compare(message.accepted.ballot, highest) < 0)
    ) {
      return `${from} does not report that it has accepted ${show(highest)}`
    }
  }
  if (type === 'accepted') {
    const broken = mine.find((other) => other.type === 'promise' && compare(other.ballot, ballot) > 0)
    if (broken !== undefined)
      return `${from} accepts ${show(ballot)} though it promised ${show(broken.ballot)}`
  }
  return type === 'accept' ? proposalProblem(message, heard, needed) : undefined
}

function proposalProblem({ from, ballot, value }, heard, needed) {
  const promises = heard.filter(
    ({ to, type, ballot: of }) => to === from && type === 'promise' && same(of, ballot),
  )
  const answers = new Map(promises.map((promise) => [promise.from, promise.accepted]))
  if (answers.size < needed) return `${from} proposes in ${show(ballot)} with ${answers.size} promises`
  const reports = [...answers.values()].filter((report) => report !== null)
  const highest = reports.sort((a, b) => compare(a.ballot, b.ballot)).at(-1)
  // With more promises than it needs, a proposer may have gone by the first ones.
  if (answers.size === needed && highest !== undefined && highest.value !== value) {
    return `${from} proposes ${value} in ${show(ballot)}, and ${highest.value} was reported`
  }
  return undefined
}

function decisionProblem({ node, value }, heard, needed) {
  const answers = heard.filter(({ to, type }) => to === node && type === 'accepted')
  const isChosen = answers.some(({ ballot }) => {
    const by = answers.filter((other) => same(other.ballot, ballot) && other.value === value)
    return new Set(by.map(({ from }) => from)).size >= needed
  })
  return isChosen ? undefined : `${node} decides ${value} without a majority`
}

export const tests = [
  {
    name: 'no rule is broken in random runs',
    run(bench) {
      bench.random({ seeds: 500, check: brokenRule })
    },
  },
  {
    name: 'two of three acceptors are enough',
    run(bench) {
      const cluster = bench.cluster({ proposers: 1, acceptors: 3 })
      cluster.propose(1, 'A')
      cluster.deliverAll({ to: 'acceptor 1' })
      cluster.deliverAll({ to: 'acceptor 2' })
      cluster.deliverAll({ type: 'promise' })
      cluster.deliverAll({ to: 'acceptor 1' })
      cluster.deliverAll({ to: 'acceptor 2' })
      cluster.deliverAll({ type: 'accepted' })
      bench.check(cluster.decided.length === 1, 'nothing is decided')
    },
  },
]
