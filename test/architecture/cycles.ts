/** Who points to whom. */
export type Graph = ReadonlyMap<string, readonly string[]>

/** Cycles of a graph, each as the list of its nodes; at least one from every knot, none if there is none. */
export function cyclesOf(graph: Graph): readonly (readonly string[])[] {
  const cycles: string[][] = []
  const finished = new Set<string>()
  const trail: string[] = []
  const visit = (node: string): void => {
    if (finished.has(node)) return
    const start = trail.indexOf(node)
    if (start >= 0) {
      cycles.push(trail.slice(start))
      return
    }
    trail.push(node)
    for (const next of graph.get(node) ?? []) visit(next)
    trail.pop()
    finished.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return cycles
}

/** `a → b → a` */
export function describeCycle(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(' → ')
}
