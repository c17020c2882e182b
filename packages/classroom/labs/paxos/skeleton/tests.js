// Your tests of any implementation of the lab. README.md, "Your tests", says what `bench` has.
// They have to pass with a right implementation, and one of them has to fail with each wrong one.

export const tests = [
  {
    name: 'a proposer that is asked for a value begins with prepare requests',
    run(bench) {
      const cluster = bench.cluster({ proposers: 1, acceptors: 3 })
      cluster.propose(1, 'A')
      bench.check(cluster.inFlight({ type: 'prepare' }).length > 0, 'no prepare request was sent')
    },
  },
]
