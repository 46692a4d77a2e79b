// The order in the address of the shop's own checkout: line=2*handle:variant for each line, then total, currency, lang and note.
import {message} from './message.js'

export function handoff(order, tell) {
  const url = new URL(tell.to)
  for (const {key, quantity} of order.lines) url.searchParams.append('line', `${quantity}*${key}`)
  for (const [key, value] of [['total', order.total], ['currency', order.currency], ['lang', order.language], ['note', order.note]]) if (value !== '') url.searchParams.set(key, value)
  return url.href.length > 4000 ? {text: message(order, tell)} : {url: url.href}
}
