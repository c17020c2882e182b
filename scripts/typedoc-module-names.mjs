// A TypeDoc plugin: calls a module by its package's name (`@quorate/core`) instead of its path (`core/src`).
import { Converter, ReflectionKind } from 'typedoc'

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    const [, directory] = /^(.*)\/src$/.exec(reflection.name) ?? []
    if (directory === undefined || !reflection.kindOf(ReflectionKind.Module)) return
    reflection.name = directory === 'quorate' ? directory : `@quorate/${directory}`
  })
}
