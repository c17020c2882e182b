export { type Content, Markup, markup } from '@quorate/classroom'
