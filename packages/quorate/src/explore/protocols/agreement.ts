import type { SystemProperty, SystemView } from './actor-model.ts'

/** One value is chosen at most, and in a scope that is worth a look some value is. */
export function agreement<Message>(
  decided: (view: SystemView<Message>) => readonly string[],
): readonly SystemProperty<Message>[] {
  return [
    {
      name: 'one value is chosen',
      kind: 'always',
      problem(view) {
        const values = decided(view)
        return values.length <= 1 ? undefined : `${values.join(' and ')} are chosen`
      },
    },
    {
      name: 'a value can be chosen',
      kind: 'sometimes',
      problem: (view) => (decided(view).length > 0 ? undefined : 'none is'),
    },
  ]
}
