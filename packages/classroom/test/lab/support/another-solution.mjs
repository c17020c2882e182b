const higher = (a, b) =>
  b === null || b === undefined || a.round > b.round || (a.round === b.round && a.proposer > b.proposer)
const eq = (a, b) => a && b && a.round === b.round && a.proposer === b.proposer
export const acceptor = {
  start: (id, disk) => disk || { min: null, acc: null },
  on(s, e) {
    const effects = []
    if (e.type === 'prepare' && (higher(e.ballot, s.min) || eq(e.ballot, s.min))) {
      s.min = e.ballot
      effects.push(
        { type: 'persist', disk: s },
        { type: 'send', to: e.from, message: { type: 'promise', ballot: e.ballot, accepted: s.acc } },
      )
    }
    if (e.type === 'accept' && (higher(e.ballot, s.min) || eq(e.ballot, s.min))) {
      s.min = e.ballot
      s.acc = { ballot: e.ballot, value: e.value }
      effects.push(
        { type: 'persist', disk: s },
        { type: 'send', to: e.from, message: { type: 'accepted', ballot: e.ballot, value: e.value } },
      )
    }
    return { state: s, effects }
  },
}
export const proposer = {
  start: (id, acceptors, disk) => disk || { id, acceptors, round: 0, seen: 0 },
  on(s, e) {
    const effects = []
    const send = (to, message) => effects.push({ type: 'send', to, message })
    const need = (s.acceptors.length + 1) / 2
    if (e.type === 'propose') {
      s.round = Math.max(s.round, s.seen) + 1
      s.ballot = { round: s.round, proposer: s.id }
      s.mine = e.value
      s.promises = []
      s.votes = []
      s.value = null
      s.done = false
      effects.push({ type: 'persist', disk: s })
      for (const a of s.acceptors) send(a, { type: 'prepare', ballot: s.ballot })
    }
    if (e.type === 'refused') s.seen = Math.max(s.seen, e.promised.round)
    if (
      e.type === 'promise' &&
      eq(e.ballot, s.ballot) &&
      s.value === null &&
      !s.promises.some((p) => p.from === e.from)
    ) {
      s.promises.push({ from: e.from, accepted: e.accepted })
      if (s.promises.length >= need) {
        let best = null
        for (const p of s.promises)
          if (p.accepted && higher(p.accepted.ballot, best && best.ballot)) best = p.accepted
        s.value = best ? best.value : s.mine
        effects.push({ type: 'persist', disk: s })
        for (const p of s.promises) send(p.from, { type: 'accept', ballot: s.ballot, value: s.value })
      } else effects.push({ type: 'persist', disk: s })
    }
    if (e.type === 'accepted' && eq(e.ballot, s.ballot) && !s.votes.includes(e.from)) {
      s.votes.push(e.from)
      if (s.votes.length >= need) effects.push({ type: 'decide', value: s.value })
    }
    return { state: s, effects }
  },
}
