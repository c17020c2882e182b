/** A lesson with two scenes; `claim` is what the first one expects. */
export function sampleLesson(claim = 'expect leader 1'): string {
  return `---
title: A sample
level: starter
minutes: 1
claim: Somebody is elected.
---

The opening.

## Scene: The first

\`\`\`scenario
replicas 5
note "What now?"
#? Who leads?
#= Node 1.
elect 1
${claim}
\`\`\`

## Scene: The second

\`\`\`scenario
elect 2
expect leader 2
\`\`\`

## Questions

1. Why?
   > Because.

## Read on

- A paper
`
}
